import { type Buckets, bucketsBetween } from './buckets.ts';
import { daysBefore } from './days.ts';
import { type Span, STEP_S } from './steps.ts';

/** What a series may be laid beside: as much time right before it, or a week before. */
export const COMPARISONS = ['previous_period', 'previous_week'] as const;
export type Comparison = (typeof COMPARISONS)[number];

const DAY_MS = 86_400_000;
const DAYS_OF_WEEK = 7;

/**
 * The earlier buckets, one for each: days go with the day of so many dates before in their time zone, whether it has 23,
 * 24 or 25 hours; hours and less with those of exactly so many hours before, for they are UTC's. A period is as many
 * whole steps as come nearest to the span.
 */
export function comparedBuckets(
  { boundaries, step, timeZone }: Buckets,
  { from, to }: Span,
  comparison: Comparison,
): Buckets {
  const width = STEP_S[step] * 1000;
  const steps =
    comparison === 'previous_week' ? (DAYS_OF_WEEK * DAY_MS) / width : Math.max(1, Math.round((to - from) / width));
  const earlier = step === '1d' ? daysBefore(boundaries, steps, timeZone) : boundaries.map((at) => at - steps * width);
  return bucketsBetween(earlier, step, timeZone);
}
