import type { ChartPanel, Times } from './model.ts';
import { type Scale, scaleOf } from './scale.ts';

/** Where things stand in a chart, pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  /** Where the lowest panel ends. */
  readonly bottom: number;
  readonly ribbon: number;
  readonly axis: number;
  /** Too narrow for words beside the panels. */
  readonly isSmall: boolean;
  readonly panels: readonly PlacedPanel[];
  readonly x: (at: number) => number;
  /** The moment at a place; kept within the chart. */
  readonly at: (x: number) => number;
}

export interface PlacedPanel {
  readonly panel: ChartPanel;
  readonly scale: Scale;
  readonly top: number;
  readonly height: number;
  readonly y: (value: number) => number;
}

const LEFT = 48;
const TOP = 26;
const GAP = 34;
const BESIDE = 124;
const SMALL = 560;
const HEIGHTS = [150, 120];

/** Where the time axis begins and ends; what stands beneath a chart is as wide. */
export function sidesOf(width: number): { readonly left: number; readonly right: number; readonly isSmall: boolean } {
  const isSmall = width < SMALL;
  return { left: LEFT, right: width - (isSmall ? 12 : BESIDE), isSmall };
}

export function layoutOf(
  width: number,
  { from, to }: Times,
  panels: readonly ChartPanel[],
  hasRibbon: boolean,
): Layout {
  const { right, isSmall } = sidesOf(width);
  let top = TOP;
  const placed = panels.map((panel, i) => {
    const height = panel.height ?? HEIGHTS[Math.min(i, 1)]!;
    const [scale, at] = [scaleOf(panel), top];
    top += height + GAP;
    const y = (value: number): number => at + height - ((value - scale.low) / (scale.high - scale.low)) * height;
    return { panel, scale, top: at, height, y };
  });
  const bottom = top - GAP;
  const ribbon = bottom + 10;
  const axis = hasRibbon ? ribbon + 16 : bottom + 6;
  const span = Math.max(1, to - from);
  return {
    ...{ width, height: axis + 28, left: LEFT, right, top: TOP, bottom, ribbon, axis, isSmall, panels: placed },
    x: (at) => LEFT + ((at - from) / span) * (right - LEFT),
    at: (x) => Math.min(to, Math.max(from, from + ((x - LEFT) / (right - LEFT)) * span)),
  };
}
