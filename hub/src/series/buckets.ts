import { dayBoundaries } from './days.ts';
import { type Span, STEP_S, type Step } from './steps.ts';

/** The buckets of a series, side by side: bucket `i` lasts from `boundaries[i]` to `boundaries[i + 1]`, ms since 1970. */
export interface Buckets {
  readonly step: Step;
  readonly timeZone: string;
  readonly boundaries: readonly number[];
  /** The widths of stored rows that tile every bucket, widest first, seconds. */
  readonly widths: readonly number[];
}

/** Every bucket that a span touches. Hours and less begin where UTC's do, days where those of the time zone do. */
export function bucketsOf(span: Span, step: Step, timeZone: string): Buckets {
  const boundaries = step === '1d' ? dayBoundaries(span, timeZone) : evenBoundaries(span, STEP_S[step] * 1000);
  return bucketsBetween(boundaries, step, timeZone);
}

/** The buckets between boundaries that are known already. */
export function bucketsBetween(boundaries: readonly number[], step: Step, timeZone: string): Buckets {
  // In a zone with an odd half hour a day begins in the middle of a stored hour: quarters tile it, hours do not.
  const tiles = (width: number): boolean => boundaries.every((at) => at % (width * 1000) === 0);
  const narrower = Object.values(STEP_S).filter((width) => width < STEP_S[step] && tiles(width));
  return { step, timeZone, boundaries, widths: [STEP_S[step], ...narrower.sort((a, b) => b - a)] };
}

function evenBoundaries({ from, to }: Span, width: number): number[] {
  const first = Math.floor(from / width);
  const end = Math.ceil(to / width);
  return Array.from({ length: end - first + 1 }, (_, i) => (first + i) * width);
}
