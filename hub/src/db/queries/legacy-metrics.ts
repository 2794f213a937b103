import type { ClientBase } from 'pg';
import type { LegacyReading } from '../../legacy/readings.ts';
import { float8Array } from './arrays.ts';
import { patiently } from './legacy-import.ts';
import { timeOf } from './statements.ts';

/**
 * The history of an old database on its way into `metrics`: its readings are gathered in a table of the transaction,
 * then stored as quarters of an hour, hours and days, scope by scope. Buckets are computed from all readings there are
 * and compared with what is stored, so that no reading can count twice, however often it comes. Sums are taken in the
 * order of time: added in another order they would differ in their last digit, and each run would change something.
 */

/** The source of every bucket that is written here; nothing that was rolled up from frames is touched. */
const SOURCE = 'legacy';

const QUANTITIES = ['hashrate_ths', 'power_kw', 'miners_active', 'temp_supply_c', 'temp_return_c'] as const;
/** Those of a project that are the sum of its containers'. */
const ADDITIVE: readonly string[] = ['hashrate_ths', 'power_kw', 'miners_active'];

export type Scope = 'project' | 'container';

export async function gatherHistory(client: ClientBase): Promise<void> {
  await client.query(
    `create temporary table legacy_readings (
       id text, scope text, scope_id text, at timestamptz, active_containers integer,
       ${QUANTITIES.map((quantity) => `${quantity} double precision`).join(', ')}
     ) on commit drop`,
  );
}

export async function gatherReadings(client: ClientBase, rows: readonly LegacyReading[]): Promise<void> {
  await client.query(
    `insert into legacy_readings (id, scope, scope_id, at, active_containers, ${QUANTITIES.join(', ')})
     select n.id, n.scope, n.scope_id, ${timeOf('n.at')}, n.active_containers, ${QUANTITIES.map((q) => `n.${q}`).join(', ')}
       from unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::int[], $6::float8[], $7::float8[], $8::float8[],
                   $9::float8[], $10::float8[]) n (id, scope, scope_id, at, active_containers, ${QUANTITIES.join(', ')})`,
    [
      rows.map((row) => row.id),
      rows.map((row) => row.scope),
      rows.map((row) => row.scopeId),
      float8Array(rows.map((row) => row.at)),
      rows.map((row) => row.activeContainers),
      float8Array(rows.map((row) => row.hashrateThs)),
      float8Array(rows.map((row) => row.powerKw)),
      float8Array(rows.map((row) => row.minersActive)),
      float8Array(rows.map((row) => row.tempSupplyC)),
      float8Array(rows.map((row) => row.tempReturnC)),
    ],
  );
}

/** A project or container that readings were gathered of. */
export interface GatheredScope {
  readonly scope: Scope;
  readonly scopeId: string;
  readonly readings: number;
  readonly oldest: Date;
  readonly newest: Date;
}

/** To be called when all readings are gathered: what there are readings of, the project last. */
export async function gatheredScopes(client: ClientBase): Promise<GatheredScope[]> {
  await patiently(client, 'create index on legacy_readings (scope, scope_id, at)');
  await patiently(client, 'analyze legacy_readings');
  const { rows } = await patiently<GatheredScope>(
    client,
    `select scope, scope_id as "scopeId", count(*)::int as readings, min(at) as oldest, max(at) as newest
       from legacy_readings group by scope, scope_id order by scope, scope_id`,
  );
  return rows;
}

/**
 * Takes out readings of a scope that are of the same moment as another, and answers what named them: of two the one
 * stays that says more, then the lower.
 */
export async function dropRepeated(client: ClientBase, { scope, scopeId }: GatheredScope): Promise<string[]> {
  const { rows } = await patiently<{ id: string }>(
    client,
    `delete from legacy_readings r using (
       select ctid, row_number() over (partition by at
         order by num_nonnulls(${QUANTITIES.join(', ')}) desc, ${QUANTITIES.join(', ')}, active_containers, id) as place
       from legacy_readings where scope = $1 and scope_id = $2
     ) p where r.ctid = p.ctid and p.place > 1 returning r.id`,
    [scope, scopeId],
  );
  return rows.map((row) => row.id);
}

