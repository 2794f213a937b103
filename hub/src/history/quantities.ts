import { BOARD_METRICS, type BoardMetric, isBoardMetric, isSlow, METRICS } from '@hearst/protocol';

/** What series there are of a single miner, and what may be made of its readings. */

export const MINER_QUANTITIES = [
  'hashrate_ths',
  'hashrate_avg_ths',
  'hashrate_expected_ths',
  'power_w',
  'efficiency_j_per_th',
  'temp_chip_c',
  'temp_board_c',
  'temp_inlet_c',
  'temp_outlet_c',
  'boards_active',
  'fan_rpm',
  'hw_errors',
  'uptime_s',
  'shares_accepted',
  'shares_rejected',
  'shares_stale',
  'frequency_mhz',
  'chips_active',
] as const;
export type MinerQuantity = (typeof MINER_QUANTITIES)[number];

export const MINER_AGGREGATES = ['avg', 'min', 'max', 'last'] as const;
export type MinerAggregate = (typeof MINER_AGGREGATES)[number];

/** One series wanted. */
export interface MinerColumn {
  readonly quantity: MinerQuantity;
  readonly agg: MinerAggregate;
}

/** What a series is of: the miner as a whole, or each of its boards. */
export type Grouping = 'board' | null;

const OF_BOARDS_ALONE: readonly MinerQuantity[] = ['frequency_mhz', 'chips_active'];

/** What is told of the miner as a whole, or of each board. */
export function quantitiesBy(grouping: Grouping): readonly MinerQuantity[] {
  if (grouping === 'board') return BOARD_METRICS;
  return MINER_QUANTITIES.filter((quantity) => !OF_BOARDS_ALONE.includes(quantity));
}

export function unitOf(quantity: MinerQuantity): string {
  return quantity === 'efficiency_j_per_th' ? 'J/TH' : METRICS[quantity].unit;
}

/**
 * The aggregates that say something true, the usual one first. What a device counts up since it started has a last value
 * and no average. An efficiency is power over hashrate of a whole bucket.
 */
export function aggregatesOf(quantity: MinerQuantity): readonly [MinerAggregate, ...MinerAggregate[]] {
  if (quantity === 'efficiency_j_per_th') return ['avg'];
  return METRICS[quantity].kind === 'counter' ? ['last'] : ['avg', 'min', 'max', 'last'];
}

/** Whether a quantity goes along with some polls alone. */
export function isRare(quantity: MinerQuantity): boolean {
  return quantity !== 'efficiency_j_per_th' && isSlow(quantity);
}

/** Whether a quantity of a single board. */
export function isOfBoard(quantity: MinerQuantity): quantity is MinerQuantity & BoardMetric {
  return isBoardMetric(quantity);
}
