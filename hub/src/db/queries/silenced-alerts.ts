import { and, eq, inArray } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { alerts } from '../schema.ts';
import { OPEN } from './alerts.ts';

const COLUMNS = {
  id: alerts.id,
  target_type: alerts.target_type,
  target_id: alerts.target_id,
  rule_id: alerts.rule_id,
  silenced_until: alerts.silenced_until,
};

/** What a silence has to know of an open alert. */
export type OpenAlert = Awaited<ReturnType<typeof openAlerts>>[number];

/** The open alerts of a project. */
export function openAlerts(client: ClientBase, projectId: string) {
  return on(client)
    .select(COLUMNS)
    .from(alerts)
    .where(and(eq(alerts.project_id, projectId), inArray(alerts.status, OPEN)));
}

/** Those of a project's alerts that are still open, locked until the transaction ends, in the order in which all lock. */
export function lockOpenAlerts(client: ClientBase, projectId: string, ids: readonly number[]): Promise<OpenAlert[]> {
  return on(client)
    .select(COLUMNS)
    .from(alerts)
    .where(and(eq(alerts.project_id, projectId), inArray(alerts.id, [...ids]), inArray(alerts.status, OPEN)))
    .orderBy(alerts.id)
    .for('update');
}

/** Until when an alert is silent from now on; null: it is not any more. */
export interface Hush {
  readonly id: number;
  readonly until: Date | null;
}

/** Silences alerts that are locked, or ends their silence, and writes that into their timelines. */
export async function hushAlerts(
  client: ClientBase,
  projectId: string,
  hushes: readonly Hush[],
  event: { readonly at: Date; readonly actor: string; readonly note: string | null; readonly silenceId: string },
): Promise<void> {
  await client.query(
    `with hush as (select * from unnest($2::bigint[], $3::timestamptz[]) as h (id, until)),
       told as (insert into alert_events (project_id, alert_id, ordinal, at, kind, actor, note, data)
         select $1, id,
           (select coalesce(max(ordinal), 0) + 1 from alert_events e where e.project_id = $1 and e.alert_id = hush.id),
           $4, case when until is null then 'unsilenced' else 'silenced' end, $5, $6,
           jsonb_build_object('silence_id', $7::text, 'until', to_char(until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
         from hush)
     update alerts a set silenced_until = hush.until, version = a.version + 1, updated_at = $4
     from hush where a.project_id = $1 and a.id = hush.id`,
    [
      projectId,
      hushes.map(({ id }) => id),
      hushes.map(({ until }) => until),
      event.at,
      event.actor,
      event.note,
      event.silenceId,
    ],
  );
}
