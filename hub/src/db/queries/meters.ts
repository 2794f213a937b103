import { and, asc, eq } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { meters } from '../schema.ts';
import { byId, idAfter, type Page } from './page.ts';

/** A meter and what it read last. */
export type MeterRow = typeof meters.$inferSelect;

/** A project's meters in the order people count them. */
export async function listMeters(client: ClientBase, projectId: string, page: Page): Promise<MeterRow[]> {
  const list = on(client)
    .select()
    .from(meters)
    .where(and(eq(meters.project_id, projectId), idAfter(meters.meter_id, page)))
    .orderBy(...byId(meters.meter_id))
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

export function countMeters(client: ClientBase, projectId: string): Promise<number> {
  return on(client).$count(meters, eq(meters.project_id, projectId));
}

/** The visible meters of that id: none, one, or one in each of several projects. */
export async function findMeters(client: ClientBase, meterId: string, projectId: string | null): Promise<MeterRow[]> {
  const inProject = projectId === null ? undefined : eq(meters.project_id, projectId);
  return on(client)
    .select()
    .from(meters)
    .where(and(eq(meters.meter_id, meterId), inProject))
    .orderBy(asc(meters.project_id));
}
