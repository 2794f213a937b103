import { expect, it } from 'vitest';
import { valuesOf } from './from-series.ts';
import { parseRange, rangeAsked, rangeText, zoomedTo } from './range.ts';
import { areaOf, gapsOf, pathOf, runsOf } from './runs.ts';
import { niceStep, scaleOf, spread } from './scale.ts';
import { timeTicks } from './time-ticks.ts';
import { bucketAt } from './use-cursor.ts';
import { localMoment, localText, momentOf, offsetName, wallOf } from './zone.ts';

const line = (values: (number | null)[]) => ({ label: 'x', values, colour: '--s1' as const });
const panel = (...lines: (number | null)[][]) => ({ title: 'X', unit: 'K', lines: lines.map(line) });
const HOUR = 3_600_000;

it.each([
  [0.9, 1],
  [1, 1],
  [1.1, 2],
  [0.03, 0.05],
  [70, 100],
])('an axis in steps of at least %d takes %d', (least, step) => {
  expect(niceStep(least)).toBeCloseTo(step, 12);
});

it('an axis holds all values, band and thresholds between round marks', () => {
  const scale = scaleOf({
    ...panel([8.41, null, 8.45]),
    band: { low: 8.03, high: 8.53, label: 'expected' },
    thresholds: [{ value: 7.9, label: 'least' }],
  });
  expect(scale.ticks.map((tick) => Number(tick.toFixed(6)))).toEqual([7.8, 8, 8.2, 8.4, 8.6]);
  expect(scale.decimals).toBe(1);
});

it('a steady value is not blown up to its noise, and what is never negative has no negative axis', () => {
  const steady = scaleOf({ ...panel([35, 35.01]), leastSpan: 4 });
  expect(steady.high - steady.low).toBeGreaterThanOrEqual(4);
  expect(scaleOf({ ...panel([0, 0]), leastSpan: 2 }).low).toBe(0);
  expect(scaleOf(panel([null, null])).ticks).toEqual([]);
});

it('labels that would lie on each other move apart and keep their order', () => {
  const [a, b, c] = spread([100, 98, 200], 15) as [number, number, number];
  expect(a - b).toBeGreaterThanOrEqual(14.9);
  expect(c).toBe(200);
});

it('a gap in the values is a gap in the line, and a value alone a dot', () => {
  const path = pathOf(
    [1, 2, null, 3, null],
    (i) => i * 10,
    (value) => value,
  );
  expect(path).toBe('M0.0 1.0L10.0 2.0M30.0 3.0h.01');
});

it('the least and the most are an area for each stretch in which both are known, and the axis holds them', () => {
  const [least, most] = [
    [1, 1, null, 2],
    [3, 4, 5, 6],
  ];
  const area = areaOf(
    least,
    most,
    (i) => i * 10,
    (value) => value,
  );
  expect(area).toBe('M0.0 3.0L10.0 4.0L10.0 1.0L0.0 1.0ZM30.0 6.0L30.0 2.0Z');
  const drawn = { ...line([2, 2, 2, 2]), least, most, isSpread: true };
  expect(scaleOf({ title: 'X', unit: 'K', lines: [drawn] }).high).toBe(6);
  expect(scaleOf({ title: 'X', unit: 'K', lines: [{ ...drawn, isSpread: false }] }).high).toBeLessThan(3);
});

it('only where no line knows anything there is no data, and a bucket just begun is no gap', () => {
  expect(gapsOf(5, [panel([1, null, null, 1, null], [1, 2, null, 1, null])])).toEqual([{ kind: true, from: 2, to: 3 }]);
  expect(runsOf(3, (i) => i > 0)).toEqual([
    { kind: false, from: 0, to: 1 },
    { kind: true, from: 1, to: 3 },
  ]);
});

