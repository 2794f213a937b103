import { type Column, type ContainerFrame, MINER_STATUSES, type Values } from '@hearst/protocol';

/** What one frame says about its container. Null is unknown: nothing that could be summed gave a value. */
export interface ContainerSummary {
  minersTotal: number;
  minersAnswering: number;
  minersActive: number;
  hashrateThs: number | null;
  hashrateExpectedThs: number | null;
  powerKw: number | null;
  powerSource: 'controller' | 'miners' | null;
  tempChipMinC: number | null;
  tempChipAvgC: number | null;
  tempChipMaxC: number | null;
  tempBoardMinC: number | null;
  tempBoardAvgC: number | null;
  tempBoardMaxC: number | null;
  tempInletAvgC: number | null;
  tempOutletAvgC: number | null;
  /** Null where there is no controller. */
  coolingAnswered: boolean | null;
  /** Neither miners nor controller answered. */
  offline: boolean;
}

const ANSWERED: readonly boolean[] = MINER_STATUSES.map((status) => status !== 'unknown' && status !== 'offline');
const ACTIVE: readonly boolean[] = MINER_STATUSES.map((status) => status === 'hashing' || status === 'degraded');

/** The codes that `answered` accepts. */
export const ANSWERED_CODES: readonly number[] = ANSWERED.flatMap((yes, code) => (yes ? [code] : []));

/** Whether a status code says that the miner gave a usable answer. */
export function answered(code: number): boolean {
  return ANSWERED[code] === true;
}

/**
 * Sums up a container's frame. Values of miners that did not answer are left out whatever the columns hold, and a
 * sum over nothing is null, never zero. Power is the controller's where it gives it, else the miners' sum.
 */
export function summarize(frame: ContainerFrame): ContainerSummary {
  const { status, columns, cooling } = frame;
  let answering = 0;
  let active = 0;
  for (const code of status) {
    if (ANSWERED[code]) answering++;
    if (ACTIVE[code]) active++;
  }
  const hashrate = fold(columns.hashrate_ths, status);
  const expected = fold(columns.hashrate_expected_ths, status);
  const power = fold(columns.power_w, status);
  const chip = fold(columns.temp_chip_c, status);
  const board = fold(columns.temp_board_c, status);
  const boxes = cooling && boxPower(cooling);
  const minersKw = power.count > 0 ? power.sum / 1000 : null;
  const coolingAnswered = frame.cooling_expected ? cooling !== null : null;
  return {
    minersTotal: status.length,
    minersAnswering: answering,
    minersActive: active,
    hashrateThs: sumOf(hashrate),
    hashrateExpectedThs: sumOf(expected),
    powerKw: boxes ?? minersKw,
    powerSource: boxes !== null ? 'controller' : minersKw !== null ? 'miners' : null,
    tempChipMinC: chip.count > 0 ? chip.min : null,
    tempChipAvgC: meanOf(chip),
    tempChipMaxC: chip.count > 0 ? chip.max : null,
    tempBoardMinC: board.count > 0 ? board.min : null,
    tempBoardAvgC: meanOf(board),
    tempBoardMaxC: board.count > 0 ? board.max : null,
    tempInletAvgC: meanOf(fold(columns.temp_inlet_c, status)),
    tempOutletAvgC: meanOf(fold(columns.temp_outlet_c, status)),
    coolingAnswered,
    offline: answering === 0 && coolingAnswered !== true,
  };
}

interface Fold {
  count: number;
  sum: number;
  min: number;
  max: number;
}

function fold(column: Column | undefined, status: readonly number[]): Fold {
  let count = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  if (column) {
    for (let i = 0; i < column.length; i++) {
      const value = column[i];
      if (value === null || value === undefined || !ANSWERED[status[i] ?? 0]) continue;
      count++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return { count, sum, min, max };
}

function sumOf(fold: Fold): number | null {
  return fold.count > 0 ? fold.sum : null;
}

function meanOf(fold: Fold): number | null {
  return fold.count > 0 ? fold.sum / fold.count : null;
}

/** The distribution boxes together. Null when a box that exists gave no value: half a container is no power. */
function boxPower(cooling: Values): number | null {
  let sum: number | null = null;
  for (const value of [cooling.power_box1_kw, cooling.power_box2_kw]) {
    if (value === undefined) continue;
    if (value === null) return null;
    sum = (sum ?? 0) + value;
  }
  return sum;
}
