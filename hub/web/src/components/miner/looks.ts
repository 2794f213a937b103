import { FILL, type Fill, medianChip, type Painted, type Scale, stepOf } from './fills.ts';

/** Names of the colours in container.css. */
const DIVERGING = ['d-3', 'd-2', 'd-1', 'd0', 'd1', 'd2', 'd3'] as const;
const MAGNITUDE = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7'] as const;
/** Of the most frequent kind, the next ones, and all others. */
const KINDS = ['k1', 'k2', 'k3', 'k4', 'k5'] as const;
export type Paint = (typeof DIVERGING)[number] | (typeof MAGNITUDE)[number] | (typeof KINDS)[number];

/** How one cell is drawn: as what the miner does where that tells more than a colour, else by its value. */
export interface Look {
  readonly state: 'value' | 'offline' | 'sleeping' | 'unknown';
  readonly paint: Paint | null;
  readonly notched: boolean;
  readonly value: number | string | null;
}

/** A step of the scale in the legend, from below `from` to `to`, or a kind by its name. */
export interface Band {
  readonly paint: Paint;
  readonly count: number;
  readonly from: number | null;
  readonly to: number | null;
  /** Of a kind; null: all those that have no colour of their own. */
  readonly name: string | null;
}

export interface Looks {
  /** What deviations are reckoned from, °C. */
  readonly reference: number | null;
  readonly of: ReadonlyMap<number, Look>;
  readonly bands: readonly Band[];
  readonly counts: Readonly<Record<Look['state'], number>>;
  readonly notched: number;
}

/** How all cells of a map look, and what its legend counts. */
export function looksOf(miners: readonly Painted[], fill: Fill): Looks {
  const looker = lookerOf(miners, fill);
  const of = new Map(miners.map((miner) => [miner.position, looker.of(miner)]));
  return { reference: looker.reference, of, ...tally([...of.values()], looker.bands) };
}

/** What the legend of these looks counts. */
export function tally(
  all: readonly Look[],
  bands: readonly Omit<Band, 'count'>[],
): Pick<Looks, 'bands' | 'counts' | 'notched'> {
  const count = (state: Look['state']): number => all.filter((each) => each.state === state).length;
  return {
    bands: bands.map((band) => ({ ...band, count: all.filter(({ paint }) => paint === band.paint).length })),
    counts: {
      value: count('value'),
      offline: count('offline'),
      sleeping: count('sleeping'),
      unknown: count('unknown'),
    },
    notched: all.filter(({ notched }) => notched).length,
  };
}

/** How each of some miners is to look: they are judged together, what deviates from their median, what is frequent by their number. */
export function lookerOf(miners: readonly Painted[], fill: Fill): Looking & Pick<Looks, 'reference'> {
  const reference = medianChip(miners);
  const asked = FILL[fill];
  return { reference, ...(asked.kind === 'scale' ? scaled(asked, reference) : kinds(miners, asked.of)) };
}

export interface Looking {
  readonly of: (miner: Painted) => Look;
  readonly bands: readonly Omit<Band, 'count'>[];
}

export const UNKNOWN_LOOK: Look = { state: 'unknown', paint: null, notched: false, value: null };

/** Of a miner that says nothing what it said last would be taken for what it does. */
function silent({ status }: Painted): Look | null {
  return status === 'offline' || status === 'sleeping' || status === 'unknown'
    ? { ...UNKNOWN_LOOK, state: status }
    : null;
}

function scaled(scale: Scale, reference: number | null): Looking {
  const { edges, notch, palette } = scale;
  const paints = palette === 'diverging' ? DIVERGING : MAGNITUDE;
  return {
    of: (miner) => {
      const state = silent(miner);
      const value = scale.of(miner, reference);
      if (state !== null || value === null) return state ?? UNKNOWN_LOOK;
      const notched = value < notch[0] || value > notch[1];
      return { state: 'value', paint: paints[stepOf(value, edges)] ?? null, notched, value };
    },
    bands: paints.map((paint, i) => ({ paint, from: edges[i - 1] ?? null, to: edges[i] ?? null, name: null })),
  };
}

function kinds(miners: readonly Painted[], kindOf: (miner: Painted) => string | null): Looking {
  const counts = new Map<string, number>();
  for (const miner of miners) {
    const kind = silent(miner) === null ? kindOf(miner) : null;
    if (kind !== null) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const byCount = [...counts].toSorted(([a, many], [b, more]) => more - many || a.localeCompare(b));
  const own = byCount.length > KINDS.length ? KINDS.length - 1 : KINDS.length;
  const names = byCount.slice(0, own).map(([name]) => name);
  const paintOf = (name: string): Paint => KINDS[names.indexOf(name)] ?? 'k5';
  const bands = names.map((name) => ({ paint: paintOf(name), from: null, to: null, name }));
  return {
    of: (miner) => {
      const state = silent(miner);
      const value = kindOf(miner);
      if (state !== null || value === null) return state ?? UNKNOWN_LOOK;
      return { state: 'value', paint: paintOf(value), notched: false, value };
    },
    bands: byCount.length > own ? [...bands, { paint: 'k5' as const, from: null, to: null, name: null }] : bands,
  };
}

/** How the mean of a row or column is coloured; null where the fill has none. */
export function paintOfMean(value: number | null, fill: Fill): Paint | null {
  const asked = FILL[fill];
  if (value === null || asked.kind !== 'scale' || !asked.averaged) return null;
  return (asked.palette === 'diverging' ? DIVERGING : MAGNITUDE)[stepOf(value, asked.edges)] ?? null;
}

/** Values of some positions, for their mean: what is silent or a name does not count. */
export function valuesOf(positions: readonly (number | null)[], looks: Looks): (number | null)[] {
  return positions.map((position) => {
    const look = position === null ? undefined : looks.of.get(position);
    return look?.state === 'value' && typeof look.value === 'number' ? look.value : null;
  });
}
