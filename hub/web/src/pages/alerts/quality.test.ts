import { expect, it } from 'vitest';
import type { Judged } from '../../api/quality.ts';
import { qualityOf, standing } from './quality.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-26T12:00:00Z');
const ago = (hours: number): string => new Date(NOW - hours * HOUR).toISOString();

let next = 1;
const alert = (hours: number, given: Partial<Judged> = {}): Judged => ({
  ...{ id: next++, project_id: 'QATAR-001', timestamp: ago(hours), first_seen_at: ago(hours), severity: 'critical' },
  ...{ status: 'active', rule_id: 'flow_low', suppressed_by: null, target_type: 'container', target_id: 'C1' },
  ...{ target_name: null, message: 'C1: low flow', flapping: false, acknowledged_at: null },
  ...given,
});

it('each counts in the hour it began in; what another explains, and what is only good to know, does not', () => {
  const alerts = [alert(0.1), alert(1.5), alert(1.6), alert(2, { suppressed_by: 1 }), alert(2, { severity: 'info' })];
  const { hours, count, perHour, isMet } = qualityOf(alerts, NOW - 4 * HOUR, NOW);
  expect(hours).toEqual([0, 0, 2, 1]);
  expect([count, perHour, isMet]).toEqual([3, 0.75, true]);
});

it('six in an hour are too many: one every ten minutes', () => {
  const alerts = Array.from({ length: 12 }, (_, i) => alert(i / 6));
  expect(qualityOf(alerts, NOW - 2 * HOUR, NOW).isMet).toBe(false);
  expect(qualityOf(alerts.slice(1), NOW - 2 * HOUR, NOW).isMet).toBe(true);
});

it('the noisiest rules come first, with their share', () => {
  const alerts = [alert(1, { rule_id: 'leak' }), ...[2, 3, 4].map((hours) => alert(hours))];
  const { noisiest } = qualityOf(alerts, NOW - 24 * HOUR, NOW);
  expect(noisiest.map(({ alert: { rule_id }, count, share }) => [rule_id, count, share])).toEqual([
    ['flow_low', 3, 0.75],
    ['leak', 1, 0.25],
  ]);
});

it('three of one rule at one target within an hour chatter, and what the hub calls flapping', () => {
  const alerts = [
    ...[1, 1.4, 1.9].map((hours) => alert(hours)),
    ...[1, 1.6, 2.2].map((hours) => alert(hours, { target_id: 'C2' })),
    ...['C3', 'C4', 'C5'].map((target_id) => alert(1, { target_id })),
    alert(3, { target_id: 'C6', flapping: true }),
  ];
  const { chattering } = qualityOf(alerts, NOW - 24 * HOUR, NOW);
  expect(chattering.map(({ alert: { target_id }, count }) => [target_id, count])).toEqual([
    ['C1', 3],
    ['C6', 1],
  ]);
});

it.each([
  [[], null],
  [[60], 60],
  [[60, 600, 120], 120],
  [[60, 120], 90],
])('of waits of %j s half are at most %s s', (waits, expected) => {
  const alerts = waits.map((wait) =>
    alert(2, { acknowledged_at: new Date(NOW - 2 * HOUR + wait * 1000).toISOString() }),
  );
  const { medianS, acknowledged, untouched } = qualityOf(
    [...alerts, alert(3), alert(3, { status: 'resolved' })],
    NOW - 24 * HOUR,
    NOW,
  );
  expect([medianS, acknowledged, untouched]).toEqual([expected, waits.length, 1]);
});

it('what began more than a day ago and is open stands, the oldest first', () => {
  const open = [alert(25), alert(23), alert(50), alert(60, { suppressed_by: 3 })];
  expect(standing(open, NOW).map(({ first_seen_at: since }) => since)).toEqual([ago(50), ago(25)]);
});
