import { positionAt } from '@hearst/protocol/cells.ts';
import type { Container } from '../../api/containers.ts';

type Layout = NonNullable<Container['layout']>;

/** Which numbers of the layout an edge of the drawing counts. */
export interface Axis {
  readonly is: 'row' | 'column';
  readonly numbers: readonly number[];
}

/**
 * A part of a container as it is drawn: the longer way of the layout lies along (on a phone it stands upright), so that
 * 22 by 14 and 14 by 22 look alike.
 */
export interface Side {
  /** A or B; null for a container that is drawn in one piece. */
  readonly name: string | null;
  readonly along: Axis;
  readonly across: Axis;
  /** Positions, a line for each number across; null where the layout has no slot. */
  readonly lines: readonly (readonly (number | null)[])[];
}

/** As many as fit beside one another at 24 px. */
const MOST_ALONG = 24;
/** Fewer across than this need no second side. */
const LEAST_TO_HALVE = 10;
/** How many stand beside one another where nothing is known of the layout. */
const UNKNOWN_ALONG = 22;

/** The sides of a container. Without a layout: one side, in the order of the positions. */
export function sidesOf(layout: Layout | null, positions: number): readonly Side[] {
  if (layout === null) {
    const columns = Math.min(UNKNOWN_ALONG, Math.max(1, positions));
    const plain: Layout = { rows: Math.max(1, Math.ceil(positions / columns)), columns, order: 'row' };
    return [sideOf(plain, null, axis('column', 1, columns), axis('row', 1, plain.rows))];
  }
  const { rows, columns } = layout;
  const [long, short, lies] = rows >= columns ? [rows, columns, 'row' as const] : [columns, rows, 'column' as const];
  const stands = lies === 'row' ? 'column' : 'row';
  if (short >= LEAST_TO_HALVE && short % 2 === 0)
    return halves(short).map(([name, from, to]) => sideOf(layout, name, axis(lies, 1, long), axis(stands, from, to)));
  if (long > MOST_ALONG && long % 2 === 0)
    return halves(long).map(([name, from, to]) => sideOf(layout, name, axis(lies, from, to), axis(stands, 1, short)));
  return [sideOf(layout, null, axis(lies, 1, long), axis(stands, 1, short))];
}

const halves = (size: number): [name: string, from: number, to: number][] => [
  ['A', 1, size / 2],
  ['B', size / 2 + 1, size],
];

const axis = (is: Axis['is'], from: number, to: number): Axis => ({
  is,
  numbers: Array.from({ length: to - from + 1 }, (_, i) => from + i),
});

function sideOf(layout: Layout, name: string | null, along: Axis, across: Axis): Side {
  const lines = across.numbers.map((line) =>
    along.numbers.map((place) =>
      positionAt(along.is === 'row' ? { row: place, column: line } : { row: line, column: place }, layout),
    ),
  );
  return { name, along, across, lines };
}

/** Where somebody finds a position. */
export interface Place {
  readonly side: Side;
  readonly row: number;
  readonly column: number;
}

/** The place of a position; null for one outside of the layout. */
export function placeOf(position: number, sides: readonly Side[]): Place | null {
  for (const side of sides) {
    for (const [i, line] of side.lines.entries()) {
      const j = line.indexOf(position);
      if (j < 0) continue;
      const [lies, stands] = [side.along.numbers[j] ?? 0, side.across.numbers[i] ?? 0];
      return side.along.is === 'row' ? { side, row: lies, column: stands } : { side, row: stands, column: lies };
    }
  }
  return null;
}

/** The positions that share a row with a place, on its side, in their order. */
export function rowOf({ side, row }: Place): readonly number[] {
  const { along, across, lines } = side;
  const places =
    along.is === 'row' ? lines.map((line) => line[along.numbers.indexOf(row)]) : lines[across.numbers.indexOf(row)];
  return (places ?? []).filter((position) => position != null);
}

/** So many of a list around one of it, as far as the ends let it stand in the middle. */
export function around<Item>(items: readonly Item[], one: Item, most: number): readonly Item[] {
  const first = Math.max(0, Math.min(items.indexOf(one) - Math.floor(most / 2), items.length - most));
  return items.slice(first, first + most);
}

/** Which keys move on the map, and where to: lines up and down, places along; the other way round where it stands. */
const STEPS: Readonly<Record<string, readonly [line: number, place: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Where a key leads from a position; null: nowhere, or it is none of the map's keys. */
export function moved(
  from: number,
  key: string,
  lines: readonly (readonly (number | null)[])[],
  upright: boolean,
): number | null {
  const line = lines.findIndex((each) => each.includes(from));
  const row = lines[line];
  if (row === undefined) return null;
  if (key === 'Home') return row.find((each) => each !== null) ?? null;
  if (key === 'End') return row.findLast((each) => each !== null) ?? null;
  const step = STEPS[key];
  if (step === undefined) return null;
  const [down, on] = upright ? [step[1], step[0]] : step;
  return lines[line + down]?.[row.indexOf(from) + on] ?? null;
}
