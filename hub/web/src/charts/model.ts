import type { Mark } from '../components/status-mark.tsx';

/** What a chart shows: values already in the unit that its panel names. */

/** A colour of styles/tokens.css, by its name: `--s1`. */
type Colour = `--${string}`;
export type Values = readonly (number | null)[];

export interface ChartLine {
  readonly label: string;
  /** One for each of the chart's times; null is a gap. */
  readonly values: Values;
  readonly colour: Colour;
  /** Thin and dashed: what stands beside the rest, such as the period before. */
  readonly thin?: boolean;
  /** Whether it is the line above it in the period before. */
  readonly isBefore?: boolean;
  /** The least and the most within each bucket, for the read-out. */
  readonly least?: Values;
  readonly most?: Values;
  /** Whether they are drawn as well, as a tint behind the line. */
  readonly isSpread?: boolean;
}

/** One quantity, with an axis of its own; several stand one above the other over one time axis. */
export interface ChartPanel {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly ChartLine[];
  /** Decimals of the read-out, 1 unless said. */
  readonly decimals?: number;
  readonly band?: { readonly low: number; readonly high: number; readonly label: string };
  readonly thresholds?: readonly { readonly value: number; readonly label: string }[];
  /** How much the axis spans at least: without it the noise of a steady value would fill the panel. */
  readonly leastSpan?: number;
  /** What the axis reaches from and to at least, so that charts beside one another have the same one. */
  readonly holds?: readonly [low: number, high: number];
  /** Pixels. */
  readonly height?: number;
}

/** The quantity with its unit; what is counted has none. */
export const titleOf = ({ title, unit }: Pick<ChartPanel, 'title' | 'unit'>): string =>
  unit === '' ? title : `${title}, ${unit}`;

/** What happened at a moment (an alert), or went on for a while (maintenance). */
export type ChartMark = { readonly mark: Mark; readonly label: string } & (
  | { readonly at: number }
  | { readonly from: number; readonly to: number }
);

export interface Coverage {
  readonly reporting: number;
  readonly expected: number;
}

/** When a chart's buckets begin, ms since 1970, and where the last one ends. */
export interface Times {
  readonly times: readonly number[];
  readonly step: number;
  readonly from: number;
  readonly to: number;
}

const FIVE_MINUTES = 300_000;

/** @param width of the buckets, ms; where it is not said, as far as the last two are apart. */
export function timesOf(times: readonly number[], width?: number): Times {
  const from = times[0] ?? 0;
  const last = times.at(-1) ?? 0;
  const step = width ?? (times.length < 2 ? FIVE_MINUTES : last - times[times.length - 2]!);
  return { times, step, from, to: last + step };
}