/** How far apart the readings of a scope mostly are, and how many were not taken on a quarter of an hour. */
export interface Spacing {
  /** Seconds; null for a single reading. */
  readonly spacingS: number | null;
  readonly offTheQuarter: number;
}

export async function spacingOf(client: ClientBase, { scope, scopeId }: GatheredScope): Promise<Spacing> {
  const { rows } = await patiently<Spacing>(
    client,
    `select (mode() within group (order by gap))::double precision as "spacingS",
            (count(*) filter (where at <> date_bin('15 minutes', at, 'epoch')))::int as "offTheQuarter"
       from (select at, extract(epoch from at - lag(at) over (order by at)) as gap
               from legacy_readings where scope = $1 and scope_id = $2) r`,
    [scope, scopeId],
  );
  return rows[0] ?? { spacingS: null, offTheQuarter: 0 };
}

/** What became of buckets: of all that were computed, `added` and `changed` were written, `kept` hold the hub's own figures. */
export interface StoredBuckets {
  readonly buckets: number;
  readonly added: number;
  readonly changed: number;
  readonly kept: number;
}

/** Stores a scope's gathered readings as quarters of an hour. One that held more readings before stays as it was. */
export function storeQuarters(client: ClientBase, projectId: string, scope: GatheredScope): Promise<StoredBuckets> {
  const buckets = `
    select date_bin('15 minutes', at, 'epoch') as timestamp, round(avg(active_containers))::int as active_containers,
      null::int as reporting, null::int as expected,
      ${QUANTITIES.map(
        (q) => `sum(${q} order by at) as ${q}_sum, min(${q}) as ${q}_min, max(${q}) as ${q}_max,
                nullif(count(${q}), 0) as ${q}_count`,
      ).join(', ')}
    from legacy_readings where scope = $2 and scope_id = $3 group by 1`;
  return storeBuckets(client, buckets, 900, [projectId, scope.scope, scope.scopeId]);
}

/**
 * Stores a project's quarters of an hour where the source told only of containers: one reading each, the sum of what the
 * containers had on average, with how many they were. A quarter that the source told of itself stays.
 */
export async function storeSums(
  client: ClientBase,
  projectId: string,
  span: { readonly from: Date; readonly to: Date },
  expected: number,
): Promise<StoredBuckets> {
  const average = (q: string) => `c.${q}_sum / c.${q}_count`;
  const sum = (q: string) => `sum(${average(q)} order by c.scope_id)`;
  const buckets = `
    select c.timestamp, case when count(c.hashrate_ths_sum) > 0
        then (count(*) filter (where c.hashrate_ths_sum > 0))::int end as active_containers,
      (count(*) filter (where c.hashrate_ths_count > 0 or c.power_kw_count > 0))::int as reporting, $6::int as expected,
      ${QUANTITIES.map((q) =>
        ADDITIVE.includes(q)
          ? `${sum(q)} as ${q}_sum, ${sum(q)} as ${q}_min, ${sum(q)} as ${q}_max,
             case when count(${q}_count) > 0 then 1 end as ${q}_count`
          : `null::float8 as ${q}_sum, null::float8 as ${q}_min, null::float8 as ${q}_max, null::int as ${q}_count`,
      ).join(', ')}
    from metrics c
    where c.project_id = $1 and c.scope = 'container' and c.resolution_s = 900 and c.source = '${SOURCE}'
      and c.timestamp >= $4 and c.timestamp < $5
      and not exists (select from metrics p where p.project_id = $1 and p.scope = $2 and p.scope_id = $3
        and p.resolution_s = 900 and p.timestamp = c.timestamp and p.reporting is null)
    group by c.timestamp`;
  return storeBuckets(client, buckets, 900, [projectId, 'project', projectId, span.from, span.to, expected]);
}

/**
 * Stores a scope's hours and days (the days of the given zone) from its quarters of an hour, old and new. A day that begins
 * with UTC's and does not last as long has no row, as with roll-ups.
 */
