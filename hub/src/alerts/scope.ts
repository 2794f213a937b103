import type { AlertTarget } from '../db/schema.ts';
import type { Topology } from './topology.ts';

/** A time in which nobody is told of a target and of what stands below it. */
export interface Silenced {
  readonly target_type: AlertTarget;
  readonly target_id: string;
  /** Null (every rule) or absent (a maintenance window). */
  readonly rule_id?: string | null;
  readonly starts_at: Date;
  readonly ends_at: Date;
}

/** An alert as a silence sees it: of what, by which rule. */
export interface Silenceable {
  readonly target_type: AlertTarget;
  readonly target_id: string;
  readonly rule_id: string | null;
}

/**
 * Whether a silence or a maintenance window of a project is about an alert of the same project: by its rule, and by its
 * target, which is the alert's own or stands above it. Whether it is the time is not asked here.
 */
export function covers(
  silence: Omit<Silenced, 'starts_at' | 'ends_at'>,
  alert: Silenceable,
  topology: Topology,
): boolean {
  const rule = silence.rule_id ?? null;
  if (rule !== null && rule !== alert.rule_id) return false;
  const target = { type: alert.target_type, id: alert.target_id };
  return [target, ...topology.above(target)].some(
    ({ type, id }) => type === silence.target_type && id === silence.target_id,
  );
}

/** Until when an alert is silent as of `now`: the latest end of the silences that cover it and have begun; null: it is not. */
export function silencedUntil(
  alert: Silenceable,
  silences: readonly Silenced[],
  topology: Topology,
  now: Date,
): Date | null {
  const ends = silences
    .filter(({ starts_at, ends_at }) => starts_at <= now && now < ends_at)
    .filter((silence) => covers(silence, alert, topology))
    .map(({ ends_at }) => +ends_at);
  return ends.length === 0 ? null : new Date(Math.max(...ends));
}
