import { expect, it } from 'vitest';
import { may } from './permissions.ts';

const READ = ['read'] as const;
const WRITE = ['read', 'write'] as const;

it.each([
  ['super_admin', true, true, true],
  ['project_manager', true, true, false],
  ['operator', true, false, false],
  ['viewer', false, false, false],
] as const)('a %s: inside %s, work %s, administer %s', (role, inside, work, administer) => {
  const session = { role, verbs: [...WRITE] };
  expect([may(session, 'inside'), may(session, 'work'), may(session, 'administer')]).toEqual([
    inside,
    work,
    administer,
  ]);
});

it('whoever may only read changes nothing', () => {
  const session = { role: 'super_admin' as const, verbs: [...READ] };
  expect([may(session, 'inside'), may(session, 'work'), may(session, 'administer')]).toEqual([true, false, false]);
});
