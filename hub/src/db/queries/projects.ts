import type { ClientBase } from 'pg';
import { DEFAULT_INTERVAL_S, STALE_AFTER_INTERVALS } from '../../freshness.ts';

export const PROJECT_STATUSES = ['planned', 'active', 'maintenance', 'archived'] as const;
export type ProjectStatus = (typeof PROJECT_STATUSES)[number];

/** A project and what its containers say now. Sums leave out containers older than five of their intervals. */
export interface ProjectRow {
  readonly project_id: string;
  readonly name: string;
  readonly type: 'mining' | 'hosting';
  readonly status: ProjectStatus;
  readonly location: string | null;
  readonly time_zone: string;
  readonly cooling_kind: string | null;
  readonly planned_start: string | null;
  readonly total_containers: number | null;
  readonly total_miners: number | null;
  readonly target_hashrate_eh: number | null;
  readonly target_power_mw: number | null;
  readonly capex_usd: number | null;
  readonly opex_monthly_usd: number | null;
  readonly project_manager: string | null;
  readonly contact_email: string | null;
  readonly metadata: Record<string, unknown>;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly observed_at: Date | null;
  readonly interval_s: number | null;
  readonly containers_reporting: number;
  readonly containers_expected: number;
  readonly hashrate_ths: number | null;
  readonly power_kw: number | null;
  readonly miners_active: number | null;
}

export interface Page {
  /** The most rows wanted; null for all of them. */
  readonly limit: number | null;
  /** The id after which to go on. */
  readonly after: string | null;
}

// $1 is the time it is. A container whose last frame is stale or says "nobody answered" counts as expected only.
const PROJECTS = `
  select p.project_id, p.name, p.type, p.status, p.location, p.time_zone, p.cooling_kind, p.planned_start,
         p.total_containers, p.total_miners, p.target_hashrate_eh, p.target_power_mw, p.capex_usd, p.opex_monthly_usd,
         p.project_manager, p.contact_email, p.metadata, p.created_at, p.updated_at,
         c.observed_at, c.interval_s, coalesce(c.reporting, 0) as containers_reporting,
         coalesce(c.expected, 0) as containers_expected, c.hashrate_ths, c.power_kw, c.miners_active
    from projects p
    left join (
      select project_id, max(state_at) as observed_at, min(interval_s) as interval_s,
             count(*) filter (where status <> 'planned')::int as expected,
             count(*) filter (where reporting)::int as reporting,
             sum(hashrate_th) filter (where reporting) as hashrate_ths,
             sum(power_consumption_kw) filter (where reporting) as power_kw,
             (sum(miners_active) filter (where reporting))::int as miners_active
        from (
          select *, coalesce(
                   status not in ('offline', 'planned')
                   and state_at >= $1::timestamptz
                     - make_interval(secs => ${STALE_AFTER_INTERVALS} * coalesce(interval_s, ${DEFAULT_INTERVAL_S})),
                   false) as reporting
            from containers
        ) judged
       group by project_id
    ) c on c.project_id = p.project_id`;

/** The visible projects of the given statuses, by id. */
export async function listProjects(
  client: ClientBase,
  statuses: readonly ProjectStatus[],
  page: Page,
  now: Date,
): Promise<ProjectRow[]> {
  const { rows } = await client.query<ProjectRow>(
    `${PROJECTS} where p.status = any ($2) and ($3::text is null or p.project_id > $3) order by p.project_id limit $4`,
    [now, statuses, page.after, page.limit],
  );
  return rows;
}

export async function countProjects(client: ClientBase, statuses: readonly ProjectStatus[]): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::int as count from projects where status = any ($1)',
    [statuses],
  );
  return rows[0]?.count ?? 0;
}

/** One project; null when there is none of that id, or none that may be seen. */
export async function findProject(client: ClientBase, projectId: string, now: Date): Promise<ProjectRow | null> {
  const { rows } = await client.query<ProjectRow>(`${PROJECTS} where p.project_id = $2`, [now, projectId]);
  return rows[0] ?? null;
}

export async function projectExists(client: ClientBase, projectId: string): Promise<boolean> {
  const { rowCount } = await client.query('select from projects where project_id = $1', [projectId]);
  return rowCount === 1;
}

/** The ids of the visible projects. */
export async function projectIds(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ project_id: string }>('select project_id from projects order by project_id');
  return rows.map((row) => row.project_id);
}

/** A project as seeded: only what is stated; everything else keeps its default. */
export interface ProjectSeed {
  readonly projectId: string;
  readonly name: string;
  readonly status: ProjectStatus;
  readonly location: string | null;
  readonly timeZone: string;
  readonly coolingKind: string;
  readonly plannedStart: string | null;
  readonly totalContainers: number | null;
  readonly totalMiners: number | null;
  readonly targetHashrateEh: number | null;
  readonly targetPowerMw: number | null;
  readonly capexUsd: number | null;
  readonly metadata: Record<string, unknown>;
}

/** Creates a project unless there is one of that id, which is left as people have made it. True when created. */
export async function insertProjectIfAbsent(client: ClientBase, project: ProjectSeed): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into projects (project_id, name, status, location, time_zone, cooling_kind, planned_start,
                           total_containers, total_miners, target_hashrate_eh, target_power_mw, capex_usd, metadata)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (project_id) do nothing`,
    [
      project.projectId,
      project.name,
      project.status,
      project.location,
      project.timeZone,
      project.coolingKind,
      project.plannedStart,
      project.totalContainers,
      project.totalMiners,
      project.targetHashrateEh,
      project.targetPowerMw,
      project.capexUsd,
      project.metadata,
    ],
  );
  return rowCount === 1;
}
