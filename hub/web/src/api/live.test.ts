import { expect, it } from 'vitest';
import { concerns } from './live.ts';
import { liveOf } from './live-meta.ts';

const at = '2026-11-26T12:00:00.000Z';
const reading = { type: 'snapshot', project_id: 'QATAR-001', container_id: 'QATAR-C01', at } as const;
const alert = {
  type: 'alerts',
  project_id: 'QATAR-001',
  action: 'alert.open',
  target_type: 'alert',
  target_id: '1',
  at,
} as const;

it('a message concerns what names its topic, in its project and container or in all', () => {
  expect(concerns(liveOf('snapshot'), reading)).toBe(true);
  expect(concerns(liveOf('snapshot').in('QATAR-001'), reading)).toBe(true);
  expect(concerns(liveOf('snapshot').in('QATAR-001', 'QATAR-C01'), reading)).toBe(true);
  expect(concerns(liveOf('alerts').in('QATAR-001', 'QATAR-C02'), alert)).toBe(true);
});

it('and nothing else', () => {
  expect(concerns(liveOf('alerts'), reading)).toBe(false);
  expect(concerns(liveOf('snapshot').in('OMAN-001'), reading)).toBe(false);
  expect(concerns(liveOf('snapshot').in('QATAR-001', 'QATAR-C02'), reading)).toBe(false);
  expect(concerns(liveOf('snapshot', 'alerts'), { type: 'ready', at })).toBe(false);
});
