import { DEFAULT_RULES } from '@hearst/hub/alerts/rule-book.ts';
import { expect, it } from 'vitest';
import type { AlertRule } from '../../api/alert-rules.ts';
import type { Values } from '../../charts/model.ts';
import { marksOf, spanAround } from './around.ts';
import { limitsDrawn, watchedBy } from './watched.ts';

const by = (target_type: string, reading: string) => watchedBy({ target_type, reading } as AlertRule);
const told = (values: Record<string, Values>) => (metric: string) => values[metric] ?? [];
const rule = (given: Partial<AlertRule>) => ({ when: 'above', options: {}, ...given }) as AlertRule;

it('what a rule compares is drawn as it is, with the limit that held', () => {
  const watched = by('container', 'temp_supply_c');
  expect(watched?.values(told({ temp_supply_c: [34, null, 41] }))).toEqual([34, null, 41]);
  expect(watched && limitsDrawn(watched, { threshold: 38 }, rule({}))).toEqual([38]);
});

it('a band has two limits', () => {
  const watched = by('container', 'pressure_outside_bar');
  const limits = watched && limitsDrawn(watched, { threshold: 0 }, rule({ options: { low_bar: 2, high_bar: 4 } }));
  expect(limits).toEqual([2, 4]);
});

it.each([
  ['delta_t_k', { temp_return_c: [44, null], temp_supply_c: [34, 30] }, [10, null]],
  ['flow_per_miner_lpm', { flow_m3h: [147.84, 60], miners_expected: [308, 0] }, [8, null]],
  ['share_silent_pct', { miners_answering: [231, 310], miners_expected: [308, 308] }, [25, 0]],
  ['hashrate_pct', { hashrate_ths: [145_000, null] }, [145, null]],
  [
    'heat_balance_pct',
    { flow_m3h: [36, 36], temp_return_c: [44, 44], temp_supply_c: [34, 34], power_kw: [415.492, 0] },
    [0, null],
  ],
] as const)('%s of a container is made as the hub makes it', (reading, series, values) => {
  const made = by('container', reading)?.values(told(series));
  expect(made?.map((value) => value && Number(value.toFixed(9)))).toEqual(values);
});

it('what only shows the fault has no limit, for it is measured otherwise', () => {
  const watched = by('container', 'hashrate_pct');
  expect(watched && limitsDrawn(watched, { threshold: 90 }, rule({ when: 'below' }))).toEqual([]);
});

it('of what no series tells there is none', () => {
  for (const [target, reading] of [
    ['container', 'fault_leak'],
    ['agent', 'silence_s'],
    ['container', 'constructor'],
  ] as const)
    expect(by(target, reading)).toBeNull();
});

it('every reading that is drawn belongs to a rule of the hub', () => {
  const drawn = DEFAULT_RULES.filter(({ target, reading }) => by(target, reading) !== null);
  expect(drawn.map(({ id }) => id)).toContain('transformer_overload');
  expect(drawn.length).toBeGreaterThan(20);
});

const alert = {
  first_seen_at: '2026-11-26T12:00:30Z',
  acknowledged_at: '2026-11-26T12:10:00Z',
  resolved_at: null,
  severity: 'critical' as const,
};

it('an open alert is shown from two hours before it until now, one that is over until half an hour later', () => {
  const now = Date.parse('2026-11-26T18:00:10Z');
  expect(spanAround(alert, now)).toEqual({ from: '2026-11-26T10:00:00.000Z', to: '2026-11-26T18:00:00.000Z' });
  expect(spanAround({ ...alert, resolved_at: '2026-11-26T13:00:00Z' }, now).to).toBe('2026-11-26T13:30:00.000Z');
});

it('its beginning, and what was done, are marked', () => {
  expect(marksOf(alert, (what) => what)).toEqual([
    { mark: 'critical', label: 'began', at: Date.parse(alert.first_seen_at) },
    { mark: 'info', label: 'acknowledged', at: Date.parse(alert.acknowledged_at) },
  ]);
});
