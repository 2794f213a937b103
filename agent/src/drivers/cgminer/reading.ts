import {
  BOARD_METRICS,
  type BoardMetric,
  type BoardValues,
  isPlausible,
  MAX_BOARDS,
  METRICS,
  type MetricName,
  type Values,
} from '@hearst/protocol';
import type { MinerReading } from '../driver.ts';
import type { MinerDefinition, Sensor } from './definition.ts';
import type { Board, Observation } from './observation.ts';

/** A miner below this share of its expected rate is degraded. */
export const DEGRADED_BELOW = 0.8;

/**
 * What an observation means for a miner of this definition: the values of the catalogue, null where unknown or
 * not believable. Water temperatures are the mean over the boards, chip and board temperatures the hottest.
 */
export function valuesOf(seen: Observation, definition: MinerDefinition): Values {
  const correct = (rate: number | null): number | null => corrected(rate, definition);
  const rate = correct(seen.rate);
  const [power, estimated] = powerOf(seen, rate, definition);
  const { sensors } = definition;
  const boards = seen.boards ?? [];
  const values: Values = {
    hashrate_ths: believe('hashrate_ths', ths(rate)),
    hashrate_avg_ths: believe('hashrate_avg_ths', ths(correct(seen.rateAvg))),
    hashrate_expected_ths: believe('hashrate_expected_ths', ths(expectedOf(seen, definition))),
    power_w: believe('power_w', power),
    power_estimated: power === null ? null : estimated,
    temp_chip_c: hottest('temp_chip_c', boards, sensors.chip, seen.chipTemps),
    temp_board_c: hottest('temp_board_c', boards, sensors.board, seen.boardTemps),
    temp_inlet_c: mean('temp_inlet_c', boards, sensors.inlet),
    temp_outlet_c: mean('temp_outlet_c', boards, sensors.outlet),
    boards_active: believe('boards_active', activeBoards(seen)),
    fan_rpm:
      definition.fans && seen.fans !== null && seen.fans.length > 0 ? believe('fan_rpm', Math.max(...seen.fans)) : null,
    hw_errors: believe('hw_errors', seen.hwErrors),
    uptime_s: believe('uptime_s', seen.uptime),
    shares_accepted: believe('shares_accepted', seen.accepted),
    shares_rejected: believe('shares_rejected', seen.rejected),
    shares_stale: believe('shares_stale', seen.stale),
  };
  for (const name of definition.untold ?? []) if (name in values) values[name] = null;
  return values;
}

/**
 * Board by board, in the order of the chains; a metric of which nothing is known is left out. A place that is listed, or
 * that a whole machine has a board in, and where none was found, hashes nothing: that zero is known, all else of it is
 * not. Null where no reply speaks of boards.
 */
export function boardsOf(seen: Observation, definition: MinerDefinition): BoardValues | null {
  if (seen.boards === null) return null;
  const first = definition.firstChain ?? 0;
  const listed = seen.boardSlots;
  const meant = definition.boards === null ? 0 : first + definition.boards;
  const size = Math.min(Math.max(listed, meant, ...seen.boards.map(({ slot }) => slot + 1)), MAX_BOARDS);
  const isMeant = (slot: number): boolean => slot < listed || (slot >= first && slot < meant);
  // Some firmware gives averages per board, which outlast the hashing.
  const still = seen.rate === 0;
  const bySlot = new Map(seen.boards.map((board) => [board.slot, still ? { ...board, rate: 0 } : board]));
  const values: BoardValues = {};
  for (const name of BOARD_METRICS) {
    const column = Array.from({ length: size }, (_, slot) => {
      const board = bySlot.get(slot);
      if (board !== undefined) return believe(name, ON_BOARD[name](board, definition));
      return name === 'hashrate_ths' && isMeant(slot) && definition.rateCorrection !== null ? 0 : null;
    });
    if (name !== 'hashrate_ths' && definition.untold?.includes(name)) continue;
    if (column.some((value) => value !== null)) values[name] = column;
  }
  return values;
}

const ON_BOARD: Record<BoardMetric, (board: Board, definition: MinerDefinition) => number | null> = {
  hashrate_ths: (board, definition) => ths(corrected(board.rate, definition)),
  temp_chip_c: (board, { sensors }) => hottest('temp_chip_c', [board], sensors.chip),
  temp_board_c: (board, { sensors }) => hottest('temp_board_c', [board], sensors.board),
  temp_inlet_c: (board, { sensors }) => mean('temp_inlet_c', [board], sensors.inlet),
  temp_outlet_c: (board, { sensors }) => mean('temp_outlet_c', [board], sensors.outlet),
  hw_errors: (board) => board.hwErrors,
  frequency_mhz: (board) => board.frequency,
  chips_active: (board) => board.chips,
};

