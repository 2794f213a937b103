import type { ClientBase } from 'pg';
import { rollUpCoarse } from '../db/queries/rollup-coarse.ts';
import type { Stretch } from '../db/queries/rollup-containers.ts';
import { addDues, type Due, takeDues } from '../db/queries/rollup-dues.ts';
import { dayBoundaries } from '../series/days.ts';
import type { RolledProject } from './fine.ts';

export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long after a change of what they consist of hours and days are computed: many changes are then one computation. */
const HOUR_PACE_MS = 60_000;
const DAY_PACE_MS = 300_000;
/** Whatever is due within this has been waiting for company, not for its end. */
export const SOON_MS = Math.max(HOUR_PACE_MS, DAY_PACE_MS);

/** The hours above five-minute buckets that were computed: of containers, and of the project and all its transformers. */
export function hourDues(
  projectId: string,
  transformers: readonly string[],
  containers: readonly Stretch[],
  buckets: readonly number[],
  now: number,
): Due[] {
  const members = [
    { scope: 'project' as const, scopeId: projectId },
    ...transformers.map((scopeId) => ({ scope: 'transformer' as const, scopeId })),
  ];
  const hours = [...new Set(buckets.map(hourOf))];
  const due = (at: number) => ({ at, endsAt: at + HOUR_MS, dueAt: now + HOUR_PACE_MS });
  return [
    ...containers.flatMap(({ id, from, to }) => {
      const own: Due[] = [];
      for (let at = hourOf(from); at < to; at += HOUR_MS) own.push({ scope: 'container', scopeId: id, ...due(at) });
      return own;
    }),
    ...hours.flatMap((at) => members.map((member) => ({ ...member, ...due(at) }))),
  ].filter(unique());
}

/** One that answers whether a bucket is met for the first time: an insert must not meet a row twice. */
function unique(): (due: Due) => boolean {
  const met = new Set<string>();
  return ({ scope, scopeId, at }) => {
    const key = `${scope} ${scopeId} ${at}`;
    if (met.has(key)) return false;
    met.add(key);
    return true;
  };
}

/** The days that hold hours: the project's own, and UTC's. */
export function dayDues(hours: readonly Due[], timeZone: string, now: number): Due[] {
  const days = new Map<number, readonly [at: number, endsAt: number][]>();
  return hours
    .flatMap((hour): Due[] => {
      const of = days.get(hour.at) ?? daysOf(hour.at, timeZone);
      days.set(hour.at, of);
      const { scope, scopeId } = hour;
      return of.map(([at, endsAt]) => ({ scope, scopeId, at, endsAt, dueAt: now + DAY_PACE_MS }));
    })
    .filter(unique());
}

/**
 * Each day that a bucket touches, an hour unless told otherwise: of the zone, and of UTC. A moment has one row, and of a
 * midnight of UTC it is UTC's: where the zone's day begins then and does not last as long (London's, when clocks go
 * forward), it has no row and is read as its hours.
 */
export function daysOf(bucket: number, timeZone: string, width = HOUR_MS): [at: number, endsAt: number][] {
  const days = new Map<number, number>();
  for (const zone of [timeZone, 'UTC']) {
    const edges = dayBoundaries({ from: bucket, to: bucket + width }, zone);
    for (const [i, at] of edges.slice(0, -1).entries())
      if (zone === 'UTC' || at % DAY_MS !== 0) days.set(at, edges[i + 1] ?? at);
  }
  return [...days];
}

export interface CoarseResult {
  readonly taken: number;
  readonly rows: number;
}

/**
 * Computes the hours or days of a project whose time has come from the narrower rows there are. Hours set a time for
 * their days; what still runs gets another when it is over.
 *
 * @param dueBy takes what is due until then
 */
export async function rollUpDues(
  client: ClientBase,
  project: RolledProject,
  resolution: 3600 | 86_400,
  now: number,
  limit: number,
  dueBy = now,
): Promise<CoarseResult> {
  const dues = await takeDues(client, project.id, resolution, dueBy, limit);
  if (dues.length === 0) return { taken: 0, rows: 0 };
  const rows = await rollUpCoarse(client, project.id, resolution, dues, now);
  const running = dues.filter(({ endsAt }) => endsAt > now).map((due) => ({ ...due, dueAt: due.endsAt }));
  await addDues(client, project.id, resolution, running);
  if (resolution === 3600) await addDues(client, project.id, 86_400, dayDues(dues, project.timeZone, now));
  return { taken: dues.length, rows };
}

export function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}
