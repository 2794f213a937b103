import { and, asc, eq, getTableColumns, inArray, ne, type SQL, sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import {
  agents,
  CONTAINER_STATUSES,
  type ContainerStatus,
  containers,
  PROJECT_STATUSES,
  type ProjectStatus,
  projects,
} from '../schema.ts';
import { statusAt } from './containers.ts';
import { byKey, byNumber, byRank, byText, byTime, inOrder, type Order, type SortedPage } from './sorted.ts';
import { anyHolds } from './text.ts';

/** A project and what its containers say now. Sums leave out containers older than five of their intervals. */
export type ProjectRow = typeof projects.$inferSelect & {
  readonly observed_at: Date | null;
  readonly interval_s: number | null;
  readonly containers_reporting: number;
  readonly containers_expected: number;
  /** How many containers have each status now, silent ones as offline. */
  readonly containers_by_status: Readonly<Record<ContainerStatus, number>>;
  readonly hashrate_ths: number | null;
  readonly power_kw: number | null;
  readonly miners_active: number | null;
};

const COUNTED = sql.join(
  CONTAINER_STATUSES.map((status) => sql`${status}::text, count(*) filter (where status_now = ${status})`),
  sql`, `,
);
const NO_CONTAINERS = Object.fromEntries(CONTAINER_STATUSES.map((status) => [status, 0]));

/** What the containers of each project say. One whose last frame is stale or says "nobody answered" is expected only. */
function sumsAt(now: Date): SQL {
  return sql`(
    select project_id, max(state_at) as observed_at, min(interval_s) as interval_s,
           count(*) filter (where status <> 'planned')::int as expected,
           count(*) filter (where reporting)::int as reporting,
           sum(hashrate_th) filter (where reporting) as hashrate_ths,
           sum(power_consumption_kw) filter (where reporting) as power_kw,
           (sum(miners_active) filter (where reporting))::int as miners_active,
           jsonb_build_object(${COUNTED}) as by_status
      from (
        select *, ${statusAt(now)} as status_now, is_reporting(status, state_at, interval_s, ${now.toISOString()}::timestamptz) as reporting
          from containers
      ) judged
     group by project_id
  ) c`;
}

const OF_PROJECT = sql`c.project_id = ${projects.project_id}`;
const COLUMNS = {
  ...getTableColumns(projects),
  observed_at: sql<Date | null>`c.observed_at`.mapWith(containers.state_at),
  interval_s: sql<number | null>`c.interval_s`,
  containers_reporting: sql<number>`coalesce(c.reporting, 0)`,
  containers_expected: sql<number>`coalesce(c.expected, 0)`,
  containers_by_status: sql<
    ProjectRow['containers_by_status']
  >`coalesce(c.by_status, ${JSON.stringify(NO_CONTAINERS)}::jsonb)`,
  hashrate_ths: sql<number | null>`c.hashrate_ths`,
  power_kw: sql<number | null>`c.power_kw`,
  miners_active: sql<number | null>`c.miners_active`,
};

const KEY = byKey(projects.project_id);

/** What projects may be sorted by; a status by how far a project has come. */
export const PROJECT_ORDER = {
  fields: {
    project_id: [KEY],
    name: [byText(projects.name)],
    status: [byRank(PROJECT_STATUSES, projects.status)],
    hashrate_ths: [byNumber(COLUMNS.hashrate_ths)],
    power_kw: [byNumber(COLUMNS.power_kw)],
    miners_active: [byNumber(COLUMNS.miners_active)],
    observed_at: [byTime(COLUMNS.observed_at)],
    created_at: [byTime(projects.created_at)],
  },
  ties: [KEY],
  standard: 'project_id',
} as const satisfies Order<string>;
export type ProjectSort = keyof typeof PROJECT_ORDER.fields;

/** Which projects are meant. */
export interface ProjectFilter {
  readonly statuses: readonly ProjectStatus[];
  /** A part of the id or the name, in capitals or not; null leaves none out. */
  readonly text: string | null;
}

/** The visible projects of a filter, with their places in the list. */
export async function listProjects(
  client: ClientBase,
  filter: ProjectFilter,
  page: SortedPage<ProjectSort>,
  now: Date,
) {
  const { place, rest, orderBy } = inOrder(PROJECT_ORDER, page, now);
  const list = on(client)
    .select({ ...COLUMNS, place })
    .from(projects)
    .leftJoin(sumsAt(now), OF_PROJECT)
    .where(and(meant(filter), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

export function countProjects(client: ClientBase, filter: ProjectFilter): Promise<number> {
  return on(client).$count(projects, meant(filter));
}

function meant({ statuses, text }: ProjectFilter): SQL | undefined {
  return and(inArray(projects.status, [...statuses]), anyHolds(text, projects.project_id, projects.name));
}

/** One project; null when there is none of that id, or none that may be seen. */
export async function findProject(client: ClientBase, projectId: string, now: Date): Promise<ProjectRow | null> {
  const [row] = await on(client)
    .select(COLUMNS)
    .from(projects)
    .leftJoin(sumsAt(now), OF_PROJECT)
    .where(eq(projects.project_id, projectId));
  return row ?? null;
}

export async function projectExists(client: ClientBase, projectId: string): Promise<boolean> {
  return (await on(client).$count(projects, eq(projects.project_id, projectId))) === 1;
}

/** The time zone of each visible project. */
export async function timeZones(client: ClientBase): Promise<Map<string, string>> {
  const rows = await on(client).select({ id: projects.project_id, zone: projects.time_zone }).from(projects);
  return new Map(rows.map(({ id, zone }) => [id, zone]));
}

/** Null where there is no project of that id, or none that may be seen. */
export async function projectStatus(client: ClientBase, projectId: string): Promise<ProjectStatus | null> {
  const [row] = await on(client)
    .select({ status: projects.status })
    .from(projects)
    .where(eq(projects.project_id, projectId));
  return row?.status ?? null;
}

/** The ids of the visible projects. */
export async function projectIds(client: ClientBase): Promise<string[]> {
  const rows = await on(client).select({ id: projects.project_id }).from(projects).orderBy(asc(projects.project_id));
  return rows.map((row) => row.id);
}

/** Of these ids those that name no visible project. */
export async function unknownProjects(client: ClientBase, ids: readonly string[]): Promise<string[]> {
  const known = await on(client)
    .select({ id: projects.project_id })
    .from(projects)
    .where(inArray(projects.project_id, [...ids]));
  return ids.filter((id) => !known.some((row) => row.id === id));
}

/** A project's own row, without what its containers say. */
export type ProjectRecord = typeof projects.$inferSelect;

/** What people say of a project: everything but its id, its version and its times. */
export type ProjectFields = Partial<
  Omit<typeof projects.$inferInsert, 'project_id' | 'version' | 'created_at' | 'updated_at'>
>;

/** Creates a project; false where there is one of that id. */
export async function insertProject(
  client: ClientBase,
  project: ProjectFields & { project_id: string },
): Promise<boolean> {
  const { rowCount } = await on(client).insert(projects).values(project).onConflictDoNothing();
  return rowCount === 1;
}

/** The row, locked until the transaction ends. */
export async function lockProject(client: ClientBase, projectId: string): Promise<ProjectRecord | null> {
  const [row] = await on(client).select().from(projects).where(eq(projects.project_id, projectId)).for('update');
  return row ?? null;
}

export async function updateProject(
  client: ClientBase,
  projectId: string,
  fields: ProjectFields,
  at: Date,
): Promise<void> {
  await on(client)
    .update(projects)
    .set({ ...fields, version: sql`${projects.version} + 1`, updated_at: at })
    .where(eq(projects.project_id, projectId));
}

/** How many agents of a project may still report. */
export function countEnrolledAgents(client: ClientBase, projectId: string): Promise<number> {
  return on(client).$count(agents, and(eq(agents.project_id, projectId), ne(agents.status, 'revoked')));
}

/** Everything that belongs to a project, what refers to others first. */
const PURGED = [
  'deliveries',
  'notification_threads',
  'alert_events',
  'alerts',
  'alert_rules',
  'maintenance_windows',
  'maintenance_plans',
  'silences',
  'standing_conditions',
  'notification_channels',
  'metrics',
  'rollup_marks',
  'rollup_dues',
  'raw_horizons',
  'quarantine',
  'ingest_keys',
  'agent_events',
  'meter_frames',
  'container_frames',
  'api_keys',
  'enrolment_tokens',
  'agents',
  'meters',
  'miners',
  'containers',
  'transformers',
  'user_project_access',
  'electricity_prices',
  'projects',
];

/** Years of frames take longer than a request may otherwise. */
const PURGE_TIMEOUT = '10min';

/** Deletes every row of a project; answers how many of each table. */
export async function purgeProject(client: ClientBase, projectId: string): Promise<Record<string, number>> {
  await client.query(`set local statement_timeout = '${PURGE_TIMEOUT}'`);
  const removed: Record<string, number> = {};
  for (const table of PURGED) {
    const { rowCount } = await client.query(`delete from ${table} where project_id = $1`, [projectId]);
    if (rowCount) removed[table] = rowCount;
  }
  return removed;
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
