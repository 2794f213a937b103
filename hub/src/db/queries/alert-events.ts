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

/** The same of several alerts; several of one in the order given. */
export async function insertAlertEvents(
  client: ClientBase,
  events: readonly Omit<AlertEventRow, 'ordinal'>[],
): Promise<void> {
  await client.query(
    `insert into alert_events (project_id, alert_id, ordinal, at, kind, actor, note, data)
     select project_id, alert_id,
       (select coalesce(max(o.ordinal), 0) from alert_events o
         where o.project_id = e.project_id and o.alert_id = e.alert_id)
         + row_number() over (partition by project_id, alert_id order by place),
       at, kind, actor, note, data
     from rows from (jsonb_to_recordset($1) as (project_id text, alert_id bigint, at timestamptz, kind text, actor text,
       note text, data jsonb)) with ordinality as e (project_id, alert_id, at, kind, actor, note, data, place)`,
    [JSON.stringify(events)],
  );
}

function ofAlert(projectId: string, alertId: number) {
  return and(eq(alert_events.project_id, projectId), eq(alert_events.alert_id, alertId));
}
