import { and, asc, eq, getTableColumns, inArray, ne, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { ClientBase } from 'pg';
import { DEFAULT_INTERVAL_S, LATE_AFTER_INTERVALS, OFFLINE_AFTER_S } from '../../freshness.ts';
import { on } from '../builder.ts';
import { type ContainerStatus, containers } from '../schema.ts';
import { byId } from './page.ts';
import { following, inOrder, type SortedPage, type SortKind, type SortPlace } from './sorted.ts';

/** A container's row: inventory and latest state. */
export type ContainerRow = typeof containers.$inferSelect;

// These were stored from `real` values: read as such they keep the digits that were measured.
const measured = (column: PgColumn): SQL<number | null> => sql`${column}::real`;
const COLUMNS = {
  ...getTableColumns(containers),
  temp_supply_c: measured(containers.temp_supply_c),
  temp_return_c: measured(containers.temp_return_c),
  temp_chip_max_c: measured(containers.temp_chip_max_c),
  temp_chip_avg_c: measured(containers.temp_chip_avg_c),
  flow_m3h: measured(containers.flow_m3h),
  pressure_supply_bar: measured(containers.pressure_supply_bar),
  pressure_return_bar: measured(containers.pressure_return_bar),
};

/** What containers may be sorted by, the order in which people count them first: C99 before C100. */
export const CONTAINER_SORTS = {
  container_id: 'id',
  name: 'string',
  transformer_id: 'string',
  status: 'number',
  observed_at: 'number',
  hashrate_th: 'number',
  power_consumption_kw: 'number',
  miners_active: 'number',
  temp_supply_c: 'number',
  temp_return_c: 'number',
  temp_chip_max_c: 'number',
  flow_m3h: 'number',
} as const satisfies Record<string, SortKind>;
export type ContainerSort = keyof typeof CONTAINER_SORTS;

/** Which containers of a project are meant; what is null leaves none out. */
export interface ContainerFilter {
  /** As the API shows it at `now`: by the clock, a silent container is offline. */
  readonly statuses: readonly ContainerStatus[] | null;
  readonly transformers: readonly string[] | null;
  /** A part of the id or the name, in capitals or not. */
  readonly text: string | null;
}

/** A container in a sorted list, with the value that it is sorted by. */
export type SortedContainerRow = ContainerRow & { readonly sorted_by: SortPlace['value'] };

/** A project's containers that the filter means, as of `now`. */
export async function listContainers(
  client: ClientBase,
  projectId: string,
  filter: ContainerFilter,
  page: SortedPage<ContainerSort>,
  now: Date,
): Promise<SortedContainerRow[]> {
  const value = sortValue(page.by, now);
  const kind = CONTAINER_SORTS[page.by];
  const id = containers.container_id;
  const list = on(client)
    .select({ ...COLUMNS, sorted_by: sql<SortPlace['value']>`${value}` })
    .from(containers)
    .where(and(meant(projectId, filter, now), following(value, kind, id, page)))
    .orderBy(...inOrder(value, kind, id, page))
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

/** How many containers of a project the filter means. */
export function countContainers(
  client: ClientBase,
  projectId: string,
  filter: ContainerFilter,
  now: Date,
): Promise<number> {
  return on(client).$count(containers, meant(projectId, filter, now));
}

/** The visible containers of that id: none, one, or one in each of several projects. */
export async function findContainers(
  client: ClientBase,
  containerId: string,
  projectId: string | null,
): Promise<ContainerRow[]> {
  const inProject = projectId === null ? undefined : eq(containers.project_id, projectId);
  return on(client)
    .select(COLUMNS)
    .from(containers)
    .where(and(eq(containers.container_id, containerId), inProject))
    .orderBy(asc(containers.project_id));
}

/** Containers of a project by their ids, in the order people count them. */
export async function containersOfIds(
  client: ClientBase,
  projectId: string,
  ids: readonly string[],
): Promise<ContainerRow[]> {
  return on(client)
    .select(COLUMNS)
    .from(containers)
    .where(and(eq(containers.project_id, projectId), inArray(containers.container_id, [...ids])))
    .orderBy(...byId(containers.container_id));
}

function meant(projectId: string, { statuses, transformers, text }: ContainerFilter, now: Date): SQL | undefined {
  return and(
    eq(containers.project_id, projectId),
    statuses === null ? undefined : inArray(statusAt(now), [...statuses]),
    transformers === null ? undefined : inArray(containers.transformer_id, [...transformers]),
    text === null ? undefined : sql`(${holds(containers.container_id, text)} or ${holds(containers.name, text)})`,
  );
}

function holds(column: PgColumn, text: string): SQL {
  return sql`strpos(upper(${column}), upper(${text}::text)) > 0`;
}

/** The status as of now; `statusNow` in `http/present.ts` says the same of a row. */
function statusAt(now: Date): SQL {
  const { status, state_at, interval_s } = containers;
  const age = sql`extract(epoch from ${now.toISOString()}::timestamptz - date_trunc('milliseconds', ${state_at}))`;
  const limit = sql`greatest(${OFFLINE_AFTER_S}, ${LATE_AFTER_INTERVALS} * coalesce(${interval_s}, ${DEFAULT_INTERVAL_S}))`;
  return sql`case when ${status} in ('maintenance', 'planned') then ${status}
    when ${age} >= ${limit} then 'offline' else ${status} end`;
}

/** Statuses from the worst on. */
const WORST_FIRST = sql`array['critical', 'warning', 'offline', 'unknown', 'active', 'maintenance', 'planned']`;
/** The longest part of a name that is compared, so that it fits into a cursor. */
const COMPARED = 100;

function sortValue(field: ContainerSort, now: Date): SQL {
  switch (field) {
    case 'name':
      return sql`lower(left(${containers.name}, ${COMPARED}))`;
    case 'status':
      return sql`array_position(${WORST_FIRST}, ${statusAt(now)})`;
    case 'observed_at':
      return sql`(extract(epoch from ${containers.state_at}) * 1000)::double precision`;
    case 'container_id':
      return sql`null`;
    default:
      return sql`${containers[field]}`;
  }
}

/** The containers of a project that are more than planned, and what they hang on. */
export function expectedContainers(
  client: ClientBase,
  projectId: string,
): Promise<{ id: string; transformerId: string | null }[]> {
  return on(client)
    .select({ id: containers.container_id, transformerId: containers.transformer_id })
    .from(containers)
    .where(and(eq(containers.project_id, projectId), ne(containers.status, 'planned')));
}
