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

/** Silences alerts that are locked, or ends their silence. */
export async function hushAlerts(
  client: ClientBase,
  projectId: string,
  hushes: readonly Hush[],
  at: Date,
): Promise<void> {
  await client.query(
    `update alerts a set silenced_until = hush.until, version = a.version + 1, updated_at = $4
     from unnest($2::bigint[], $3::timestamptz[]) as hush (id, until) where a.project_id = $1 and a.id = hush.id`,
    [projectId, hushes.map(({ id }) => id), hushes.map(({ until }) => until), at],
  );
}
