import { expect, it } from 'vitest';
import type { GlobalSnapshot, Series } from '../../api/metrics.ts';
import { sinceYesterday } from './yesterday.ts';

const day = (reporting: number, expected = 58, first: number | null = 8_400_000): Series =>
  ({
    time: ['2026-11-26T21:00:00Z', '2026-11-27T21:00:00Z'],
    coverage: [
      { reporting, expected },
      { reporting: 10, expected: 58 },
    ],
    // The hour that has just begun has a sixth of the containers.
    series: [{ metric: 'hashrate_ths', agg: 'avg', labels: {}, values: [first, 1_400_000] }],
  }) as unknown as Series;

const now = (reporting: number, expected = 58): GlobalSnapshot =>
  ({ hashrate_ths: 8_450_000, coverage: { reporting, expected } }) as GlobalSnapshot;

it('a figure of now is laid beside the hour of yesterday, not the hour that has just begun', () => {
  expect(sinceYesterday(day(58), 'hashrate_ths', now(58))).toBe(50_000);
});

it('is compared where as large a part told then as now, whatever has been built since', () => {
  expect(sinceYesterday(day(58), 'hashrate_ths', now(60, 60))).toBe(50_000);
  expect(sinceYesterday(day(57), 'hashrate_ths', now(57))).toBe(50_000);
});

it.each([
  ['fewer told yesterday', day(20), now(58)],
  ['fewer tell now', day(58), now(57)],
  ['nobody told yesterday', day(0, 58, null), now(58)],
])('is compared with nothing where %s', (_, then, figures) => {
  expect(sinceYesterday(then, 'hashrate_ths', figures)).toBeNull();
});
