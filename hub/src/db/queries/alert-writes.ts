import type { ClientBase } from 'pg';

/**
 * What an evaluation writes, each kind in one statement however many rows there are. Times are ISO texts.
 */

/** Ids for alerts to come, so that one can name another before either is there. */
export async function nextAlertIds(client: ClientBase, count: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    "select nextval('alerts_id_seq') as id from generate_series(1, $1)",
    [count],
  );
  return rows.map((row) => row.id);
}

/** A row of alerts as it opens. */
export interface OpeningRow {
  readonly id: number;
  readonly timestamp: string;
  readonly alert_type: string;
  readonly severity: string;
  readonly target_type: string;
  readonly target_id: string;
  readonly target_name: string | null;
  readonly message: string;
  readonly rule_id: string;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly unit: string | null;
  readonly first_seen_at: string;
  readonly last_seen_at: string;
  readonly parent_id: number | null;
  readonly previous_id: number | null;
  readonly silenced_until: string | null;
  readonly flapping: boolean;
  readonly miners_affected: number | null;
  readonly hashrate_lost_ths: number | null;
  readonly hashrate_share: number | null;
  readonly data: object;
}

/** Opens alerts; answers those that are open now. One whose key is open already (which nothing should do) stays out. */
export async function insertAlerts(
  client: ClientBase,
  projectId: string,
  rows: readonly OpeningRow[],
): Promise<Set<number>> {
  const { rows: inserted } = await client.query<{ id: number }>(
    `insert into alerts (project_id, id, timestamp, alert_type, severity, target_type, target_id, target_name, message, rule_id, value,
       threshold, unit, first_seen_at, last_seen_at, parent_id, previous_id, silenced_until, flapping, miners_affected,
       hashrate_lost_ths, hashrate_share, data, condition_holds, updated_at)
     select $1, n.id, n.timestamp, n.alert_type, n.severity, n.target_type, n.target_id, n.target_name, n.message, n.rule_id, n.value,
       n.threshold, n.unit, n.first_seen_at, n.last_seen_at, n.parent_id, n.previous_id, n.silenced_until, n.flapping,
       n.miners_affected, n.hashrate_lost_ths, n.hashrate_share, n.data, true, n.timestamp
     from jsonb_to_recordset($2::jsonb) as n (id bigint, timestamp timestamptz, alert_type text, severity text,
       target_type text, target_id text, target_name text, message text, rule_id text, value double precision, threshold double precision,
       unit text, first_seen_at timestamptz, last_seen_at timestamptz, parent_id bigint, previous_id bigint,
       silenced_until timestamptz, flapping boolean, miners_affected integer, hashrate_lost_ths double precision, hashrate_share double precision,
       data jsonb)
     on conflict do nothing returning id`,
    [projectId, JSON.stringify(rows)],
  );
  return new Set(inserted.map((row) => row.id));
}

/** What changes of an open alert. */
export interface ChangedRow {
  readonly id: number;
  readonly severity: string;
  readonly message: string;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly last_seen_at: string;
  readonly occurrences: number;
  readonly parent_id: number | null;
  readonly condition_holds: boolean;
  readonly recovering_since: string | null;
  readonly flapping: boolean;
  readonly miners_affected: number | null;
  readonly hashrate_lost_ths: number | null;
  readonly hashrate_share: number | null;
  readonly data: object;
  readonly resolved: boolean;
}

/**
 * Changes open alerts; answers those that were still open. Rows are locked in the order of their ids first, as people's
 * changes of several do, so that two of them wait for each other instead of deadlocking.
 */
export async function changeAlerts(
  client: ClientBase,
  projectId: string,
  rows: readonly ChangedRow[],
  now: Date,
): Promise<Set<number>> {
  const { rows: changed } = await client.query<{ id: number }>(
    `with locked as (
       select id from alerts where project_id = $1 and id = any ($3::bigint[]) and status in ('active', 'acknowledged')
       order by id for update)
     update alerts a set severity = n.severity, message = n.message, value = n.value, threshold = n.threshold,
       last_seen_at = n.last_seen_at, occurrences = n.occurrences, parent_id = n.parent_id,
       condition_holds = n.condition_holds, recovering_since = n.recovering_since, flapping = n.flapping,
       miners_affected = n.miners_affected, hashrate_lost_ths = n.hashrate_lost_ths,
       hashrate_share = n.hashrate_share, data = n.data,
       status = case when n.resolved then 'resolved' else a.status end,
       resolved_at = case when n.resolved then $4::timestamptz end,
       resolved_by = case when n.resolved then 'system' end,
       version = a.version + 1, updated_at = $4
     from jsonb_to_recordset($2::jsonb) as n (id bigint, severity text, message text, value double precision,
       threshold double precision, last_seen_at timestamptz, occurrences integer, parent_id bigint,
       condition_holds boolean, recovering_since timestamptz, flapping boolean, miners_affected integer,
       hashrate_lost_ths double precision, hashrate_share double precision,
       data jsonb, resolved boolean)
     join locked using (id)
     where a.project_id = $1 and a.id = n.id returning a.id`,
    [projectId, JSON.stringify(rows), rows.map(({ id }) => id), now],
  );
  return new Set(changed.map((row) => row.id));
}

/** Gives back what somebody took until a time that has passed; answers which. */
export async function reopenLapsed(client: ClientBase, projectId: string, now: Date): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `update alerts set status = 'active', version = version + 1, updated_at = $2
     where project_id = $1 and status = 'acknowledged' and acknowledged_until <= $2 returning id`,
    [projectId, now],
  );
  return rows.map((row) => row.id);
}

/**
 * Gives containers and transformers the severity of the worst open alert about them; active again where there is none.
 * What is offline, planned or in maintenance stays so. Mostly nothing is to be written, and it is looked at first.
 */
export async function setStatuses(client: ClientBase, projectId: string): Promise<void> {
  const { rows } = await client.query<{ type: string; id: string; status: string }>(WRONG_STATUSES, [projectId]);
  for (const [type, { table, key }] of Object.entries(WITH_STATUS)) {
    const own = rows.filter((row) => row.type === type);
    if (own.length === 0) continue;
    await client.query(
      `update ${table} t set status = n.status from unnest($2::text[], $3::text[]) n (id, status)
       where t.project_id = $1 and t.${key} = n.id and t.status in (${JUDGED})`,
      [projectId, own.map(({ id }) => id), own.map(({ status }) => status)],
    );
  }
}

const JUDGED = "'active', 'warning', 'critical'";
const WITH_STATUS = {
  container: { table: 'containers', key: 'container_id' },
  transformer: { table: 'transformers', key: 'transformer_id' },
};
const WRONG_STATUSES = `
  with worst as (
    select target_type, target_id, case when bool_or(severity = 'critical') then 'critical'
        when bool_or(severity = 'warning') then 'warning' end as status
      from alerts where project_id = $1 and status in ('active', 'acknowledged') and target_type in ('container', 'transformer')
     group by 1, 2)
  ${Object.entries(WITH_STATUS)
    .map(
      ([type, { table, key }]) => `
  select '${type}' as type, t.${key} as id, coalesce(w.status, 'active') as status
    from ${table} t left join worst w on w.target_type = '${type}' and w.target_id = t.${key}
   where t.project_id = $1 and t.status in (${JUDGED}) and t.status <> coalesce(w.status, 'active')`,
    )
    .join(' union all ')}`;
