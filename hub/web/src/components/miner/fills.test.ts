import { describe, expect, it } from 'vitest';
import { FILL, FILLS, fillOf, mean, median, medianChip, type Painted, stepOf } from './fills.ts';

const miner = (values: Partial<Painted>): Painted => ({
  position: 1,
  status: 'hashing',
  temp_chip_c: null,
  temp_board_c: null,
  hashrate_th: null,
  hashrate_expected_th: null,
  power_w: null,
  uptime_s: null,
  firmware: null,
  pool: null,
  ...values,
});

describe('the scale', () => {
  it.each([
    [-6.1, 0],
    [-6, 0],
    [-5.9, 1],
    [-2, 2],
    [-1.9, 3],
    [0, 3],
    [2, 3],
    [2.1, 4],
    [6, 5],
    [6.1, 6],
  ])('a deviation of %d K is step %i', (value, step) => {
    expect(stepOf(value, [-6, -4, -2, 2, 4, 6])).toBe(step);
  });

  it('has six ascending bounds in every fill of numbers, and what is normal in the middle', () => {
    for (const fill of FILLS) {
      const asked = FILL[fill];
      if (asked.kind !== 'scale') continue;
      expect(asked.edges).toHaveLength(6);
      expect(asked.edges.toSorted((a, b) => a - b)).toEqual(asked.edges);
    }
    expect(FILL.hashrate.kind === 'scale' && stepOf(100, FILL.hashrate.edges)).toBe(3);
  });
});

it('deviations are reckoned from the median of those that hash', () => {
  const miners = [
    miner({ temp_chip_c: 56 }),
    miner({ temp_chip_c: 58, status: 'degraded' }),
    miner({ temp_chip_c: 61 }),
    miner({ temp_chip_c: null }),
    miner({ temp_chip_c: 20, status: 'idle' }),
    miner({ temp_chip_c: 21, status: 'sleeping' }),
  ];
  expect(medianChip(miners)).toBe(58);
  expect(medianChip([])).toBeNull();
  const resting = [miner({ temp_chip_c: 20, status: 'idle' }), miner({ temp_chip_c: 9, status: 'sleeping' })];
  expect(medianChip(resting)).toBe(20);
});

it('the median of an even number lies between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

it('the mean is of what is known', () => {
  expect(mean([1, null, 3])).toBe(2);
  expect(mean([null])).toBeNull();
  expect(mean([])).toBeNull();
});

describe('what a fill takes of a miner', () => {
  const of = (fill: 'deviation' | 'hashrate' | 'power', values: Partial<Painted>, reference: number | null = null) => {
    const asked = FILL[fill];
    return asked.kind === 'scale' ? asked.of(miner(values), reference) : undefined;
  };
  it.each([
    ['deviation', { temp_chip_c: 61 }, 58, 3],
    ['deviation', { temp_chip_c: 61 }, null, null],
    ['deviation', {}, 58, null],
    ['hashrate', { hashrate_th: 0, hashrate_expected_th: 473 }, null, 0],
    ['hashrate', { hashrate_th: 473, hashrate_expected_th: 0 }, null, null],
    ['hashrate', { hashrate_th: 473 }, null, null],
    ['power', { power_w: 5650 }, null, 5.65],
  ] as const)('%s of %o', (fill, values, reference, expected) => {
    expect(of(fill, values, reference)).toBe(expected);
  });
});

it('an unknown fill in an address is the deviation', () => {
  expect(['power', 'rainbow', undefined].map(fillOf)).toEqual(['power', 'deviation', 'deviation']);
});
