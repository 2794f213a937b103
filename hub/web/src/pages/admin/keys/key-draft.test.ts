import { expect, it } from 'vitest';
import type { ApiKey } from '../../../api/keys.ts';
import { EMPTY, faultOf, newKeyOf, stateOf } from './key-draft.ts';

const NOW = Date.parse('2026-11-26T00:00:00Z');

it('a key is made for so many days, or for ever', () => {
  const draft = { ...EMPTY, name: ' Power BI ', projects: ['QATAR-001'], lasts: '30' } as const;
  expect(newKeyOf(draft, NOW)).toEqual({
    ...{ name: 'Power BI', role: 'viewer', verbs: ['read'], project_ids: ['QATAR-001'] },
    expires_at: '2026-12-26T00:00:00.000Z',
  });
  expect(newKeyOf({ ...draft, rights: 'write', lasts: 'ever' }, NOW)).toMatchObject({
    ...{ verbs: ['read', 'write'], expires_at: null },
  });
  expect(newKeyOf({ ...draft, role: 'super_admin' }, NOW).project_ids).toEqual([]);
});

it('a manager makes keys of one project, a super admin of any, or of none for a super admin', () => {
  expect(faultOf({ ...EMPTY, projects: ['QATAR-001', 'AQUA-001'] }, true)).toBe('oneProject');
  expect(faultOf({ ...EMPTY, projects: ['QATAR-001'] }, true)).toBeNull();
  expect(faultOf({ ...EMPTY, projects: ['QATAR-001', 'AQUA-001'] }, false)).toBeNull();
  expect(faultOf(EMPTY, false)).toBe('project');
  expect(faultOf({ ...EMPTY, role: 'super_admin' }, false)).toBeNull();
});

it.each([
  [null, null, 'good'],
  ['2026-11-27T00:00:00Z', null, 'good'],
  ['2026-11-26T00:00:00Z', null, 'expired'],
  ['2026-11-27T00:00:00Z', '2026-11-01T00:00:00Z', 'revoked'],
])('expires %s, revoked %s: %s', (expires_at, revoked_at, state) => {
  expect(stateOf({ expires_at, revoked_at } as ApiKey, NOW)).toBe(state);
});
