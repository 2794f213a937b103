import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import { and, eq, getTableColumns, gte, inArray, lt, or, type SQL } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { activity_logs } from '../schema.ts';
import { ANY_TIME, byKey, byNumber, byTime, inOrder, type Order, type SortedPage } from './sorted.ts';
import { anyHolds } from './text.ts';

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
    anyHolds(text, ...SEARCHED),
  );
}

/** What the log may be sorted by. */
export const ACTIVITY_ORDER = {
  fields: { at: [byTime(LOG.at), byKey(LOG.project_id), byNumber(LOG.seq)] },
  ties: [],
  standard: '-at',
} as const satisfies Order<string>;
export type ActivitySort = keyof typeof ACTIVITY_ORDER.fields;

/** The visible entries, with their places in the list. */
export async function listActivity(client: ClientBase, filter: ActivityFilter, page: SortedPage<ActivitySort>) {
  const { place, rest, orderBy } = inOrder(ACTIVITY_ORDER, page, ANY_TIME);
  const list = on(client)
    .select({ ...getTableColumns(LOG), place })
    .from(LOG)
    .where(and(matching(filter), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
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
