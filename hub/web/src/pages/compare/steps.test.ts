import { expect, it } from 'vitest';
import { parseRange } from '../../charts/range.ts';
import { stepFor } from './steps.ts';

const NOW = Date.parse('2026-11-26T10:00:00Z');

it.each([
  ['24h', '5m'],
  ['7d', '15m'],
  ['30d', '1h'],
  ['90d', '1d'],
  ['1y', '1d'],
  // Narrow buckets of so long ago are no longer kept.
  ['2024-05-01T00:00Z..2024-05-02T00:00Z', '1h'],
])('%s in buckets of %s', (range, step) => {
  expect(stepFor(parseRange(range), NOW)).toBe(step);
});
