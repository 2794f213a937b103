import type { Mark } from '../../components/status-mark.tsx';
import type { Camera, Size } from './camera.ts';
import type { Colours } from './colours.ts';
import type { Painting, Swatch } from './painting.ts';
import { LABEL, type Plan } from './plan.ts';

/** As much of a canvas as drawing takes, so that tests can watch. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'stroke'
  | 'font'
  | 'textBaseline'
  | 'fillRect'
  | 'fillText'
  | 'measureText'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'closePath'
  | 'fill'
>;

export interface Picture {
  readonly plan: Plan;
  readonly painting: Painting;
  readonly camera: Camera;
  /** Of the canvas, CSS pixels. */
  readonly size: Size;
  readonly pixelRatio: number;
  readonly colours: Colours;
}

/** A cell on the canvas, in device pixels. */
interface Spot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** From this size on, device pixels, a cell has room for a frame, for a mark. */
const FRAMED = 4;
const MARKED = 14;

/** Draws the whole fleet: a colour at a time, every cell on whole pixels. */
export function drawFleet(pen: Pen, picture: Picture): void {
  const { size, pixelRatio, painting, colours } = picture;
  pen.fillStyle = colours.ground;
  pen.fillRect(0, 0, size.width * pixelRatio, size.height * pixelRatio);
  const spotOf = spots(picture);
  for (const [swatch, miners] of painting.groups) {
    pen.fillStyle = colours.of[swatch];
    for (const miner of miners) {
      const spot = spotOf(miner);
      if (spot !== null) pen.fillRect(spot.x, spot.y, spot.width, spot.height);
    }
    hollow(pen, swatch, miners, spotOf, colours);
  }
  pen.fillStyle = colours.text;
  for (const miner of painting.notches) {
    const spot = spotOf(miner);
    if (spot !== null) notch(pen, spot);
  }
  hatches(pen, picture);
  names(pen, picture);
}

/** The place of a cell; null where it is out of sight. */
export function spots({ plan, camera, size, pixelRatio }: Omit<Picture, 'painting' | 'colours'>) {
  const { scale } = camera;
  const [right, bottom] = [size.width * pixelRatio, size.height * pixelRatio];
  const pitch = plan.pitch * scale * pixelRatio;
  const gap = pitch < 3 ? 0 : Math.max(1, Math.round(pitch * 0.1));
  const edge = (value: number, offset: number): number => Math.round((value * scale + offset) * pixelRatio);
  return (miner: number): Spot | null => {
    const [x, y] = [plan.x[miner] ?? Number.NaN, plan.y[miner] ?? Number.NaN];
    const [left, top] = [edge(x, camera.x), edge(y, camera.y)];
    const [width, height] = [edge(x + plan.pitch, camera.x) - left - gap, edge(y + plan.pitch, camera.y) - top - gap];
    return left + width < 0 || top + height < 0 || !(left < right && top < bottom)
      ? null
      : { x: left, y: top, width, height };
  };
}

/** What a cell is filled with inside of its frame, by what the miner does; the rest is filled through. */
const INSIDES: Partial<Record<Swatch, 'ground' | 'well'>> = {
  offline: 'ground',
  unknown: 'ground',
  sleeping: 'well',
  idle: 'ground',
};

/** Whoever says nothing is an empty frame, with a cross or a bar in it where there is room. */
function hollow(
  pen: Pen,
  swatch: Swatch,
  miners: readonly number[],
  spotOf: (miner: number) => Spot | null,
  colours: Colours,
): void {
  const inside = INSIDES[swatch];
  if (inside === undefined) return;
  for (const miner of miners) {
    const spot = spotOf(miner);
    if (spot === null || spot.width < FRAMED) continue;
    const frame = Math.max(1, Math.round(spot.width * 0.1));
    pen.fillStyle = colours[inside];
    pen.fillRect(spot.x + frame, spot.y + frame, spot.width - 2 * frame, spot.height - 2 * frame);
    pen.fillStyle = colours.of[swatch];
    if (swatch === 'offline') cross(pen, spot);
    else if (swatch !== 'unknown' || spot.width >= MARKED) bar(pen, spot);
  }
}

function cross(pen: Pen, { x, y, width, height }: Spot): void {
  if (width < MARKED) {
    // Too small for a cross: a core of ink.
    const core = Math.max(1, Math.round(width / 3));
    pen.fillRect(x + Math.round((width - core) / 2), y + Math.round((height - core) / 2), core, core);
    return;
  }
  const [from, to, thick] = [width * 0.28, width * 0.72, Math.max(1, width * 0.06)];
  for (const down of [true, false]) {
    const [start, end] = down ? [from, to] : [to, from];
    const sign = down ? -thick : thick;
    pen.beginPath();
    pen.moveTo(x + from - thick, y + start - sign);
    pen.lineTo(x + from + thick, y + start + sign);
    pen.lineTo(x + to + thick, y + end + sign);
    pen.lineTo(x + to - thick, y + end - sign);
    pen.closePath();
    pen.fill();
  }
}

