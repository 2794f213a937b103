import { expect, it } from 'vitest';
import { markOf, markOfProject } from './status.ts';

const NONE = { active: 0, warning: 0, critical: 0, offline: 0, maintenance: 0, unknown: 0, planned: 0 };
const project = (counts: Partial<typeof NONE>, others: Partial<Parameters<typeof markOfProject>[0]> = {}) =>
  markOfProject({ status: 'active', freshness: 'fresh', containers_by_status: { ...NONE, ...counts }, ...others });

it.each([
  [{ active: 58 }, 'normal'],
  [{ active: 57, critical: 1 }, 'critical'],
  [{ active: 55, offline: 1, warning: 2 }, 'offline'],
  [{ active: 56, warning: 1, maintenance: 1 }, 'warning'],
  [{ active: 57, maintenance: 1 }, 'maint'],
  [{ active: 57, unknown: 1 }, 'unknown'],
  [{ active: 57, planned: 1 }, 'normal'],
  [{ planned: 58 }, 'unknown'],
  [{}, 'unknown'],
] as const)('a project whose containers are %j is %s', (counts, mark) => {
  expect(project(counts)).toBe(mark);
});

it('what is known of a project that is well grows old; what is wrong stays', () => {
  expect(project({ active: 58 }, { freshness: 'late' })).toBe('stale');
  expect(project({ active: 57, critical: 1 }, { freshness: 'stale' })).toBe('critical');
});

it('people say when a project does not run', () => {
  expect(project({ critical: 1 }, { status: 'planned' })).toBe('planned');
  expect(project({ critical: 1 }, { status: 'maintenance' })).toBe('maint');
});

it('a container is stale only while nothing worse is known of it', () => {
  expect(markOf({ status: 'active', freshness: 'late' })).toBe('stale');
  expect(markOf({ status: 'warning', freshness: 'late' })).toBe('warning');
  expect(markOf({ status: 'active', freshness: 'fresh' })).toBe('normal');
});
