import type { AlertTarget } from '../db/schema.ts';
import type { Target } from './target.ts';

/** What stands on what in one project: of each container its transformer and its agent, null where not known. */
export type Topology = ReadonlyMap<string, { readonly transformerId: string | null; readonly agentId: string | null }>;

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
  return standsOn(
    { type: alert.target_type, id: alert.target_id },
    { type: silence.target_type, id: silence.target_id },
    topology,
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

/** Whether a target is another one or stands below it: project > agent, transformer > container > miner. */
export function standsOn(target: Target, above: Target, topology: Topology): boolean {
  if (above.type === target.type) return above.id === target.id;
  if (above.type === 'project') return target.type !== 'global';
  const container = containerOf(target);
  if (container === null) return false;
  if (above.type === 'container') return container === above.id;
  const stands = topology.get(container);
  if (above.type === 'transformer') return stands?.transformerId === above.id;
  return above.type === 'agent' && stands?.agentId === above.id;
}

/** The container that a target is or stands in. A miner's id is its container's with the position behind it. */
function containerOf({ type, id }: Target): string | null {
  if (type === 'container') return id;
  return type === 'miner' ? id.slice(0, id.lastIndexOf('-')) : null;
}
