import { and, asc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { containers } from '../schema.ts';
import { byId, idAfter, type Page } from './page.ts';

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

/** A project's containers in the order people count them: C99 before C100. */
export async function listContainers(client: ClientBase, projectId: string, page: Page): Promise<ContainerRow[]> {
  const list = on(client)
    .select(COLUMNS)
    .from(containers)
    .where(and(eq(containers.project_id, projectId), idAfter(containers.container_id, page)))
    .orderBy(...byId(containers.container_id))
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

export function countContainers(client: ClientBase, projectId: string): Promise<number> {
  return on(client).$count(containers, eq(containers.project_id, projectId));
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
