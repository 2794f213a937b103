import { expect, it } from 'vitest';
import { changedFields, conflictsOf, rebased } from './draft.ts';

const BASE = { name: 'Amina', role: 'viewer', projects: ['QATAR-001'] };

it('a field has changed where it says something else; spaces around a text say nothing', () => {
  expect(changedFields({ ...BASE, name: ' Amina ' }, BASE)).toEqual([]);
  expect(changedFields({ ...BASE, role: 'operator', projects: [] }, BASE)).toEqual(['role', 'projects']);
});

it('what two have changed to the same is no conflict', () => {
  const draft = { ...BASE, name: 'Amina B.', role: 'operator', projects: ['AQUA-001'] };
  const theirs = { ...BASE, name: 'Amina B.', projects: [] };
  expect(conflictsOf(draft, BASE, theirs)).toEqual(['projects']);
});

it('a draft keeps its own changes; of conflicts only those chosen', () => {
  const draft = { ...BASE, name: 'Amina B.', role: 'operator' };
  const theirs = { ...BASE, name: 'A. Benali', projects: [] };
  expect(rebased(draft, BASE, theirs, [])).toEqual({ name: 'A. Benali', role: 'operator', projects: [] });
  expect(rebased(draft, BASE, theirs, ['name'])).toEqual({ name: 'Amina B.', role: 'operator', projects: [] });
});
