import { and, asc, eq, getTableColumns, inArray, ne, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { type ContainerStatus, containers } from '../schema.ts';
import { hasBeenSilent } from './silence.ts';
import { byId, byNumber, byRank, byText, byTime, inOrder, type Order, type SortedPage, WORST_FIRST } from './sorted.ts';
import { anyHolds } from './text.ts';

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

/** Which containers of a project are meant; what is null leaves none out. */
export interface ContainerFilter {
  /** As the API shows it at `now`: by the clock, a silent container is offline. */
  readonly statuses: readonly ContainerStatus[] | null;
  readonly transformers: readonly string[] | null;
  /** A part of the id or the name, in capitals or not. */
  readonly text: string | null;
}

/** A project's containers that the filter means, as of `now`, with their places in the list. */
export async function listContainers(
  client: ClientBase,
  projectId: string,
  filter: ContainerFilter,
  page: SortedPage<ContainerSort>,
  now: Date,
) {
  const { place, rest, orderBy } = inOrder(CONTAINER_ORDER, page, now);
  const list = on(client)
    .select({ ...COLUMNS, place })
    .from(containers)
    .where(and(meant(projectId, filter, now), rest))
    .orderBy(...orderBy)
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
    .orderBy(sql`length(${containers.container_id})`, asc(containers.container_id));
}

function meant(projectId: string, { statuses, transformers, text }: ContainerFilter, now: Date): SQL | undefined {
  return and(
    eq(containers.project_id, projectId),
    statuses === null ? undefined : inArray(statusAt(now), [...statuses]),
    transformers === null ? undefined : inArray(containers.transformer_id, [...transformers]),
    anyHolds(text, containers.container_id, containers.name),
  );
}

/** The status as of now; `statusNow` in `http/present.ts` says the same of a row. */
export function statusAt(now: Date): SQL {
  const { status, state_at, interval_s } = containers;
  return sql`case when ${status} in ('maintenance', 'planned') then ${status}
    when ${hasBeenSilent(state_at, interval_s, now)} then 'offline' else ${status} end`;
}

const ID = byId(containers.container_id);

/** What containers may be sorted by; a status from the worst on. */
export const CONTAINER_ORDER = {
  fields: {
    container_id: ID,
    name: [byText(containers.name)],
    transformer_id: [byText(containers.transformer_id)],
    status: [byRank(WORST_FIRST, statusAt)],
    observed_at: [byTime(containers.state_at)],
    hashrate_th: [byNumber(containers.hashrate_th)],
    power_consumption_kw: [byNumber(containers.power_consumption_kw)],
    miners_active: [byNumber(containers.miners_active)],
    temp_supply_c: [byNumber(containers.temp_supply_c)],
    temp_return_c: [byNumber(containers.temp_return_c)],
    temp_chip_max_c: [byNumber(containers.temp_chip_max_c)],
    flow_m3h: [byNumber(containers.flow_m3h)],
  },
  ties: ID,
  standard: 'container_id',
} as const satisfies Order<string>;
export type ContainerSort = keyof typeof CONTAINER_ORDER.fields;

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
