import type { Miner } from '../../api/containers.ts';

/** What the cells of the map are coloured by; the first is what is shown unless asked otherwise. */
export const FILLS = ['deviation', 'chip', 'board', 'hashrate', 'power', 'uptime', 'firmware', 'pool'] as const;
export type Fill = (typeof FILLS)[number];

export function fillOf(name: string | undefined): Fill {
  return FILLS.find((fill) => fill === name) ?? 'deviation';
}

/** As much of a miner as a fill looks at. */
export type Painted = Pick<
  Miner,
  | 'position'
  | 'status'
  | 'temp_chip_c'
  | 'temp_board_c'
  | 'hashrate_th'
  | 'hashrate_expected_th'
  | 'power_w'
  | 'uptime_s'
  | 'firmware'
  | 'pool'
>;

/** A quantity on a fixed scale of seven steps, so that colours of two containers and two days can be compared. */
export interface Scale {
  readonly kind: 'scale';
  /** `diverging`: the middle step is what is normal. `magnitude`: from little to much. */
  readonly palette: 'diverging' | 'magnitude';
  /** Six bounds between the seven steps; a value that equals a bound is below it. */
  readonly edges: readonly number[];
  /** Beyond these a cell is notched: it is far off the scale. */
  readonly notch: readonly [below: number, above: number];
  /** Whether the mean of a row says something. */
  readonly averaged: boolean;
  readonly of: (miner: Painted, reference: number | null) => number | null;
}

/** Names of which the most frequent is what is normal. */
export interface Kinds {
  readonly kind: 'kinds';
  readonly of: (miner: Painted) => string | null;
}

/** Whether the mean of a row says something. */
export function hasMeans(fill: Fill): boolean {
  const asked = FILL[fill];
  return asked.kind === 'scale' && asked.averaged;
}

const HOUR_S = 3_600;
const DAY_S = 86_400;
const BOUNDLESS = [-Infinity, Infinity] as const;

/** Steps in K, °C, %, kW and s; power for miners of 3 to 6 kW. */
export const FILL: Readonly<Record<Fill, Scale | Kinds>> = {
  deviation: {
    kind: 'scale',
    palette: 'diverging',
    edges: [-6, -4, -2, 2, 4, 6],
    notch: [-12, 12],
    averaged: true,
    of: ({ temp_chip_c: chip }, reference) => (chip === null || reference === null ? null : chip - reference),
  },
  chip: {
    kind: 'scale',
    palette: 'magnitude',
    edges: [45, 50, 55, 60, 65, 75],
    notch: [-Infinity, 85],
    averaged: true,
    of: ({ temp_chip_c: chip }) => chip,
  },
  board: {
    kind: 'scale',
    palette: 'magnitude',
    edges: [40, 45, 50, 55, 60, 70],
    notch: [-Infinity, 85],
    averaged: true,
    of: ({ temp_board_c: board }) => board,
  },
  hashrate: {
    kind: 'scale',
    palette: 'diverging',
    edges: [50, 80, 95, 105, 110, 120],
    notch: [10, Infinity],
    averaged: true,
    of: ({ hashrate_th: now, hashrate_expected_th: expected }) =>
      now === null || expected === null || expected <= 0 ? null : (now / expected) * 100,
  },
  power: {
    kind: 'scale',
    palette: 'magnitude',
    edges: [1, 2.5, 4, 5, 5.5, 6],
    notch: BOUNDLESS,
    averaged: true,
    of: ({ power_w: watts }) => (watts === null ? null : watts / 1000),
  },
  uptime: {
    kind: 'scale',
    palette: 'magnitude',
    edges: [HOUR_S, 6 * HOUR_S, DAY_S, 7 * DAY_S, 30 * DAY_S, 90 * DAY_S],
    notch: BOUNDLESS,
    averaged: false,
    of: ({ uptime_s: uptime }) => uptime,
  },
  firmware: { kind: 'kinds', of: ({ firmware }) => firmware },
  pool: { kind: 'kinds', of: ({ pool }) => pool },
};

/** What deviations are reckoned from: the median chip of those that hash; where nobody does, of those at rest. */
export function medianChip(miners: readonly Painted[]): number | null {
  const chips = (...statuses: Painted['status'][]): number[] =>
    miners
      .filter(({ status }) => statuses.includes(status))
      .flatMap(({ temp_chip_c: chip }) => (chip === null ? [] : [chip]));
  return median(chips('hashing', 'degraded')) ?? median(chips('idle'));
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** The mean of what is known; null where nothing is. */
export function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Which of the seven steps a value falls into, from 0. */
export function stepOf(value: number, edges: readonly number[]): number {
  return edges.filter((edge) => value > edge).length;
}