it('hours are marked by the clocks of the zone, days among them stand out', () => {
  const from = Date.parse('2026-11-25T10:10:00Z');
  const ticks = timeTicks(from, from + 24 * HOUR, 'Asia/Qatar', 8);
  expect(ticks.map(({ at }) => new Date(wallOf(at, 'Asia/Qatar')).getUTCHours())).toEqual([15, 18, 21, 0, 3, 6, 9, 12]);
  expect(ticks.filter(({ isMajor }) => isMajor).map(({ at }) => new Date(at).toISOString())).toEqual([
    '2026-11-25T21:00:00.000Z',
  ]);
});

it('a year is marked by its months, years standing out, and never more often than there is room for', () => {
  const ticks = timeTicks(Date.parse('2025-11-26T00:00:00Z'), Date.parse('2026-11-26T00:00:00Z'), 'UTC', 12);
  expect(ticks.map(({ at }) => new Date(at).toISOString().slice(0, 10))).toContain('2026-03-01');
  expect(ticks.filter(({ isMajor }) => isMajor).map(({ at }) => new Date(at).getUTCFullYear())).toEqual([2026]);
  expect(ticks.length).toBeLessThanOrEqual(13);
});

it('wall clocks are read and found again, also where they change', () => {
  const winter = Date.parse('2026-10-25T01:30:00Z');
  expect(localText(winter, 'Europe/Paris')).toBe('2026-10-25T02:30');
  expect(momentOf(Date.UTC(2026, 6, 1, 12), 'Europe/Paris')).toBe(Date.parse('2026-07-01T10:00:00Z'));
  expect(localMoment('2026-12-01T12:00', 'Asia/Kolkata')).toBe(Date.parse('2026-12-01T06:30:00Z'));
  expect(localMoment('', 'UTC')).toBeNull();
  expect([offsetName(winter, 'Asia/Qatar'), offsetName(winter, 'Asia/Kolkata'), offsetName(winter, 'UTC')]).toEqual([
    'UTC+3',
    'UTC+5:30',
    'UTC',
  ]);
});

it.each([undefined, '', 'nonsense', '0h', '9999y', '2026-01-02T00:00Z..2026-01-01T00:00Z'])(
  'an address that says %o shows 24 h',
  (text) => {
    expect(rangeText(parseRange(text))).toBe('24h');
  },
);

it('a range in the address is the one the API is asked for', () => {
  expect(rangeAsked(parseRange('36h'))).toEqual({ range: '36h' });
  const fixed = parseRange('2026-11-25T08:00Z..2026-11-25T20:00Z');
  expect(rangeText(fixed)).toBe('2026-11-25T08:00Z..2026-11-25T20:00Z');
  expect(rangeAsked(fixed)).toEqual({ from: '2026-11-25T08:00:00.000Z', to: '2026-11-25T20:00:00.000Z' });
});

it('zooming keeps at least a quarter of an hour, and out of the future', () => {
  const now = Date.parse('2026-11-25T20:00:00Z');
  const near = zoomedTo(now - 60_000, now + HOUR, now);
  expect(rangeText(near)).toBe('2026-11-25T19:45Z..2026-11-25T20:00Z');
});

it('a moment belongs to the bucket that has begun', () => {
  const times = { times: [0, 10, 20, 30], step: 10, from: 0, to: 40 };
  expect([0, 9, 10, 29, 39].map((at) => bucketAt(times, at))).toEqual([0, 0, 1, 2, 3]);
});

it('charts beside one another may hold more than they show, so that their axes are the same', () => {
  const holds = [0, 100] as const;
  const [low, high] = [scaleOf({ ...panel([1, 2]), holds }), scaleOf({ ...panel([98, 99]), holds })];
  expect([low.low, low.high]).toEqual([high.low, high.high]);
  expect(low.high).toBe(100);
});

it('of the time before the values are asked for by name', () => {
  const one = { metric: 'x', agg: 'avg', labels: {}, values: [1] };
  const answer = { time: ['t'], series: [one, { ...one, labels: { compare: 'previous_week' }, values: [2] }] };
  expect(valuesOf(answer, 'x')).toEqual([1]);
  expect(valuesOf(answer, 'x', { compare: 'previous_week' })).toEqual([2]);
  expect(valuesOf(answer, 'x', { compare: 'previous_period' })).toEqual([null]);
});
