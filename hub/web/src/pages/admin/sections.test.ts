import { expect, it } from 'vitest';
import { sectionAt, sectionsFor } from './sections.ts';

it.each([
  ['super_admin', ['people', 'keys', 'channels', 'rules', 'silences', 'audit']],
  ['project_manager', ['keys', 'channels', 'rules', 'silences', 'audit']],
  ['operator', ['rules', 'silences', 'audit']],
  ['viewer', []],
] as const)('%s sees what the API lets it see', (role, sections) => {
  expect(sectionsFor({ role, verbs: ['read', 'write'] })).toEqual(sections);
});

it('an address names a page, or none', () => {
  expect(sectionAt('/admin/rules')).toBe('rules');
  expect(sectionAt('/admin')).toBeUndefined();
  expect(sectionAt('/admin/toString')).toBeUndefined();
});
