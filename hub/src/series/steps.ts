/** How wide the buckets of a series are: what roll-ups store, and quarters of an hour as older systems kept them. */
export const STEPS = ['5m', '15m', '1h', '1d'] as const;
export type Step = (typeof STEPS)[number];

/** Seconds. A day is one of a time zone: 23 or 25 h where its clocks change. */
export const STEP_S: Readonly<Record<Step, number>> = { '5m': 300, '15m': 900, '1h': 3600, '1d': 86_400 };

/** The most points of one series in an answer. */
export const MAX_POINTS = 2000;
/** What `auto` keeps to, where a stored step allows: a screen shows no more. */
export const AUTO_POINTS = 1000;
/** The most series of an answer. */
export const MAX_SERIES = 200;
/** The most buckets of members that are read for an answer: some seconds of work. */
export const MAX_BUCKETS_READ = 250_000;

/** A span of time, ms since 1970: `to` is outside. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** How many buckets of a step touch the span. Days are counted as UTC has them: another zone may have one more or less. */
export function pointsOf({ from, to }: Span, step: Step): number {
  const width = STEP_S[step] * 1000;
  return Math.ceil(to / width) - Math.floor(from / width);
}

/**
 * The step that `auto` stands for: the finest of at most 1,000 points for which something is stored, which takes rows of
 * that width or finer. Where nothing fits, the widest.
 *
 * @param stored the widths of rows in the span, seconds
 */
export function autoStep(span: Span, stored: readonly number[], most = AUTO_POINTS): Step {
  const readable = STEPS.filter((step) => pointsOf(span, step) <= Math.min(most, AUTO_POINTS));
  const filled = readable.find((step) => stored.some((width) => width <= STEP_S[step]));
  return filled ?? readable[0] ?? '1d';
}

/** The finest step whose points fit into one answer; null where none does. */
export function fittingStep(span: Span, most = MAX_POINTS): Step | null {
  return STEPS.find((step) => pointsOf(span, step) <= Math.min(most, MAX_POINTS)) ?? null;
}
