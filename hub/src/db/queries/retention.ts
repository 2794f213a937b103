import type { ClientBase } from 'pg';
import { defaultPartition, type PartitionedTable, type Range, rangeOf } from '../partitioned.ts';

/** What is asked and done when a project's history is older than it is kept. As owner: see `retention/`. */

/** How long a project keeps what, and up to where that has passed. */
export interface Policy {
  readonly projectId: string;
  readonly archived: boolean;
  readonly rawDays: number;
  readonly fineDays: number;
  /** Frames before this midnight (UTC) may go. */
  readonly rawFrom: Date;
  /** And five-minute rows before this one: never before the frames that they are made from. */
  readonly fineFrom: Date;
}

/**
 * SQL of the time from which on the history of project `id` is still needed, because buckets wait to be made from it; null
 * where none does. Two hours before the bucket are kept as well: a frame stands into what follows it.
 */
function neededFrom(id: string): string {
  return `(select least(
      (select min(m.from_at) from rollup_marks m where m.project_id = ${id}),
      (select min(d.timestamp) from rollup_dues d where d.project_id = ${id})) - interval '2 hours')`;
}

/** The policy of every visible project. */
export async function readPolicies(client: ClientBase, now: Date): Promise<Policy[]> {
  const { rows } = await client.query<Policy>(
    `select project_id as "projectId", status = 'archived' as archived, raw_days as "rawDays",
            fine_days as "fineDays", raw_from as "rawFrom",
            date_trunc('day', least($1::timestamptz - fine_days * interval '24 hours', raw_from), 'UTC') as "fineFrom"
       from (
         select p.project_id, p.status, p.retention_raw_days as raw_days,
                greatest(p.retention_fine_days, p.retention_raw_days) as fine_days,
                date_trunc('day', least($1::timestamptz - p.retention_raw_days * interval '24 hours',
                  ${neededFrom('p.project_id')}), 'UTC') as raw_from
           from projects p
       ) policies
      order by project_id`,
    [now],
  );
  return rows;
}

/**
 * Opens what moves horizons: nobody else does, nor makes buckets from frames, until the transaction ends.
 *
 * @throws 55P03 where that takes too long
 */
export async function beginHorizons(client: ClientBase): Promise<void> {
  await client.query("set local lock_timeout = '10s'; lock table raw_horizons in exclusive mode");
}

/** Says of each project that its frames before `rawFrom` may be gone from now on. What was said once stays said. */
export async function advanceHorizons(client: ClientBase, policies: readonly Policy[]): Promise<void> {
  await client.query(
    `insert into raw_horizons as h (project_id, raw_from) select * from unnest($1::text[], $2::timestamptz[])
     on conflict (project_id) do update set raw_from = excluded.raw_from where h.raw_from < excluded.raw_from`,
    [policies.map(({ projectId }) => projectId), policies.map(({ rawFrom }) => rawFrom)],
  );
}

/** A partition; the default one has no range. */
export interface Partition {
  readonly name: string;
  readonly range: Range | null;
}

/** The partitions of a table, the oldest first, the default one last. */
export async function partitionsOf(client: ClientBase, table: PartitionedTable): Promise<Partition[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = $1::regclass order by name`,
    [table.table],
  );
  const ranged = rows.map(({ name }) => ({ name, range: rangeOf(table, name) })).filter(({ range }) => range !== null);
  return [...ranged, { name: defaultPartition(table), range: null }];
}

/** Which of these projects have rows in a partition. */
export async function holdersOf(client: ClientBase, partition: string, projectIds: string[]): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select p.id from unnest($1::text[]) p (id)
      cross join lateral (select from ${partition} r where r.project_id = p.id limit 1) held`,
    [projectIds],
  );
  return rows.map(({ id }) => id);
}

