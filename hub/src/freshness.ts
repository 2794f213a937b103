/**
 * How current a value is, beside what it says. Never reported is null: not stale, unknown.
 *
 * - `fresh`: at most two poll intervals old
 * - `late`: older than two
 * - `stale`: older than five; it leaves the sums and lowers coverage
 * - `offline`: nothing for 15 minutes (two intervals where polls are rarer than that)
 */
export const FRESHNESS = ['fresh', 'late', 'stale', 'offline'] as const;
export type Freshness = (typeof FRESHNESS)[number];

export interface Observation {
  readonly observed_at: string | null;
  /** Seconds since `observed_at`, to a tenth. */
  readonly age_s: number | null;
  readonly freshness: Freshness | null;
}

/** The poll interval assumed where none was told yet, seconds. */
export const DEFAULT_INTERVAL_S = 60;
export const LATE_AFTER_INTERVALS = 2;
export const STALE_AFTER_INTERVALS = 5;
/** The least age, ms, at which a reading says nothing about now: polls every few seconds may be late by more than five. */
const LEAST_STALE_MS = 60_000;
/** The silence after which nobody is believed to be there any more, seconds. */
export const OFFLINE_AFTER_S = 15 * 60;

/** Judges a value taken `at` by devices polled every `intervalS` seconds, as of `now` (ms). */
export function observe(at: Date | null, intervalS: number | null, now: number): Observation {
  if (at === null) return { observed_at: null, age_s: null, freshness: null };
  const age = Math.max(0, now - at.getTime()) / 1000;
  return {
    observed_at: at.toISOString(),
    age_s: Math.round(age * 10) / 10,
    freshness: freshnessOf(age, intervalS ?? DEFAULT_INTERVAL_S),
  };
}

/** The age, seconds, from which on devices polled every `intervalS` seconds count as silent. */
export function offlineAfterS(intervalS: number): number {
  return Math.max(OFFLINE_AFTER_S, LATE_AFTER_INTERVALS * intervalS);
}

/**
 * Whether a reading still says what is, so that it may raise an alert: when it came in, and later where none has followed.
 *
 * @param ageMs how old it is
 * @param intervalS null: not told
 */
export function stillTells(ageMs: number, intervalS: number | null): boolean {
  return ageMs <= Math.max(STALE_AFTER_INTERVALS * (intervalS ?? DEFAULT_INTERVAL_S) * 1000, LEAST_STALE_MS);
}

function freshnessOf(ageS: number, intervalS: number): Freshness {
  if (ageS >= offlineAfterS(intervalS)) return 'offline';
  if (ageS > STALE_AFTER_INTERVALS * intervalS) return 'stale';
  return ageS > LATE_AFTER_INTERVALS * intervalS ? 'late' : 'fresh';
}
