import type { ClientBase } from 'pg';
import type { Page } from './projects.ts';

export const CONTAINER_STATUSES = [
  'active',
  'warning',
  'critical',
  'offline',
  'maintenance',
  'unknown',
  'planned',
] as const;
export type ContainerStatus = (typeof CONTAINER_STATUSES)[number];

/** A container's row: inventory and latest state. */
export interface ContainerRow {
  readonly project_id: string;
  readonly container_id: string;
  readonly transformer_id: string | null;
  readonly name: string | null;
  readonly model: string | null;
  readonly layout: Record<string, unknown> | null;
  readonly status: ContainerStatus;
  readonly miners_expected: number;
  readonly has_cooling: boolean;
  readonly hashrate_th: number | null;
  readonly hashrate_expected_th: number | null;
  readonly power_consumption_kw: number | null;
  readonly power_source: string | null;
  readonly miners_active: number | null;
  readonly miners_answering: number | null;
  readonly miners_total: number | null;
  readonly temp_supply_c: number | null;
  readonly temp_return_c: number | null;
  readonly temp_chip_max_c: number | null;
  readonly temp_chip_avg_c: number | null;
  readonly flow_m3h: number | null;
  readonly pressure_supply_bar: number | null;
  readonly pressure_return_bar: number | null;
  readonly cooling: Record<string, number | null> | null;
  readonly interval_s: number | null;
  readonly state_at: Date | null;
  readonly metadata: Record<string, unknown>;
  readonly created_at: Date;
  readonly updated_at: Date;
}

// Temperatures, flow and pressures were stored from `real` values: read as such they keep the digits that were measured.
const CONTAINERS = `
  select project_id, container_id, transformer_id, name, model, layout, status, miners_expected, has_cooling,
         hashrate_th, hashrate_expected_th, power_consumption_kw, power_source, miners_active, miners_answering,
         miners_total, temp_supply_c::real, temp_return_c::real, temp_chip_max_c::real, temp_chip_avg_c::real,
         flow_m3h::real, pressure_supply_bar::real, pressure_return_bar::real, cooling, interval_s, state_at, metadata,
         created_at, updated_at
    from containers`;

/** A project's containers in the order people count them: C99 before C100. */
export async function listContainers(client: ClientBase, projectId: string, page: Page): Promise<ContainerRow[]> {
  const { rows } = await client.query<ContainerRow>(
    `${CONTAINERS}
      where project_id = $1 and ($2::text is null or (length(container_id), container_id) > (length($2), $2))
      order by length(container_id), container_id limit $3`,
    [projectId, page.after, page.limit],
  );
  return rows;
}

export async function countContainers(client: ClientBase, projectId: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::int as count from containers where project_id = $1',
    [projectId],
  );
  return rows[0]?.count ?? 0;
}

/** The visible containers of that id: none, one, or one in each of several projects. */
export async function findContainers(
  client: ClientBase,
  containerId: string,
  projectId: string | null,
): Promise<ContainerRow[]> {
  const { rows } = await client.query<ContainerRow>(
    `${CONTAINERS} where container_id = $1 and ($2::text is null or project_id = $2) order by project_id`,
    [containerId, projectId],
  );
  return rows;
}
