import { expect, it } from 'vitest';
import type { Painted } from './fills.ts';
import { lookerOf } from './looks.ts';
import { outliersOf } from './outliers.ts';
import { miner } from './testing.ts';

const outliers = (miners: readonly Painted[]) => outliersOf(miners, lookerOf(miners, 'deviation').of);

it('who does not hash as it should stands out, then chips far from the median, the worst first', () => {
  const miners = [
    miner(1),
    miner(2),
    miner(3, { temp_chip_c: 62 }),
    miner(4, { temp_chip_c: 63 }),
    miner(5, { temp_chip_c: 51 }),
    miner(6, { status: 'degraded', temp_chip_c: 80 }),
    miner(7, { status: 'idle', hashrate_th: 0 }),
    miner(8, { status: 'offline', temp_chip_c: null }),
    miner(9, { status: 'sleeping', temp_chip_c: null }),
    miner(10, { status: 'unknown', temp_chip_c: null }),
    miner(11, { temp_chip_c: null }),
    miner(12),
  ];
  const told = outliers(miners).map(({ index, reason, deviation }) => [miners[index]?.position, reason, deviation]);
  expect(told).toEqual([
    [8, 'offline', null],
    [7, 'idle', null],
    [6, 'degraded', null],
    [5, 'chip', -7],
    [4, 'chip', 5],
  ]);
});

it('a container whose miners are all idle is all outliers, and one in which all is well has none', () => {
  expect(outliers([miner(1, { status: 'idle' }), miner(2, { status: 'idle' })])).toHaveLength(2);
  expect(outliers([miner(1), miner(2), miner(3, { temp_chip_c: 61 })])).toEqual([]);
});
