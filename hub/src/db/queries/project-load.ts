import type { ClientBase } from 'pg';

/** What a project draws now, and what it may. */
export interface ProjectLoad {
  /** Null: nobody said. */
  readonly limitMw: number | null;
  /** Of the containers that report and tell it; null where none does. */
  readonly powerKw: number | null;
  /** Containers that are expected to report, and those that tell their power. */
  readonly expected: number;
  readonly telling: number;
}

export async function projectLoad(client: ClientBase, projectId: string, now: Date): Promise<ProjectLoad> {
  const { rows } = await client.query<ProjectLoad>(
    `select p.target_power_mw as "limitMw", sum(c.power_consumption_kw) filter (where c.tells) as "powerKw",
       (count(*) filter (where c.status <> 'planned'))::int as expected, (count(*) filter (where c.tells))::int as telling
     from projects p left join (
       select *, power_consumption_kw is not null and is_reporting(status, state_at, interval_s, $2) as tells
         from containers where project_id = $1) c on true
     where p.project_id = $1 group by p.project_id`,
    [projectId, now],
  );
  return rows[0] ?? { limitMw: null, powerKw: null, expected: 0, telling: 0 };
}

/** Energy and hashes of the days of a stretch that tell both. */
export interface EfficiencyStretch {
  readonly days: number;
  /** Null where no day tells. */
  readonly jPerTh: number | null;
}

/**
 * The efficiency of a project over its last whole days, the `span` newest and the `span` before them (by its own days,
 * the newest of which is the last that was over at `now`). J/TH: kWh / EH * 3.6.
 */
export async function efficiencyStretches(
  client: ClientBase,
  projectId: string,
  span: number,
  now: Date,
): Promise<{ recent: EfficiencyStretch; before: EfficiencyStretch }> {
  const stretch = (of: string): string => `jsonb_build_object('days', count(*) filter (where ${of}),
    'jPerTh', 3.6 * sum(energy_kwh) filter (where ${of}) / nullif(sum(hashes_eh) filter (where ${of}), 0))`;
  const { rows } = await client.query<{ recent: EfficiencyStretch; before: EfficiencyStretch }>(
    `with today as (select date_trunc('day', $3::timestamptz, time_zone) as begins, time_zone from projects
       where project_id = $1),
     days as (
       select m.energy_kwh, m.hashes_eh, m.timestamp >= (t.begins at time zone t.time_zone - make_interval(days => $2))
           at time zone t.time_zone as recent
         from today t join metrics m on m.project_id = $1 and m.scope = 'project' and m.scope_id = $1
          and m.resolution_s = 86400 and m.timestamp < t.begins
          and m.timestamp >= (t.begins at time zone t.time_zone - make_interval(days => 2 * $2)) at time zone t.time_zone
         where m.energy_kwh is not null and m.hashes_eh is not null)
     select ${stretch('recent')} as recent, ${stretch('not recent')} as before from days`,
    [projectId, span, now],
  );
  const none = { days: 0, jPerTh: null };
  return rows[0] ?? { recent: none, before: none };
}
