import { describe, expect, it } from 'vitest';
import { MinerTally } from './tally.ts';
import type { MinerInFrame } from './unpack.ts';

const hashing = (values: MinerInFrame['values'], boards: MinerInFrame['boards'] = null): MinerInFrame => ({
  status: 'hashing',
  answered: true,
  values,
  boards,
});
const column = (quantity: 'hashrate_ths' | 'hw_errors' | 'efficiency_j_per_th', agg: 'avg' | 'last' = 'avg') => ({
  quantity,
  agg,
});

describe('a poll that was picked for what it holds, not for its place in time', () => {
  it('counts for what does not come with every poll, and for nothing else', () => {
    const columns = [column('hashrate_ths'), column('hw_errors', 'last'), column('efficiency_j_per_th')];
    const tally = new MinerTally(2, columns, false);
    tally.add(0, hashing({ hashrate_ths: 400, power_w: 4800 }), true);
    tally.add(0, hashing({ hashrate_ths: 100, power_w: 4800, hw_errors: 7 }), false);
    expect(columns.map((one) => tally.values(0, one))).toEqual([
      [400, null],
      [7, null],
      [12, null],
    ]);
    expect(tally.statuses()).toEqual([{ hashing: 1 }, null]);
  });

  it('counts for boards', () => {
    const tally = new MinerTally(1, [column('hashrate_ths')], true);
    tally.add(0, hashing({}, { hashrate_ths: [157, null] }), false);
    expect(tally.boards().map((board) => tally.values(board, column('hashrate_ths')))).toEqual([[157], [null]]);
  });
});

describe('an efficiency', () => {
  it('is power over hashrate of the whole bucket, of polls that tell both, and none without a hashrate', () => {
    const tally = new MinerTally(2, [column('efficiency_j_per_th')], false);
    tally.add(0, hashing({ hashrate_ths: 100, power_w: 3000 }), true);
    tally.add(0, hashing({ hashrate_ths: 300, power_w: 3000 }), true);
    tally.add(0, hashing({ hashrate_ths: 500, power_w: null }), true);
    tally.add(1, hashing({ hashrate_ths: 0, power_w: 60 }), true);
    expect(tally.values(0, column('efficiency_j_per_th'))).toEqual([15, null]);
  });
});
