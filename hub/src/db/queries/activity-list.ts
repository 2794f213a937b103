import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import { and, desc, eq, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { activity_logs } from '../schema.ts';
import type { ActivityRow } from './activity.ts';
import type { Page } from './page.ts';

/** Which entries; what is absent does not narrow. */
export interface ActivityFilter {
  readonly projectIds?: readonly string[] | undefined;
  /** The id or the name of whoever acted. */
  readonly actor?: string | undefined;
  readonly actions?: readonly string[] | undefined;
  readonly targetTypes?: readonly string[] | undefined;
  readonly targetId?: string | undefined;
  /** From this moment on, and before that one. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Text in any of action, actor, target, before and after. */
  readonly text?: string | undefined;
}

const LOG = activity_logs;
const SEARCHED = [LOG.action, LOG.actor_id, LOG.actor_name, LOG.target_type, LOG.target_id, LOG.before, LOG.after];

function matching(filter: ActivityFilter): SQL | undefined {
  const { actor, text } = filter;
  return and(
    filter.projectIds && inArray(LOG.project_id, filter.projectIds),
    actor === undefined ? undefined : or(eq(LOG.actor_id, actor), eq(LOG.actor_name, actor)),
    filter.actions && inArray(LOG.action, filter.actions),
    filter.targetTypes && inArray(LOG.target_type, filter.targetTypes),
    filter.targetId === undefined ? undefined : eq(LOG.target_id, filter.targetId),
    filter.from && gte(LOG.at, filter.from),
    filter.to && lt(LOG.at, filter.to),
    text === undefined ? undefined : or(...SEARCHED.map((column) => holds(column, text))),
  );
}

/** Whether a column holds a text somewhere, whatever the case; the text's own `%` and `_` mean themselves. */
function holds(column: (typeof SEARCHED)[number], text: string): SQL {
  return sql`${column}::text ilike ${`%${text.replaceAll(/[\\%_]/g, '\\$&')}%`}`;
}

/** The visible entries, newest first. `page.after` is what `activityKey` made of the last one. */
export function listActivity(client: ClientBase, filter: ActivityFilter, page: Page): Promise<ActivityRow[]> {
  const [at, project, seq] = page.after?.split(' ') ?? [];
  const before =
    at === undefined
      ? undefined
      : sql`(${LOG.at}, ${LOG.project_id}, ${LOG.seq}) < (${at}::timestamptz, ${project}::text, ${seq}::bigint)`;
  const list = on(client)
    .select()
    .from(LOG)
    .where(and(matching(filter), before))
    .orderBy(desc(LOG.at), desc(LOG.project_id), desc(LOG.seq))
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

/** An entry's place in the list. */
export function activityKey({ at, project_id, seq }: ActivityRow): string {
  return `${at.toISOString()} ${project_id} ${seq}`;
}

export function countActivity(client: ClientBase, filter: ActivityFilter): Promise<number> {
  return on(client).$count(LOG, matching(filter));
}

/** The projects that were removed for good: their logs are all that is left of them. */
export async function purgedProjects(client: ClientBase): Promise<string[]> {
  const rows = await on(client)
    .selectDistinct({ id: LOG.target_id })
    .from(LOG)
    .where(and(eq(LOG.project_id, GLOBAL_PROJECT_ID), eq(LOG.action, 'project.purge')))
    .orderBy(LOG.target_id);
  return rows.map((row) => row.id);
}
