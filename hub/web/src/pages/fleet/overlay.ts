import type { Mark } from '../../components/status-mark.tsx';
import type { Sight } from './cells.ts';
import type { Colours } from './colours.ts';
import { LABEL } from './plan.ts';

/** As much of a canvas as drawing over the cells takes. */
type Pen = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'stroke'
  | 'font'
  | 'textBaseline'
  | 'fillText'
  | 'measureText'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'closePath'
  | 'fill'
>;

/** Between two lines of a hatch, CSS pixels. */
const HATCH = 6;

/** Over whatever is too old to be what is now. */
export function drawHatches(pen: Pen, { plan, camera, pixelRatio }: Sight, colours: Colours): void {
  pen.strokeStyle = colours.css.ground;
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
export function drawNames(pen: Pen, { plan, camera, size, pixelRatio }: Sight, colours: Colours): void {
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
    pen.fillStyle = shape === undefined ? colours.css.quiet : colours.css.text;
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
  pen.fillStyle = colours.css[ink];
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
