import type { ClientBase } from 'pg';
import { timeOf } from './statements.ts';

/** How far back the last counter reading, or the last expected hashrate, of a device is looked for. */
export const MEMORY = "interval '31 days'";
/** The longest that a frame can stand: one and a half of the longest interval there is. */
export const LONGEST_STAND = "interval '36 hours'";

/** Microseconds are kept: a number holds them beside its milliseconds. */
export const msOf = (time: string): string => `(extract(epoch from ${time}) * 1000)::float8`;

/**
 * The part of an insert of frames that marks their buckets: of what went in and nothing else, so that a frame which comes
 * twice is marked once. Expects `inserted` with `id`, at and interval_s; `$1` is the project.
 */
export function markInserted(scope: 'container' | 'meter', id: string): string {
  return `insert into rollup_marks (project_id, scope, scope_id, frame_at, from_at, to_at)
    select $1, '${scope}', ${id}, at, at, at + 1.5 * interval_s * interval '1 s' from inserted`;
}

/** A span whose buckets are to be computed anew. Times are ms since 1970 UTC. */
export interface Mark {
  readonly scope: 'container' | 'meter';
  readonly scopeId: string;
  /** The frame that came; null where somebody asked for the span. */
  readonly frameAt: number | null;
  readonly from: number;
  readonly to: number;
}

/**
 * What else a frame changes: it ends the standing time of the one before; a container's tells what those after it that
 * answer nothing were expected to do; a meter's belongs to the counter readings around it.
 */
const REACH = `
  left join lateral (
    select f.at, f.interval_s * interval '1 s' as stands from container_frames f
    where t.scope = 'container' and f.project_id = $1 and f.container_id = t.scope_id and f.at < t.frame_at
      and f.at >= t.frame_at - ${LONGEST_STAND} order by f.at desc limit 1
  ) before on true
  left join lateral (
    select coalesce(
      (select min(n.at) from container_frames n where n.project_id = $1 and n.container_id = t.scope_id
        and n.at > t.frame_at and n.at < t.frame_at + ${MEMORY} and n.hashrate_expected_ths is not null),
      (select n.at + n.interval_s * interval '1 s' from container_frames n where n.project_id = $1
        and n.container_id = t.scope_id and n.at > t.frame_at and n.at < t.frame_at + ${MEMORY}
        order by n.at desc limit 1)) as until
    from container_frames f
    where t.scope = 'container' and f.project_id = $1 and f.container_id = t.scope_id and f.at = t.frame_at
      and f.hashrate_expected_ths is not null offset 0
  ) expected on true
  left join lateral (
    select f.at, f.interval_s * interval '1 s' as stands from meter_frames f
    where t.scope = 'meter' and f.project_id = $1 and f.meter_id = t.scope_id and f.at < t.frame_at
      and f.at >= t.frame_at - ${LONGEST_STAND} order by f.at desc limit 1
  ) meter_before on true
  left join lateral (
    select
      (select max(n.at) from meter_frames n where n.project_id = $1 and n.meter_id = t.scope_id
        and n.at < t.frame_at and n.at > t.frame_at - ${MEMORY} and n.energy_import_kwh is not null) as since,
      (select min(n.at) from meter_frames n where n.project_id = $1 and n.meter_id = t.scope_id
        and n.at > t.frame_at and n.at < t.frame_at + ${MEMORY} and n.energy_import_kwh is not null) as until
    where t.scope = 'meter' and t.frame_at is not null offset 0
  ) counters on true`;

const TAKE = `
  with t as (
    delete from rollup_marks where project_id = $1 and mark_id = any (array(
      select mark_id from rollup_marks where project_id = $1 order by mark_id limit $2))
    returning scope, scope_id, frame_at, from_at, to_at
  )
  select t.scope, t.scope_id as "scopeId", ${msOf('t.frame_at')} as "frameAt",
    ${msOf('least(t.from_at, before.at + before.stands, meter_before.at + meter_before.stands, counters.since)')} as from,
    ${msOf(`greatest(t.to_at, before.at + 1.5 * before.stands, expected.until,
      meter_before.at + 1.5 * meter_before.stands, counters.until)`)} as to
  from t ${REACH}`;

/** Takes the oldest marks of a project away, and says what they mean for buckets. */
export async function takeMarks(client: ClientBase, projectId: string, limit: number): Promise<Mark[]> {
  const { rows } = await client.query<Mark>(TAKE, [projectId, limit]);
  return rows;
}

/** Marks a span for every container and meter of the project: one mark per hour, so that none is much work. */
export async function insertSpanMarks(
  client: ClientBase,
  projectId: string,
  from: number,
  to: number,
): Promise<number> {
  const { rowCount } = await client.query(
    `insert into rollup_marks (project_id, scope, scope_id, from_at, to_at)
     select $1, scope, scope_id, hour, least(hour + interval '1 hour', ${timeOf('$3::float8')})
     from generate_series(${timeOf('$2::float8')}, ${timeOf('$3::float8')} - interval '1 microsecond', interval '1 hour') hour
     cross join (select 'container' as scope, container_id as scope_id from containers where project_id = $1
       union all select 'meter', meter_id from meters where project_id = $1) member
     order by hour, scope, scope_id`,
    [projectId, from, to],
  );
  return rowCount ?? 0;
}

/** The visible projects for which something waits to be computed at `now`, with their time zones. */
export async function projectsWithWork(client: ClientBase, now: number): Promise<{ id: string; timeZone: string }[]> {
  const { rows } = await client.query<{ id: string; timeZone: string }>(
    `select project_id as id, time_zone as "timeZone" from projects p
     where exists (select from rollup_marks m where m.project_id = p.project_id)
       or exists (select from rollup_dues d where d.project_id = p.project_id and d.resolution_s in (300, 3600, 86400)
         and d.due_at <= ${timeOf('$1::float8')})
     order by 1`,
    [now],
  );
  return rows;
}

/**
 * Opens what computes buckets, as the first statement of a transaction: everything in it sees one moment, at which no
 * other transaction computes buckets or moves the horizon. Marks and the frames they came with are then seen together.
 * Whatever is read of stored rows goes by a key, also while the tables are so new that nothing is known of their size.
 */
export async function beginRollup(client: ClientBase): Promise<void> {
  await client.query(
    `set transaction isolation level repeatable read; lock table raw_horizons in exclusive mode;
     set local enable_seqscan = off; set local jit = off`,
  );
}

/** Raw frames before this (ms since 1970) may be gone; null where all are there. */
export async function rawFrom(client: ClientBase, projectId: string): Promise<number | null> {
  const { rows } = await client.query<{ at: number }>(
    `select ${msOf('raw_from')} as at from raw_horizons where project_id = $1`,
    [projectId],
  );
  return rows[0]?.at ?? null;
}
