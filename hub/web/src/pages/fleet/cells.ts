import type { Bitmap, Spot } from './bitmap.ts';
import type { Camera, Size } from './camera.ts';
import type { Painting, Swatch } from './painting.ts';
import type { Plan } from './plan.ts';

/** What is seen of a fleet. */
export interface Sight {
  readonly plan: Plan;
  readonly camera: Camera;
  /** Of the canvas, CSS pixels. */
  readonly size: Size;
  readonly pixelRatio: number;
}

/** Colours as pixels. */
export interface Inks {
  readonly of: Readonly<Record<Swatch, number>>;
  readonly ground: number;
  readonly well: number;
  readonly text: number;
}

/** From this size on, device pixels, a cell has room for a frame, for a bar across an unknown one. */
const FRAMED = 4;
const BARRED = 14;

/** Draws all cells, a colour at a time, every cell on whole pixels. */
export function drawCells(on: Bitmap, sight: Sight, painting: Painting, inks: Inks): void {
  on.clear(inks.ground);
  const spotOf = spots(sight);
  for (const [swatch, miners] of painting.groups) {
    const inside = INSIDES[swatch];
    for (const miner of miners) {
      const spot = spotOf(miner);
      if (spot === null) continue;
      on.fill(spot, inks.of[swatch]);
      if (inside !== undefined && spot.width >= FRAMED) hollow(on, spot, swatch, inks[inside], inks.of[swatch]);
    }
  }
  for (const miner of painting.notches) {
    const spot = spotOf(miner);
    if (spot !== null) notch(on, spot, inks.text);
  }
}

/** Gives the place of a cell; null where it is out of sight. */
export function spots({ plan, camera, size, pixelRatio }: Sight): (miner: number) => Spot | null {
  const { scale } = camera;
  const [right, bottom] = [size.width * pixelRatio, size.height * pixelRatio];
  const pitch = plan.pitch * scale * pixelRatio;
  const gap = pitch < 3 ? 0 : Math.max(1, Math.round(pitch * 0.1));
  const edge = (value: number, offset: number): number => Math.round((value * scale + offset) * pixelRatio);
  return (miner) => {
    const [x, y] = [plan.x[miner] ?? Number.NaN, plan.y[miner] ?? Number.NaN];
    const [left, top] = [edge(x, camera.x), edge(y, camera.y)];
    const [width, height] = [edge(x + plan.pitch, camera.x) - left - gap, edge(y + plan.pitch, camera.y) - top - gap];
    const isSeen = left + width >= 0 && top + height >= 0 && left < right && top < bottom;
    return isSeen ? { x: left, y: top, width, height } : null;
  };
}

/** What the frame of a cell holds, where it is no full cell. */
const INSIDES: Partial<Record<Swatch, 'ground' | 'well'>> = {
  offline: 'ground',
  unknown: 'ground',
  sleeping: 'well',
  idle: 'ground',
};

/** Whoever does not hash is a frame: offline with a core, idle and asleep with a bar, unknown with nothing. */
function hollow(on: Bitmap, spot: Spot, swatch: Swatch, inside: number, ink: number): void {
  const { x, y, width, height } = spot;
  const frame = Math.max(1, Math.round(width * 0.1));
  on.fill({ x: x + frame, y: y + frame, width: width - 2 * frame, height: height - 2 * frame }, inside);
  if (swatch === 'offline') core(on, spot, ink);
  if (swatch === 'offline' || (swatch === 'unknown' && width < BARRED)) return;
  const thick = Math.max(1, Math.round(height * 0.14));
  const inset = Math.round(width * 0.28);
  on.fill({ x: x + inset, y: y + Math.round((height - thick) / 2), width: width - 2 * inset, height: thick }, ink);
}

/** A core of ink; where there is room, a cross. */
function core(on: Bitmap, { x, y, width, height }: Spot, ink: number): void {
  if (width < BARRED) {
    const side = Math.max(1, Math.round(width / 3));
    const at = { x: x + Math.round((width - side) / 2), y: y + Math.round((height - side) / 2) };
    on.fill({ ...at, width: side, height: side }, ink);
    return;
  }
  const [inset, thick] = [Math.round(width * 0.27), Math.max(2, Math.round(width * 0.09))];
  const length = Math.min(width, height) - 2 * inset - thick;
  for (let i = 0; i <= length; i++) {
    on.fill({ x: x + inset + i, y: y + inset + i, width: thick, height: thick }, ink);
    on.fill({ x: x + inset + length - i, y: y + inset + i, width: thick, height: thick }, ink);
  }
}

/** A corner of ink: far off the scale, or hashing below what is expected. */
function notch(on: Bitmap, { x, y, width }: Spot, ink: number): void {
  const side = Math.max(1, Math.round(width * 0.42));
  for (let i = 0; i < side; i++) on.fill({ x: x + width - side + i, y: y + i, width: side - i, height: 1 }, ink);
}