export async function storeLonger(
  client: ClientBase,
  projectId: string,
  scope: Pick<GatheredScope, 'scope' | 'scopeId'>,
  timeZone: string,
): Promise<{ hours: StoredBuckets; days: StoredBuckets }> {
  const begins = "date_trunc('day', timestamp, $4)";
  const even = `having extract(epoch from ${begins}) % 86400 <> 0
    or date_trunc('day', ${begins} + interval '36 hours', $4) - ${begins} = interval '24 hours'`;
  const joined = (unit: string, having = '') => `
    select date_trunc('${unit}', timestamp, $4) as timestamp, round(avg(active_containers))::int as active_containers,
      max(reporting) as reporting, max(expected) as expected,
      ${QUANTITIES.map(
        (q) => `sum(${q}_sum order by timestamp) as ${q}_sum, min(${q}_min) as ${q}_min, max(${q}_max) as ${q}_max,
                sum(${q}_count)::bigint as ${q}_count`,
      ).join(', ')}
    from (select * from metrics where project_id = $1 and scope = $2 and scope_id = $3 and resolution_s = 900
      and source = '${SOURCE}') m
    group by date_trunc('${unit}', timestamp, $4) ${having}`;
  const { scope: kind, scopeId } = scope;
  return {
    hours: await storeBuckets(client, joined('hour'), 3600, [projectId, kind, scopeId, 'UTC']),
    days: await storeBuckets(client, joined('day', even), 86_400, [projectId, kind, scopeId, timeZone]),
  };
}

/** Takes away the days of an earlier import that began by another zone's midnight: they would count beside the new ones. */
export async function dropDaysOfOtherZones(client: ClientBase, projectId: string, timeZone: string): Promise<number> {
  const { rowCount } = await patiently(
    client,
    `delete from metrics where project_id = $1 and source = '${SOURCE}' and resolution_s = 86400
       and timestamp <> date_trunc('day', timestamp, $2)`,
    [projectId, timeZone],
  );
  return rowCount ?? 0;
}

const TOLD = QUANTITIES.flatMap((q) => [`${q}_sum`, `${q}_min`, `${q}_max`, `${q}_count`]);
const WRITTEN = ['hashrate_eh', 'power_mw', 'active_containers', ...TOLD, 'reporting', 'expected'];
/** How many were expected is of the time of writing: it does not make a bucket another one. */
const COMPARED = WRITTEN.filter((column) => column !== 'expected');

/** @param computed a select of buckets; $1 to $3 are project, scope and id in it */
async function storeBuckets(
  client: ClientBase,
  computed: string,
  resolutionS: number,
  values: unknown[],
): Promise<StoredBuckets> {
  const match = `m.project_id = $1 and m.scope = $2 and m.scope_id = $3 and m.resolution_s = ${resolutionS}
    and m.timestamp = b.timestamp`;
  const list = (alias: string, columns: readonly string[]) => columns.map((column) => `${alias}.${column}`).join(', ');
  const counted = (alias: string) => QUANTITIES.map((q) => `coalesce(${alias}.${q}_count, 0)`).join(' + ');
  const { rows } = await patiently<{ buckets: number; added: number; changed: number; kept: number }>(
    client,
    `with b as materialized (
       select *, hashrate_ths_sum / hashrate_ths_count / 1e6 as hashrate_eh, power_kw_sum / power_kw_count / 1e3 as power_mw
         from (${computed}) c
     ), added as (
       insert into metrics (project_id, scope, scope_id, resolution_s, timestamp, source, ${WRITTEN.join(', ')})
       select $1, $2, $3, ${resolutionS}, b.timestamp, '${SOURCE}', ${list('b', WRITTEN)}
         from b where not exists (select from metrics m where ${match}) order by b.timestamp
       on conflict do nothing returning 1
     ), changed as (
       update metrics m set (updated_at, ${WRITTEN.join(', ')}) = row(now(), ${list('b', WRITTEN)})
         from b where ${match} and m.source = '${SOURCE}' and ${counted('b')} >= ${counted('m')}
          and row(${list('m', COMPARED)}) is distinct from row(${list('b', COMPARED)})
       returning 1
     )
     select (select count(*) from b) as buckets, (select count(*) from added) as added,
            (select count(*) from changed) as changed,
            (select count(*) from b join metrics m on ${match} where m.source <> '${SOURCE}') as kept`,
    values,
  );
  return rows[0] ?? { buckets: 0, added: 0, changed: 0, kept: 0 };
}
