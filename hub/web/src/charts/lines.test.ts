import { expect, it } from 'vitest';
import type { Series } from '../api/metrics.ts';
import { linesOf } from './lines.ts';

const one = (agg: string, values: (number | null)[], labels = {}) => ({
  metric: 'power_kw',
  unit: 'kW',
  agg,
  labels,
  values,
});
const answered = (...series: object[]) => ({ time: ['a', 'b'], series }) as unknown as Series;
const DRAWN = { label: 'Power', before: 'Power before', colour: '--s1', divisor: 1000 } as const;

it('a line has the least and the most of its buckets', () => {
  const lines = linesOf(answered(one('avg', [2000, null]), one('min', [1000, null])), 'power_kw', DRAWN);
  expect(lines).toEqual([{ label: 'Power', colour: '--s1', values: [2, null], least: [1, null], most: [null, null] }]);
});

it('the period before is a thin line of the same colour', () => {
  const before = { compare: 'previous_period' };
  const lines = linesOf(answered(one('avg', [2000, 2000]), one('avg', [3000, null], before)), 'power_kw', DRAWN);
  expect(lines[0]?.values).toEqual([2, 2]);
  expect(lines[1]).toEqual({ label: 'Power before', colour: '--s1', values: [3, null], thin: true, isBefore: true });
});
