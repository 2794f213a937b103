import type { Painted } from './fills.ts';

/** A miner that is well, but for these values. */
export const miner = (position: number, values: Partial<Painted> = {}): Painted => ({
  position,
  status: 'hashing',
  temp_chip_c: 58,
  temp_board_c: 50,
  hashrate_th: 473,
  hashrate_expected_th: 473,
  power_w: 5650,
  uptime_s: 1e6,
  firmware: 'one',
  pool: null,
  ...values,
});
