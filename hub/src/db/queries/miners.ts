import { and, eq } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { miners } from '../schema.ts';
import { byId, idAfter, type Page } from './page.ts';

/** A slot of a container and the hardware in it, with its latest state. */
export type MinerRow = typeof miners.$inferSelect;

/** A container's miners by position. */
export async function listMiners(
  client: ClientBase,
  projectId: string,
  containerId: string,
  page: Page,
): Promise<MinerRow[]> {
  const list = on(client)
    .select()
    .from(miners)
    .where(and(inContainer(projectId, containerId), idAfter(miners.miner_id, page)))
    .orderBy(...byId(miners.miner_id))
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

export function countMiners(client: ClientBase, projectId: string, containerId: string): Promise<number> {
  return on(client).$count(miners, inContainer(projectId, containerId));
}

function inContainer(projectId: string, containerId: string) {
  return and(eq(miners.project_id, projectId), eq(miners.container_id, containerId));
}
