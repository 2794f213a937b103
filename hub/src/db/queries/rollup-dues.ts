import type { ClientBase } from 'pg';
import type { MetricScope } from '../schema.ts';
import { msOf } from './rollup-marks.ts';
import { timeOf } from './statements.ts';

/** A bucket to be computed at a set time; ms since 1970 UTC. */
export interface Due {
  readonly scope: MetricScope;
  readonly scopeId: string;
  readonly at: number;
  readonly endsAt: number;
  readonly dueAt: number;
}

/** Sets times for buckets of one width; of a bucket that has one already the earlier stays. */
export async function addDues(
  client: ClientBase,
  projectId: string,
  resolution: number,
  dues: readonly Due[],
): Promise<void> {
  if (dues.length === 0) return;
  await client.query(
    `insert into rollup_dues as d (project_id, scope, scope_id, resolution_s, timestamp, ends_at, due_at)
     select $1, n.scope, n.scope_id, $2, ${timeOf('n.at')}, ${timeOf('n.ends_at')}, ${timeOf('n.due_at')}
     from unnest($3::text[], $4::text[], $5::float8[], $6::float8[], $7::float8[]) n (scope, scope_id, at, ends_at, due_at)
     on conflict (project_id, scope, scope_id, resolution_s, timestamp)
       do update set due_at = excluded.due_at, ends_at = excluded.ends_at where d.due_at > excluded.due_at`,
    [
      projectId,
      resolution,
      dues.map((due) => due.scope),
      dues.map((due) => due.scopeId),
      dues.map((due) => due.at),
      dues.map((due) => due.endsAt),
      dues.map((due) => due.dueAt),
    ],
  );
}

/** Takes the buckets of one width away whose time has come. */
export async function takeDues(
  client: ClientBase,
  projectId: string,
  resolution: number,
  now: number,
  limit: number,
): Promise<Due[]> {
  const { rows } = await client.query<Due>(
    `delete from rollup_dues where (project_id, scope, scope_id, resolution_s, timestamp) in (
       select project_id, scope, scope_id, resolution_s, timestamp from rollup_dues
       where project_id = $1 and resolution_s = $2 and due_at <= ${timeOf('$3::float8')} order by due_at limit $4)
     returning scope, scope_id as "scopeId", ${msOf('timestamp')} as at, ${msOf('ends_at')} as "endsAt",
       ${msOf('due_at')} as "dueAt"`,
    [projectId, resolution, now, limit],
  );
  return rows;
}
