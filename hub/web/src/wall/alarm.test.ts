import { expect, it } from 'vitest';
import { pathOf } from './alarm.ts';

const of = (target_type: Parameters<typeof pathOf>[0]['target_type'], target_id: string, project_id = 'QATAR-001') =>
  pathOf({ project_id, target_type, target_id });

it('an alert is seen where it is about', () => {
  expect(of('container', 'QATAR-C14')).toBe('/projects/QATAR-001/containers/QATAR-C14');
  expect(of('miner', 'QATAR-C14-M007')).toBe('/projects/QATAR-001/containers/QATAR-C14');
  expect(of('transformer', 'QATAR-T01')).toBe('/projects/QATAR-001');
  expect(of('agent', '00000000-0000-4000-8000-000000000000')).toBe('/projects/QATAR-001');
});

it('one of no project leads nowhere', () => {
  expect(of('global', '', 'HEARST-000')).toBeNull();
});
