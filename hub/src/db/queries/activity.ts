import { and, asc, desc, eq, gt } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { activity_logs } from '../schema.ts';

export type ActivityRow = typeof activity_logs.$inferSelect;

/** One of our advisory locks, with the project's hash as second key. */
const LOCK = 7_423_003;

/** Makes writers of one project's log wait for each other until their transactions end. */
export async function lockActivity(client: ClientBase, project: string): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(${LOCK}, hashtext($1))`, [project]);
}

/** The newest entry of a project's log. */
export async function lastActivity(
  client: ClientBase,
  project: string,
): Promise<Pick<ActivityRow, 'seq' | 'hash'> | null> {
  const [row] = await on(client)
    .select({ seq: activity_logs.seq, hash: activity_logs.hash })
    .from(activity_logs)
    .where(eq(activity_logs.project_id, project))
    .orderBy(desc(activity_logs.seq))
    .limit(1);
  return row ?? null;
}

export async function insertActivities(client: ClientBase, rows: readonly ActivityRow[]): Promise<void> {
  await on(client)
    .insert(activity_logs)
    .values([...rows]);
}

/** Entries of a project in order, after `seq`. */
export function activityAfter(client: ClientBase, project: string, seq: number, limit: number): Promise<ActivityRow[]> {
  return on(client)
    .select()
    .from(activity_logs)
    .where(and(eq(activity_logs.project_id, project), gt(activity_logs.seq, seq)))
    .orderBy(asc(activity_logs.seq))
    .limit(limit);
}