/**
 * Whether a miner hashes: `sleeping` when it says so, `idle` at rate 0, `degraded` below 80 % of what is expected
 * or with a board missing, else `hashing`. Null when no reply gave a rate.
 */
export function statusOfMiner(seen: Observation, definition: MinerDefinition): MinerReading['status'] | null {
  // Whatever else is said: who hashes does not sleep.
  if (seen.asleep === true && !((seen.rate ?? 0) > 0)) return 'sleeping';
  if (seen.rate === null) return null;
  if (seen.rate === 0) return 'idle';
  const expected = expectedOf(seen, definition);
  const rate = seen.rate * (definition.rateCorrection ?? 1);
  if (expected !== null && rate < DEGRADED_BELOW * expected) return 'degraded';
  const active = activeBoards(seen);
  return definition.boards !== null && active !== null && active < definition.boards ? 'degraded' : 'hashing';
}

/** A rate in what it really counts; null where it counts no hashes. */
function corrected(rate: number | null, { rateCorrection }: MinerDefinition): number | null {
  return rate === null || rateCorrection === null ? null : rate * (rateCorrection ?? 1);
}

/** What the device expects of itself, else the datasheet's rate; TH/s. 0 is what it says when it does not know. */
function expectedOf(seen: Observation, definition: MinerDefinition): number | null {
  if (definition.rateCorrection === null) return null;
  const told = seen.rateExpected === null ? 0 : seen.rateExpected * (definition.rateCorrection ?? 1);
  return told > 0 ? told : (definition.rated?.ths ?? null);
}

/** Watts, and whether they are computed: told (then the device says which), else rate by the told or the rated J/TH. A rate of 0 tells nothing about the power. */
function powerOf(seen: Observation, rate: number | null, definition: MinerDefinition): [number | null, 0 | 1] {
  if (seen.power !== null && seen.power > 0) return [Math.round(seen.power), seen.powerComputed ? 1 : 0];
  const rated = definition.rated === null ? null : definition.rated.watts / definition.rated.ths;
  const joules = seen.efficiency !== null && seen.efficiency > 0 ? seen.efficiency : rated;
  if (joules === null || rate === null || rate === 0 || seen.asleep === true) return [null, 1];
  return [Math.round(joules * rate), 1];
}

/** The boards that hash: none at a rate of 0; where no rate is given per board, those that were found. */
function activeBoards(seen: Observation): number | null {
  if (seen.boards === null) return null;
  if (seen.rate === 0) return 0;
  let active = 0;
  for (const board of seen.boards) if (board.rate === null || board.rate > 0) active++;
  return active;
}

function hottest(
  metric: MetricName,
  boards: readonly Board[],
  wanted: Sensor[] | undefined,
  told: (number | null)[] = [],
): number | null {
  let most: number | null = null;
  const see = (value: number | null): void => {
    if (value !== null && (most === null || value > most) && isPlausible(METRICS[metric], value)) most = value;
  };
  eachSensor(boards, wanted, see);
  told.forEach(see);
  return tenths(most);
}

function mean(metric: MetricName, boards: readonly Board[], wanted: Sensor[] | undefined): number | null {
  let sum = 0;
  let count = 0;
  eachSensor(boards, wanted, (value) => {
    if (value === null || !isPlausible(METRICS[metric], value)) return;
    sum += value;
    count++;
  });
  return count === 0 ? null : tenths(sum / count);
}

function eachSensor(boards: readonly Board[], wanted: Sensor[] | undefined, see: (value: number | null) => void): void {
  if (wanted === undefined) return;
  for (const board of boards) {
    for (const { list, at, unit = 1 } of wanted) {
      const sensors = board.sensors[list];
      if (sensors === undefined) continue;
      const told = at === undefined ? sensors : [sensors[at] ?? null];
      for (const value of told) see(value === null ? null : value * unit);
    }
  }
}

function believe(metric: MetricName, value: number | null): number | null {
  return value !== null && isPlausible(METRICS[metric], value) ? value : null;
}

/** Two decimals; below 0.1 TH/s (machines that count in MH/s) four significant digits, so that little is not nothing. */
function ths(rate: number | null): number | null {
  if (rate === null) return null;
  return rate >= 0.1 ? Math.round(rate * 100) / 100 : Number(rate.toPrecision(4));
}

function tenths(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}
