import { expect, it } from 'vitest';
import { autoMinerStep, fitsMinutes } from './buckets.ts';

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 10, 23);
const spanOf = (hours: number) => ({ from: FROM, to: FROM + hours * HOUR });

it.each([
  [3, 60, '5m'],
  [3, 20, '1m'],
  [16, 20, '1m'],
  [24, 20, '5m'],
  [24, 60, '5m'],
  [24, 600, '1h'],
  [24, 7200, '1d'],
  [30 * 24, 60, '1h'],
  [365 * 24, 60, '1d'],
])(
  'by itself %i hours of polls every %i s come in buckets of %s: two polls in each, at most 1,000 points',
  (hours, interval, step) => {
    expect(autoMinerStep(spanOf(hours), interval)).toBe(step);
  },
);

it('2,000 minutes fit into an answer, and no more', () => {
  expect(fitsMinutes({ from: FROM, to: FROM + 2000 * 60_000 })).toBe(true);
  expect(fitsMinutes({ from: FROM, to: FROM + 2001 * 60_000 })).toBe(false);
});
