import type { ClientBase } from 'pg';
import type { Conditions } from '../../alerts/conditions.ts';
import { METER_COLUMNS, type MeterFrameRow } from './meter-frames.ts';
import { type Column, rowsFor, timeOf, unnested } from './statements.ts';

/**
 * A meter's newest frame, when it last answered, ms since 1970, as far as is told here, and what holds at its transformer,
 * as JSON; null: that stays as it is.
 */
export type MeterState = MeterFrameRow & { lastSeen: number | null; conditions: string | null };

/** What a meter's readings are judged with. */
export interface MeterBackground {
  readonly meterId: string;
  readonly conditions: Conditions | null;
  /** Of its transformer. */
  readonly ratedKva: number | null;
}

/** Of those that are stored already, which are locked until the transaction ends. */
export async function lockMeters(
  client: ClientBase,
  projectId: string,
  meterIds: readonly string[],
): Promise<Map<string, MeterBackground>> {
  const rows = await rowsFor<MeterBackground & object>(
    client,
    `select meter_id as "meterId", conditions, (select t.rated_kva from transformers t
        where t.project_id = m.project_id and t.transformer_id = m.transformer_id) as "ratedKva"
       from meters m where project_id = $1 and meter_id = any ($2::text[]) order by meter_id for no key update`,
    [projectId, meterIds],
  );
  return new Map(rows.map((row) => [row.meterId, row]));
}

const STATES = unnested<MeterState>(
  [
    ...(METER_COLUMNS as readonly Column<MeterState>[]),
    ['last_seen', 'time', 'lastSeen'],
    ['conditions', 'text', 'conditions'],
  ],
  2,
);

/**
 * Moves meters' latest state forward, adding meters and transformers that are new, and with it the load of their
 * transformers. Each meter at most once in `rows`. What people say about a meter's transformer stays. Answers those that
 * moved.
 */
export async function advanceMeters(
  client: ClientBase,
  projectId: string,
  rows: readonly MeterState[],
): Promise<Set<string>> {
  const transformers = [...new Set(rows.map((row) => row.transformerId).filter((id) => id !== null))].sort();
  if (transformers.length > 0)
    await client.query({
      name: 'transformers_add',
      text: `insert into transformers (project_id, transformer_id) select $1, unnest($2::text[]) on conflict do nothing`,
      values: [projectId, transformers],
    });
  const values = [projectId, ...STATES.values(rows)];
  const moved = await client.query<{ meterId: string }>({
    name: 'meters_advance',
    text: `insert into meters as m (project_id, meter_id, transformer_id, status, values, interval_s, last_seen_at,
        state_at, conditions)
      select $1, n.meter_id, n.transformer_id, case when n.answered then 'active' else 'offline' end, n.values::jsonb,
        n.interval_s, ${timeOf('n.last_seen')}, ${timeOf('n.at')}, n.conditions::jsonb
      from ${STATES.from} order by n.meter_id
      on conflict (project_id, meter_id) do update set status = excluded.status, values = excluded.values,
        interval_s = excluded.interval_s, last_seen_at = coalesce(excluded.last_seen_at, m.last_seen_at),
        conditions = coalesce(excluded.conditions, m.conditions),
        state_at = excluded.state_at, transformer_id = coalesce(m.transformer_id, excluded.transformer_id), updated_at = now()
      where m.state_at is null or m.state_at < excluded.state_at
      returning meter_id as "meterId"`,
    values,
  });
  await client.query({
    name: 'transformers_advance',
    text: `update transformers t set active_power_kw = n.active_power_kw, apparent_power_kva = n.apparent_power_kva,
        power_factor = n.power_factor, load_pct = n.apparent_power_kva / nullif(t.rated_kva, 0) * 100,
        status = case when t.status in ('maintenance', 'planned', 'warning', 'critical') then t.status
          when n.answered then 'active' else 'unknown' end,
        state_at = ${timeOf('n.at')}, updated_at = now()
      from ${STATES.from}
      where t.project_id = $1 and t.transformer_id = n.transformer_id
        and (t.state_at is null or t.state_at < ${timeOf('n.at')})`,
    values,
  });
  return new Set(moved.rows.map((row) => row.meterId));
}