/** How many rows each project has in a partition, and the partition's size, indexes and all, in bytes. */
export async function sizeOf(
  client: ClientBase,
  partition: string,
): Promise<{ bytes: number; rows: { projectId: string; rows: number }[] }> {
  const { rows } = await client.query<{ projectId: string; rows: number }>(
    `select project_id as "projectId", count(*) as rows from ${partition} group by project_id`,
  );
  const { rows: sizes } = await client.query<{ bytes: number }>(
    'select pg_total_relation_size($1::regclass) as bytes',
    [partition],
  );
  return { bytes: sizes[0]?.bytes ?? 0, rows };
}

/** Which rows one transaction deletes: at most `limit` of a project, over before `until`. */
export interface Batch {
  readonly projectId: string;
  readonly until: Date;
  readonly limit: number;
}

/** When a record has served its time, by kind: the column that says since when, of which rows. */
const RECORDS = {
  agent_events: { table: 'agent_events', column: 'received_at', which: 'true' },
  released_quarantine: { table: 'quarantine', column: 'released_at', which: 'true' },
  delivered_notifications: { table: 'deliveries', column: 'delivered_at', which: "status = 'delivered'" },
  failed_notifications: { table: 'deliveries', column: 'created_at', which: "status = 'failed'" },
  // Their events go with them.
  resolved_alerts: { table: 'alerts', column: 'resolved_at', which: "status = 'resolved'" },
} as const;

export type RecordKind = keyof typeof RECORDS;

/** Deletes a batch of records that have served their time; their number and bytes. */
export function deleteRecords(
  client: ClientBase,
  kind: RecordKind,
  { projectId, until, limit }: Batch,
): Promise<{ rows: number; bytes: number }> {
  const { table, column, which } = RECORDS[kind];
  return deleteSome(client, table, `project_id = $1 and ${column} < $2 and ${which}`, [projectId, until, limit]);
}

/** Deletes at most `limit` rows of a project that are before `until` and no longer needed; their number and bytes. */
export function deleteBatch(
  client: ClientBase,
  { column }: PartitionedTable,
  partition: string,
  { projectId, until, limit }: Batch,
): Promise<{ rows: number; bytes: number }> {
  const over = `project_id = $1 and "${column}" < least($2::timestamptz, ${neededFrom('$1')})`;
  return deleteSome(client, partition, over, [projectId, until, limit]);
}

/** @param values $1 and $2 of the condition, and how many rows at most */
async function deleteSome(
  client: ClientBase,
  table: string,
  condition: string,
  values: [projectId: string, until: Date, limit: number],
): Promise<{ rows: number; bytes: number }> {
  const { rows } = await client.query<{ rows: number; bytes: number }>(
    `with gone as (
       delete from ${table} where ctid = any (array(select ctid from ${table} where ${condition} limit $3))
       returning pg_column_size(${table}.*) as bytes
     )
     select count(*) as rows, coalesce(sum(bytes), 0)::bigint as bytes from gone`,
    values,
  );
  return rows[0] ?? { rows: 0, bytes: 0 };
}

/** Locks that are there at once or not at all: who queues for one holds up everybody who comes after. */
export async function lockAgainstWriting(client: ClientBase, partition: string): Promise<void> {
  await client.query(`lock table only ${partition} in share mode nowait`);
}

/** The same against readers too, to be held for moments. */
export async function lockAgainstReading(client: ClientBase, partition: string): Promise<void> {
  await client.query(`lock table only ${partition} in access exclusive mode nowait`);
}

/** Takes the rows of a partition away, and gives their room back. */
export async function emptyPartition(client: ClientBase, partition: string): Promise<void> {
  await client.query(`truncate only ${partition}`);
}

/** Drops a partition; false where it holds rows again. */
export async function dropEmptyPartition(
  client: ClientBase,
  table: PartitionedTable,
  partition: string,
): Promise<boolean> {
  const locked = [table.table, defaultPartition(table), partition].map((name) => `only ${name}`).join(', ');
  await client.query(`lock table ${locked} in access exclusive mode nowait`);
  const { rows } = await client.query(`select from ${partition} limit 1`);
  if (rows.length > 0) return false;
  await client.query(`drop table ${partition}`);
  return true;
}
