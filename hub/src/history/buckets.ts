import { bucketsOf } from '../series/buckets.ts';
import { AUTO_POINTS, MAX_POINTS, pointsOf, type Span, STEP_S, STEPS, type Step } from '../series/steps.ts';

/** How wide the buckets of a miner's series are: as those of other series, and a minute, which is the usual poll. */
export const MINER_STEPS = ['1m', ...STEPS] as const;
export type MinerStep = (typeof MINER_STEPS)[number];

const MINUTE_MS = 60_000;

/** Buckets side by side: bucket `i` lasts from `boundaries[i]` to `boundaries[i + 1]`, ms since 1970. */
export interface MinerBuckets {
  readonly step: MinerStep;
  readonly timeZone: string;
  readonly boundaries: readonly number[];
}

/** Every bucket that a span touches. */
export function minerBuckets(span: Span, step: MinerStep, timeZone: string): MinerBuckets {
  if (step !== '1m') return { step, timeZone, boundaries: bucketsOf(span, step, timeZone).boundaries };
  const first = Math.floor(span.from / MINUTE_MS);
  const boundaries = Array.from({ length: minutesOf(span) + 1 }, (_, i) => (first + i) * MINUTE_MS);
  return { step, timeZone, boundaries };
}

/** Whether the minutes of a span fit into one answer. */
export function fitsMinutes(span: Span): boolean {
  return minutesOf(span) <= MAX_POINTS;
}

/**
 * The step that `auto` stands for: the finest of at most 1,000 points whose buckets hold two polls, so that a poll a
 * second late leaves no gap.
 */
export function autoMinerStep(span: Span, intervalS: number): MinerStep {
  const holdsTwo = (step: Step) => STEP_S[step] >= 2 * intervalS;
  if (intervalS <= 30 && minutesOf(span) <= AUTO_POINTS) return '1m';
  return STEPS.find((step) => pointsOf(span, step) <= AUTO_POINTS && holdsTwo(step)) ?? '1d';
}

function minutesOf({ from, to }: Span): number {
  return Math.ceil(to / MINUTE_MS) - Math.floor(from / MINUTE_MS);
}
