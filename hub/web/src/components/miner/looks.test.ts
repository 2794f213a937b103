import { describe, expect, it } from 'vitest';
import { looksOf, paintOfMean, valuesOf } from './looks.ts';
import { miner } from './testing.ts';

const MINERS = [
  miner(1),
  miner(2),
  miner(3, { temp_chip_c: 61 }),
  miner(4, { temp_chip_c: 71 }),
  miner(5, { status: 'offline' }),
  miner(6, { status: 'sleeping' }),
  miner(7, { status: 'unknown' }),
  miner(8, { temp_chip_c: null }),
  miner(9),
];

describe('by deviation', () => {
  const looks = looksOf(MINERS, 'deviation');

  it('a miner that says nothing is drawn as what it does, whatever was known of it', () => {
    expect([5, 6, 7].map((position) => looks.of.get(position))).toEqual([
      { state: 'offline', paint: null, notched: false, value: null },
      { state: 'sleeping', paint: null, notched: false, value: null },
      { state: 'unknown', paint: null, notched: false, value: null },
    ]);
  });

  it('one that answers without the value is unknown, never at zero', () => {
    expect(looks.of.get(8)).toEqual({ state: 'unknown', paint: null, notched: false, value: null });
  });

  it('colours by the step, notched where it is far off', () => {
    expect(looks.reference).toBe(58);
    expect([1, 3, 4].map((position) => looks.of.get(position))).toEqual([
      { state: 'value', paint: 'd0', notched: false, value: 0 },
      { state: 'value', paint: 'd1', notched: false, value: 3 },
      { state: 'value', paint: 'd3', notched: true, value: 13 },
    ]);
  });

  it('the legend counts what is on the map', () => {
    expect(looks.bands.map(({ count }) => count)).toEqual([0, 0, 0, 3, 1, 0, 1]);
    expect(looks.bands.map(({ from, to }) => [from, to]).slice(2, 5)).toEqual([
      [-4, -2],
      [-2, 2],
      [2, 4],
    ]);
    expect(looks.counts).toEqual({ value: 5, offline: 1, sleeping: 1, unknown: 2 });
    expect(looks.notched).toBe(1);
  });

  it('of a row counts what is known', () => {
    expect(valuesOf([1, 3, 5, 8, null, 99], looks)).toEqual([0, 3, null, null, null, null]);
  });
});

describe('by kind', () => {
  const many = ['a', 'b', 'b', 'c', 'd', 'e', 'f', 'b'].map((firmware, i) => miner(i + 1, { firmware }));

  it('the most frequent is what is normal, the rare ones share a colour', () => {
    const looks = looksOf(many, 'firmware');
    expect(looks.bands.map(({ paint, name, count }) => [paint, name, count])).toEqual([
      ['k1', 'b', 3],
      ['k2', 'a', 1],
      ['k3', 'c', 1],
      ['k4', 'd', 1],
      ['k5', null, 2],
    ]);
    expect(looks.of.get(2)).toMatchObject({ paint: 'k1', value: 'b' });
  });

  it('five kinds have a colour each', () => {
    expect(looksOf(many.slice(0, 6), 'firmware').bands.map(({ name }) => name)).toEqual(['b', 'a', 'c', 'd', 'e']);
  });

  it('without a name it is unknown', () => {
    expect(looksOf(MINERS, 'pool').of.get(1)?.state).toBe('unknown');
  });
});

it('means are coloured by the same scale, where they say something', () => {
  expect(paintOfMean(2.5, 'deviation')).toBe('d1');
  expect(paintOfMean(57, 'chip')).toBe('m4');
  expect([paintOfMean(null, 'chip'), paintOfMean(1, 'firmware'), paintOfMean(5, 'uptime')]).toEqual([null, null, null]);
});