function bar(pen: Pen, { x, y, width, height }: Spot): void {
  const thick = Math.max(1, Math.round(height * 0.14));
  const inset = Math.round(width * 0.28);
  pen.fillRect(x + inset, y + Math.round((height - thick) / 2), width - 2 * inset, thick);
}

/** A corner of ink: far off the scale, or hashing below what is expected. */
function notch(pen: Pen, { x, y, width }: Spot): void {
  const side = Math.max(1, Math.round(width * 0.42));
  if (width < MARKED) {
    pen.fillRect(x + width - side, y, side, side);
    return;
  }
  pen.beginPath();
  pen.moveTo(x + width - side, y);
  pen.lineTo(x + width, y);
  pen.lineTo(x + width, y + side);
  pen.closePath();
  pen.fill();
}

/** Between two lines of a hatch, CSS pixels. */
const HATCH = 6;

/** Over whatever is too old to be what is now. */
function hatches(pen: Pen, { plan, camera, pixelRatio, colours }: Picture): void {
  pen.strokeStyle = colours.ground;
  pen.lineWidth = 1.5 * pixelRatio;
  for (const { container, x, y, width, height } of plan.blocks) {
    if (container.freshness !== 'stale' && container.freshness !== 'offline') continue;
    const at = (value: number, offset: number): number => (value * camera.scale + offset) * pixelRatio;
    const [left, top, right, bottom] = [
      at(x, camera.x),
      at(y, camera.y),
      at(x + width, camera.x),
      at(y + height, camera.y),
    ];
    pen.beginPath();
    for (let d = left - (bottom - top); d < right; d += HATCH * pixelRatio) {
      // A line that rises from the foot of the block, cut off at its sides.
      const [from, to] = [Math.max(left, d), Math.min(right, d + bottom - top)];
      pen.moveTo(from, bottom - (from - d));
      pen.lineTo(to, bottom - (to - d));
    }
    pen.stroke();
  }
}

/** The name of each container above it, with its mark, as far as its width lets them. */
function names(pen: Pen, { plan, camera, size, pixelRatio, colours }: Picture): void {
  pen.textBaseline = 'middle';
  for (const { container, x, y, width } of plan.blocks) {
    const [left, base] = [x * camera.scale + camera.x, y * camera.scale + camera.y];
    if (left > size.width || left + width * camera.scale < 0 || base < 0 || base - LABEL > size.height) continue;
    const shape = MARKS[container.mark];
    const middle = (base - LABEL / 2) * pixelRatio;
    const room = width * camera.scale * pixelRatio;
    const before = shape === undefined ? 0 : MARK * pixelRatio * 1.4;
    if (shape !== undefined) mark(pen, shape, { x: left * pixelRatio, y: middle, size: MARK * pixelRatio }, colours);
    pen.font = `${shape === undefined ? 500 : 600} ${12 * pixelRatio}px ${colours.family}`;
    pen.fillStyle = shape === undefined ? colours.quiet : colours.text;
    pen.fillText(fitting(pen, container.name, room - before), left * pixelRatio + before, middle);
  }
}

const MARK = 9;

interface Shape {
  readonly ink: 'warning' | 'critical' | 'offline' | 'maint';
  /** Corners, from 0 to 1. */
  readonly corners: readonly (readonly [x: number, y: number])[];
}

/** The shapes of `StatusMark`, as simple as their size; a status without one is told by the hatch, or is none. */
const MARKS: Partial<Record<Mark, Shape>> = {
  warning: {
    ink: 'warning',
    corners: [
      [0.5, 0],
      [1, 1],
      [0, 1],
    ],
  },
  critical: {
    ink: 'critical',
    corners: [
      [0.5, 0],
      [1, 0.5],
      [0.5, 1],
      [0, 0.5],
    ],
  },
  offline: {
    ink: 'offline',
    corners: [
      [0, 0.2],
      [0.2, 0],
      [0.5, 0.3],
      [0.8, 0],
      [1, 0.2],
      [0.7, 0.5],
      [1, 0.8],
      [0.8, 1],
      [0.5, 0.7],
      [0.2, 1],
      [0, 0.8],
      [0.3, 0.5],
    ],
  },
  maint: {
    ink: 'maint',
    corners: [
      [0, 0.75],
      [0.55, 0.2],
      [0.8, 0],
      [1, 0.2],
      [0.8, 0.45],
      [0.25, 1],
    ],
  },
};

function mark(pen: Pen, { ink, corners }: Shape, at: { x: number; y: number; size: number }, colours: Colours): void {
  pen.fillStyle = colours[ink];
  pen.beginPath();
  corners.forEach(([x, y], i) => {
    const place = [at.x + x * at.size, at.y + (y - 0.5) * at.size] as const;
    if (i === 0) pen.moveTo(...place);
    else pen.lineTo(...place);
  });
  pen.closePath();
  pen.fill();
}

function fitting(pen: Pen, name: string, room: number): string {
  if (pen.measureText(name).width <= room) return name;
  let short = name;
  while (short.length > 1 && pen.measureText(`${short}…`).width > room) short = short.slice(0, -1);
  return `${short}…`;
}
