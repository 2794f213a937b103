import { and, asc, eq, sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { alert_events } from '../schema.ts';

/** Something that happened to an alert: it was acknowledged, a note was written. */
export type AlertEventRow = typeof alert_events.$inferSelect;

/** An alert's events in the order they happened. */
export function listAlertEvents(client: ClientBase, projectId: string, alertId: number): Promise<AlertEventRow[]> {
  return on(client).select().from(alert_events).where(ofAlert(projectId, alertId)).orderBy(asc(alert_events.ordinal));
}

/** Adds an event as the alert's latest. The alert's row is locked by then, so that no two events want one place. */
export async function insertAlertEvent(
  client: ClientBase,
  event: Omit<typeof alert_events.$inferInsert, 'ordinal'>,
): Promise<AlertEventRow> {
  const next = sql`(select coalesce(max(ordinal), 0) + 1 from alert_events
    where project_id = ${event.project_id} and alert_id = ${event.alert_id})`;
  const [row] = await on(client)
    .insert(alert_events)
    .values({ ...event, ordinal: next })
    .returning();
  if (row === undefined) throw new Error('an insert without conflict has one row');
  return row;
}

function ofAlert(projectId: string, alertId: number) {
  return and(eq(alert_events.project_id, projectId), eq(alert_events.alert_id, alertId));
}
