import { describe, expect, it } from 'vitest';
import { modelOf } from './model.ts';
import { fleetFillOf, paintingOf } from './painting.ts';
import { answered, fleetOf } from './testing.ts';

const model = modelOf(
  fleetOf(
    answered('QATAR-C01', 5, {
      miner_status: ['hashing', 'degraded', 'offline', 'idle', 'unknown'],
      temp_chip_c: [58, 58, 99, 58, null],
      firmware: [0, 0, 0, 1, null],
    }),
    // As hot as the first is cold, and alike within.
    answered('QATAR-C02', 3, { temp_chip_c: [70, 70, 75], firmware: [1, 1, 1] }),
  ),
);
const groupOf = (fill: Parameters<typeof paintingOf>[1], miner: number) =>
  [...paintingOf(model, fill).groups].find(([, miners]) => miners.includes(miner))?.[0];

it('every miner is in one group', () => {
  for (const fill of ['status', 'deviation', 'chip', 'hashrate', 'firmware', 'pool'] as const) {
    const all = [...paintingOf(model, fill).groups.values()].flat();
    expect(all.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  }
});

it('by status: what it does; degraded has a notch', () => {
  const { groups, notches, statuses, legend } = paintingOf(model, 'status');
  expect(groups.get('offline')).toEqual([2]);
  expect(groups.get('hashing')).toEqual([0, 5, 6, 7]);
  expect(notches).toEqual([1]);
  expect(statuses).toEqual({ hashing: 4, degraded: 1, idle: 1, offline: 1, sleeping: 0, unknown: 1 });
  expect(legend).toBeNull();
});

describe('by a quantity', () => {
  it('a deviation is one from the own container', () => {
    expect(groupOf('deviation', 0)).toBe('d0');
    expect(groupOf('deviation', 5)).toBe('d0');
    expect(groupOf('deviation', 7)).toBe('d2');
    expect(paintingOf(model, 'deviation').values[7]).toBe(5);
  });

  it('whoever is offline is drawn as that, whatever was read last', () => {
    expect(groupOf('chip', 2)).toBe('offline');
    expect(paintingOf(model, 'chip').values[2]).toBeNull();
  });

  it('the legend counts all of the fleet', () => {
    const bands = paintingOf(model, 'chip').legend?.bands ?? [];
    expect(bands.reduce((sum, { count }) => sum + count, 0)).toBe(6);
    expect(bands.find(({ paint }) => paint === 'm6')?.count).toBe(3);
  });
});

it('by a name: the most frequent of the fleet is what is normal', () => {
  expect(groupOf('firmware', 5)).toBe('k1');
  expect(groupOf('firmware', 0)).toBe('k2');
});

it('a fill that is none is the status', () => {
  expect([fleetFillOf('power'), fleetFillOf('colour'), fleetFillOf(undefined)]).toEqual(['power', 'status', 'status']);
});
