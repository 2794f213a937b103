import { expect, it } from 'vitest';
import type { Series } from '../../api/metrics.ts';
import { type Answered, commonTimes, differenceOf, measure, summaryOf } from './measured.ts';
import type { Known } from './quantities.ts';

const T = ['2026-11-26T10:00:00Z', '2026-11-26T10:05:00Z', '2026-11-26T10:10:00Z'];

function answered(label: string, time: string[], values: (number | null)[], expected: number | null): Answered {
  const one = { metric: 'hashrate_ths', agg: 'avg', unit: 'TH/s', labels: {}, values };
  const before = { ...one, labels: { compare: 'previous_week' }, values: values.map((value) => value && value / 2) };
  return {
    item: { kind: 'container', id: label, projectId: 'QATAR-001' },
    label,
    known: { kind: 'container', of: { hashrate_expected_th: expected } } as Known,
    series: { time, series: [one, before] } as unknown as Series,
  };
}

const C1 = answered('C1', T.slice(0, 2), [145_000, 146_000], 145_000);
const C2 = answered('C2', T.slice(1), [null, 73_000], 146_000);
const C3 = answered('C3', T.slice(1), [140_000, 140_000], null);
const OWN = { inShares: false, compare: undefined };

it('times are those of all answers, as far as the one goes that ends first', () => {
  expect(commonTimes([C1.series, undefined, C2.series])).toEqual(T.slice(0, 2));
  expect(commonTimes([undefined])).toEqual([]);
});

it('all stand over the same times, in one unit', () => {
  const { unit, tracks } = measure('hashrate', [C1, C2], T, OWN);
  expect(unit).toBe('PH/s');
  expect(tracks.map(({ now }) => now)).toEqual([
    [145, 146, null],
    [null, null, 73],
  ]);
  expect(tracks[0]?.before).toBeNull();
});

it('in shares each is held against what is expected of it; where nothing is, no share is made up', () => {
  const { unit, tracks, without } = measure('hashrate', [C2, C3], T, { ...OWN, inShares: true });
  expect(unit).toBe('%');
  expect(tracks[0]?.now[2]).toBe(50);
  expect(tracks[1]?.now).toEqual([null, null, null]);
  expect(without).toEqual(['C3']);
});

it('a quantity of which nothing is ever expected stays in its unit', () => {
  expect(measure('supply', [C1], T, { ...OWN, inShares: true })).toMatchObject({ unit: '°C', isShare: false });
});

it('the time before stands at the places of the first', () => {
  const { tracks } = measure('hashrate', [C1], T, { ...OWN, compare: 'previous_week' });
  expect(tracks[0]?.before).toEqual([72.5, 73, null]);
});

it('the newest known value and the mean of the known', () => {
  expect(summaryOf([1, null, 3, null])).toEqual({ latest: 3, mean: 2 });
  expect(summaryOf([null])).toEqual({ latest: null, mean: null });
});

it('a difference from nothing known is none, from zero has no percentage', () => {
  expect(differenceOf(3, null)).toBeNull();
  expect(differenceOf(3, 0)).toEqual({ by: 3, pct: null });
  expect(differenceOf(90, 100)).toEqual({ by: -10, pct: -10 });
});
