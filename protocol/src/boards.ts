import { isPlausible, METRICS, type MetricName } from './metrics.ts';

/** Hashboard by hashboard: what goes along with every tenth frame of a container. */

/** What is told of a single board, by the names that the catalogue has for it. */
export const BOARD_METRICS = [
  'hashrate_ths',
  'temp_chip_c',
  'temp_board_c',
  'temp_inlet_c',
  'temp_outlet_c',
  'hw_errors',
  'frequency_mhz',
  'chips_active',
] as const satisfies readonly MetricName[];
export type BoardMetric = (typeof BOARD_METRICS)[number];

/** The most boards of one miner. */
export const MAX_BOARDS = 16;

/** One miner's boards in the order of its chains, null where nothing was said of one. */
export type BoardValues = Partial<Record<BoardMetric, (number | null)[]>>;

/** One metric of all boards of a container: a place for each position, null where nothing was said of any board. */
export type BoardColumn = ((number | null)[] | null)[];
export type BoardColumns = Partial<Record<BoardMetric, BoardColumn>>;

export function isBoardMetric(name: string): name is BoardMetric {
  return (BOARD_METRICS as readonly string[]).includes(name);
}

/** A board's value if it is a number that can be true, else null. */
export function plausibleOnBoard(name: BoardMetric, value: unknown): number | null {
  return typeof value === 'number' && isPlausible(METRICS[name], value) ? value : null;
}
