import { expect, it } from 'vitest';
import type { User } from '../../../api/users.ts';
import { changeOf, draftOf, EMPTY, lacksProject, newUserOf } from './person-draft.ts';

const USER = {
  ...{ email: 'amina@example.com', name: 'Amina', role: 'operator', language: 'fr' },
  project_ids: ['QATAR-001', 'AQUA-001'],
} as unknown as User;

it('only what differs is sent; the order of projects says nothing', () => {
  const draft = draftOf(USER);
  expect(changeOf({ ...draft, projects: ['QATAR-001', 'AQUA-001'] }, USER)).toEqual({});
  expect(changeOf({ ...draft, name: ' Amina B. ', projects: ['QATAR-001'] }, USER)).toEqual({
    name: 'Amina B.',
    project_ids: ['QATAR-001'],
  });
});

it('a super admin has no projects of their own, whatever was ticked before', () => {
  expect(changeOf({ ...draftOf(USER), role: 'super_admin' }, USER)).toEqual({ role: 'super_admin', project_ids: [] });
  expect(newUserOf({ ...EMPTY, role: 'super_admin', projects: ['QATAR-001'] }).project_ids).toEqual([]);
  expect(lacksProject({ ...EMPTY, role: 'super_admin' })).toBe(false);
  expect(lacksProject({ ...EMPTY, role: 'viewer' })).toBe(true);
});
