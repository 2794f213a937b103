import { sidesOf } from '../../components/miner/grid.ts';
import type { Container } from './model.ts';

/** Where the miners of a fleet lie on the picture, in CSS pixels before any zoom. */
export interface Plan {
  /** From one cell to the next. */
  readonly pitch: number;
  readonly width: number;
  readonly height: number;
  readonly blocks: readonly Block[];
  /** Corners of the cells, by miner. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** A container: its name above, its lines beneath, an aisle between its sides. */
export interface Block {
  readonly container: Container;
  readonly x: number;
  /** Of its first line. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Line[];
}

interface Line {
  readonly top: number;
  /** Miners; -1 where there is none. */
  readonly cells: readonly number[];
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Room for the name above a block, and between blocks. */
export const LABEL = 16;
const GAP = 10;
const MOST_GAP = 28;
/** Between two sides, in cells. */
const AISLE = 0.75;
const LEAST_PITCH = 2;
/** Few miners need not be as large as the screen. */
const MOST_PITCH = 28;
/** Where a container has no place for a miner, it stands beneath, so many to a line. */
const OUTSIDE_ALONG = 22;

interface Lines {
  readonly tops: readonly number[];
  readonly cells: readonly (readonly number[])[];
  readonly width: number;
  readonly height: number;
}

/**
 * Lays blocks out so that cells are as large as the box lets them be: by the site's plan where every container has a
 * place on it, else in their order. A pitch is a whole number of device pixels, so that cells are crisp.
 *
 * @param box.height null: as high as it takes, for a page that scrolls
 */
export function planOf(
  containers: readonly Container[],
  box: { readonly width: number; readonly height: number | null },
  pixelRatio: number,
): Plan {
  const lines = containers.map(linesOf);
  const size = { width: max(lines.map(({ width }) => width)), height: max(lines.map(({ height }) => height)) };
  const places = placesByPlan(containers);
  const columns = places === null ? columnsFor(containers.length, size, box) : max(places.map(({ x }) => x)) + 1;
  const at = places ?? containers.map((_, i) => ({ x: i % columns, y: Math.floor(i / columns) }));
  const rows = max(at.map(({ y }) => y)) + 1;
  const pitch = snapped(pitchFor(columns, rows, size, box), pixelRatio);
  const stride = {
    x: Math.min((box.width + GAP) / columns, size.width * pitch + MOST_GAP),
    y: size.height * pitch + LABEL + GAP,
  };
  const total = containers.reduce((sum, { miners }) => sum + miners.length, 0);
  const plan = { x: new Float64Array(total).fill(Number.NaN), y: new Float64Array(total).fill(Number.NaN) };
  const blocks = containers.map((container, i): Block => {
    const { tops, cells, width, height } = lines[i] as Lines;
    const place = at[i] ?? { x: 0, y: 0 };
    const left = aligned(place.x * stride.x, pixelRatio);
    const top = aligned(place.y * stride.y + LABEL, pixelRatio);
    cells.forEach((line, j) => {
      line.forEach((miner, k) => {
        if (miner < 0) return;
        plan.x[miner] = left + k * pitch;
        plan.y[miner] = top + (tops[j] ?? 0) * pitch;
      });
    });
    return {
      container,
      x: left,
      y: top,
      width: width * pitch,
      height: height * pitch,
      lines: cells.map((line, j) => ({ top: top + (tops[j] ?? 0) * pitch, cells: line })),
    };
  });
  return { ...plan, pitch, blocks, width: box.width, height: rows * stride.y - GAP };
}

/** The lines of a container as its own page draws them, in cells. */
function linesOf({ layout, miners, from }: Container): Lines {
  const byPosition = new Map(miners.map(({ position }, i) => [position, from + i]));
  const count = max(miners.map(({ position }) => position));
  const tops: number[] = [];
  const cells: number[][] = [];
  let top = 0;
  for (const side of sidesOf(layout, count)) {
    if (top > 0) top += AISLE;
    for (const line of side.lines) {
      tops.push(top++);
      cells.push(line.map((position) => taken(byPosition, position)));
    }
  }
  const outside = [...byPosition.values()];
  if (outside.length > 0) top += AISLE;
  for (let i = 0; i < outside.length; i += OUTSIDE_ALONG) {
    tops.push(top++);
    cells.push(outside.slice(i, i + OUTSIDE_ALONG));
  }
  return { tops, cells, width: max(cells.map(({ length }) => length)), height: top };
}

function taken(from: Map<number, number>, position: number | null): number {
  const miner = position === null ? undefined : from.get(position);
  if (position === null || miner === undefined) return -1;
  from.delete(position);
  return miner;
}

/** Columns and rows of the site, counted; null where not every container has a place of its own. */
function placesByPlan(containers: readonly Container[]): { x: number; y: number }[] | null {
  const plans = containers.map(({ plan }) => plan);
  if (plans.some((plan) => plan === null)) return null;
  const known = plans.filter((plan) => plan !== null);
  if (new Set(known.map(({ x, y }) => `${x} ${y}`)).size < known.length) return null;
  const ranks = (values: number[]): number[] => [...new Set(values)].toSorted((a, b) => a - b);
  const [xs, ys] = [ranks(known.map(({ x }) => x)), ranks(known.map(({ y }) => y))];
  return known.map(({ x, y }) => ({ x: xs.indexOf(x), y: ys.indexOf(y) }));
}

type Size = { readonly width: number; readonly height: number };
type Box = Parameters<typeof planOf>[1];

/** How many blocks stand beside one another where cells are largest. */
function columnsFor(blocks: number, size: Size, box: Box): number {
  const least = (columns: number): number => columns * (size.width * LEAST_PITCH + GAP) - GAP;
  if (box.height === null) {
    let columns = 1;
    while (columns < blocks && least(columns + 1) <= box.width) columns++;
    return columns;
  }
  const choices = Array.from({ length: Math.max(1, blocks) }, (_, i) => i + 1);
  const pitch = (columns: number): number => pitchFor(columns, Math.ceil(blocks / columns), size, box);
  return choices.reduce((best, columns) => (pitch(columns) > pitch(best) ? columns : best), 1);
}

function pitchFor(columns: number, rows: number, size: Size, box: Box): number {
  const across = ((box.width + GAP) / columns - GAP) / Math.max(1, size.width);
  if (box.height === null) return across;
  return Math.min(across, ((box.height + GAP) / rows - GAP - LABEL) / Math.max(1, size.height));
}

const max = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);
const aligned = (value: number, ratio: number): number => Math.round(value * ratio) / ratio;
const snapped = (pitch: number, ratio: number): number =>
  Math.min(MOST_PITCH, Math.max(LEAST_PITCH, Math.floor(pitch * ratio) / ratio));

/** The block at a place of the picture, its name included. */
export function blockAt({ blocks }: Plan, x: number, y: number): Block | null {
  return (
    blocks.find(
      (block) => x >= block.x && x < block.x + block.width && y >= block.y - LABEL && y < block.y + block.height,
    ) ?? null
  );
}

/** The miner at a place of the picture; null between cells' blocks and where none is. */
export function minerAt(plan: Plan, x: number, y: number): number | null {
  const block = blockAt(plan, x, y);
  const line = block?.lines.find(({ top }) => y >= top && y < top + plan.pitch);
  if (block === null || line === undefined) return null;
  const miner = line.cells[Math.floor((x - block.x) / plan.pitch)] ?? -1;
  return miner < 0 ? null : miner;
}

const STEPS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** Where a key leads from a miner: to the next one that way, over aisles and into other blocks; null: nowhere. */
export function minerBeside(plan: Plan, from: number, key: string): number | null {
  const block = plan.blocks.find(
    ({ container: { from: first, miners } }) => from >= first && from < first + miners.length,
  );
  const line = block?.lines.find(({ cells }) => cells.includes(from));
  if (line === undefined) return null;
  if (key === 'Home') return line.cells.find((miner) => miner >= 0) ?? null;
  if (key === 'End') return line.cells.findLast((miner) => miner >= 0) ?? null;
  const step = STEPS[key];
  if (step === undefined) return null;
  const half = plan.pitch / 2;
  let [x, y] = [(plan.x[from] ?? 0) + half, (plan.y[from] ?? 0) + half];
  while (x >= 0 && y >= 0 && x <= plan.width && y <= plan.height) {
    x += step[0] * half;
    y += step[1] * half;
    const miner = minerAt(plan, x, y);
    if (miner !== null && miner !== from) return miner;
  }
  return null;
}

/** The first miner of the container so many further on. */
export function minerOfNext(plan: Plan, from: number, by: number): number | null {
  const filled = plan.blocks.filter(({ container }) => container.miners.length > 0);
  const at = filled.findIndex(
    ({ container: { from: first, miners } }) => from >= first && from < first + miners.length,
  );
  return at < 0 ? null : (filled[at + by]?.container.from ?? null);
}
