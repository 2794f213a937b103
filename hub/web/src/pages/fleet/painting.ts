import { FILL, FILLS, type Fill, type Painted } from '../../components/miner/fills.ts';
import { type Look, type Looks, lookerOf, type Paint, tally } from '../../components/miner/looks.ts';
import type { FleetModel } from './model.ts';

/** What the cells are coloured by; the first unless asked otherwise. */
export const FLEET_FILLS = ['status', ...FILLS] as const;
export type FleetFill = (typeof FLEET_FILLS)[number];

export const fleetFillOf = (name: string | undefined): FleetFill =>
  FLEET_FILLS.find((fill) => fill === name) ?? FLEET_FILLS[0];

export const STATUSES = ['hashing', 'degraded', 'idle', 'offline', 'sleeping', 'unknown'] as const;
/** How a cell is drawn: as a step of a scale, or as what the miner does. */
export type Swatch = Paint | (typeof STATUSES)[number];

/** What a picture of the fleet is drawn from. */
export interface Painting {
  /** Cells of each swatch, so that a colour is taken up once. */
  readonly groups: ReadonlyMap<Swatch, readonly number[]>;
  readonly notches: readonly number[];
  /** What each cell is coloured by; null where that is what the miner does. */
  readonly values: readonly (number | string | null)[];
  /** Null where the fill is the status. */
  readonly legend: Pick<Looks, 'reference' | 'bands' | 'counts' | 'notched'> | null;
  readonly statuses: Readonly<Record<Painted['status'], number>>;
}

export function paintingOf(model: FleetModel, fill: FleetFill): Painting {
  const statuses = countsOf(model.miners);
  if (fill === 'status') {
    const cells = model.miners.map(({ status }) => ({ swatch: status, notched: status === 'degraded' }));
    return { ...grouped(cells), values: model.miners.map(() => null), legend: null, statuses };
  }
  const { looks, bands } = looksOfAll(model, fill);
  const cells = looks.map(({ state, paint, notched }) => ({
    swatch: state === 'value' ? (paint ?? 'unknown') : state,
    notched,
  }));
  return {
    ...grouped(cells),
    values: looks.map(({ value }) => value),
    legend: { reference: null, ...tally(looks, bands) },
    statuses,
  };
}

/** A quantity is judged within its container, as on the container's own page; names are counted over all. */
function looksOfAll({ containers, miners }: FleetModel, fill: Fill) {
  if (FILL[fill].kind === 'kinds') {
    const looker = lookerOf(miners, fill);
    return { looks: miners.map(looker.of), bands: looker.bands };
  }
  const looks: Look[] = [];
  for (const { miners: its } of containers) {
    const looker = lookerOf(its, fill);
    for (const miner of its) looks.push(looker.of(miner));
  }
  return { looks, bands: lookerOf([], fill).bands };
}

function grouped(cells: readonly { readonly swatch: Swatch; readonly notched: boolean }[]) {
  const groups = new Map<Swatch, number[]>();
  const notches: number[] = [];
  cells.forEach(({ swatch, notched }, i) => {
    const group = groups.get(swatch);
    if (group === undefined) groups.set(swatch, [i]);
    else group.push(i);
    if (notched) notches.push(i);
  });
  return { groups, notches };
}

function countsOf(miners: readonly Painted[]): Record<Painted['status'], number> {
  const counts = { hashing: 0, degraded: 0, idle: 0, offline: 0, sleeping: 0, unknown: 0 };
  for (const { status } of miners) counts[status]++;
  return counts;
}
