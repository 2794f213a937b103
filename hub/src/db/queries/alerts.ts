import { and, eq, getTableColumns, gte, inArray, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import {
  ALERT_STATUSES,
  type AlertStatus,
  type AlertTarget,
  alerts,
  projects,
  SEVERITIES,
  type Severity,
} from '../schema.ts';
import {
  ANY_TIME,
  byNumber,
  byRank,
  byTime,
  inOrder,
  type Order,
  reversed,
  type SortedPage,
  type SortValue,
} from './sorted.ts';
import { anyHolds } from './text.ts';

/** An alert that somebody may see: one that is still in its hold time (`pending`) is none. */
export type AlertRow = Omit<typeof alerts.$inferSelect, 'status'> & { readonly status: AlertStatus };

/** An alert with its place in the list. */
export type ListedAlert = AlertRow & { readonly place: SortValue[] };

/** Which alerts are wanted; what is absent does not matter. */
export interface AlertFilter {
  readonly statuses?: readonly AlertStatus[] | undefined;
  readonly severities?: readonly Severity[] | undefined;
  readonly projectId?: string | undefined;
  /** The container itself, or a miner in it. */
  readonly containerId?: string | undefined;
  readonly targetType?: AlertTarget | undefined;
  readonly alertType?: string | undefined;
  readonly ruleId?: string | undefined;
  readonly assignee?: string | undefined;
  /** The alert that explains it. */
  readonly parentId?: number | undefined;
  /** Became active at or after `from`, before `to`. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Part of message, type or target. */
  readonly text?: string | undefined;
}

/** What is told of an alert when somebody acknowledges or resolves it. */
export type AlertChange = Partial<
  Pick<
    AlertRow,
    'status' | 'acknowledged_at' | 'acknowledged_by' | 'acknowledged_until' | 'assignee' | 'resolved_at' | 'resolved_by'
  >
>;

const SHOWN = ne(alerts.status, 'pending');

/** What alerts may be sorted by: a severity from the worst on, a status from what is still to be done on. */
export const ALERT_ORDER = {
  fields: {
    severity: [byRank(SEVERITIES, alerts.severity)],
    timestamp: [byTime(alerts.timestamp)],
    last_seen_at: [byTime(alerts.last_seen_at)],
    status: [byRank(ALERT_STATUSES, alerts.status)],
  },
  /** The newest first. */
  ties: [reversed(byTime(alerts.timestamp)), reversed(byNumber(alerts.id))],
  standard: 'severity',
} as const satisfies Order<string>;
export type AlertSort = keyof typeof ALERT_ORDER.fields;

/** The alerts wanted that may be seen, with their places in the list. */
export async function listAlerts(
  client: ClientBase,
  filter: AlertFilter,
  page: SortedPage<AlertSort>,
): Promise<ListedAlert[]> {
  const { place, rest, orderBy } = inOrder(ALERT_ORDER, page, ANY_TIME);
  const list = on(client)
    .select({ ...getTableColumns(alerts), place })
    .from(alerts)
    .where(and(wanted(filter), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return (await (page.limit === null ? list : list.limit(page.limit))) as ListedAlert[];
}

export function countAlerts(client: ClientBase, filter: AlertFilter): Promise<number> {
  return on(client).$count(alerts, wanted(filter));
}

/** One alert; null when there is none of that id, or none that may be seen. */
export async function findAlert(client: ClientBase, id: number): Promise<AlertRow | null> {
  const [row] = await on(client)
    .select()
    .from(alerts)
    .where(and(eq(alerts.id, id), SHOWN));
  return (row as AlertRow | undefined) ?? null;
}

/** The ids of the alerts wanted, at most so many. */
export async function alertIds(client: ClientBase, filter: AlertFilter, most: number): Promise<number[]> {
  const rows = await on(client).select({ id: alerts.id }).from(alerts).where(wanted(filter)).limit(most);
  return rows.map(({ id }) => id);
}

/** Those of these alerts that may be seen, locked until the transaction ends, in the order in which all lock. */
export async function lockAlerts(client: ClientBase, ids: readonly number[]): Promise<AlertRow[]> {
  const rows = await on(client)
    .select()
    .from(alerts)
    .where(and(inArray(alerts.id, [...ids]), SHOWN))
    .orderBy(alerts.project_id, alerts.id)
    .for('update');
  return rows as AlertRow[];
}

/** Sets the same fields of alerts that are locked; answers them as they stand then. */
export async function updateAlerts(
  client: ClientBase,
  ids: readonly number[],
  fields: AlertChange,
  at: Date,
): Promise<AlertRow[]> {
  const rows = await on(client)
    .update(alerts)
    .set({ ...fields, version: sql`${alerts.version} + 1`, updated_at: at })
    .where(inArray(alerts.id, [...ids]))
    .returning();
  return rows as AlertRow[];
}

/** Open alerts: somebody still has to do something, or is at it. */
export const OPEN: AlertStatus[] = ['active', 'acknowledged'];

/**
 * Which open alerts to count. Of company and project only causes: what another alert explains is no further thing to do. Of a
 * single object all that is open on it, for its cause may be elsewhere.
 */
export type OpenAlertScope =
  /** Of every visible project but archived ones, and of none in particular. */
  | { readonly scope: 'global' }
  | { readonly scope: 'projects'; readonly projectIds: readonly string[] }
  /** Of a container and of the miners in it. */
  | { readonly scope: 'container'; readonly projectId: string; readonly containerId: string }
  | { readonly scope: 'miner'; readonly projectId: string; readonly minerId: string }
  /** Of a transformer, of the containers on it and of the miners in them. */
  | { readonly scope: 'transformer'; readonly projectId: string; readonly transformerId: string };

/** How many alerts of each severity are open, project by project. */
export function countOpenAlerts(
  client: ClientBase,
  scope: OpenAlertScope,
): Promise<{ project_id: string; severity: Severity; count: number }[]> {
  return on(client)
    .select({ project_id: alerts.project_id, severity: alerts.severity, count: sql<number>`count(*)::int` })
    .from(alerts)
    .leftJoin(projects, eq(projects.project_id, alerts.project_id))
    .where(and(inArray(alerts.status, OPEN), inScope(scope)))
    .groupBy(alerts.project_id, alerts.severity);
}

function inScope(scope: OpenAlertScope): SQL | undefined {
  switch (scope.scope) {
    case 'global':
      return and(isNull(alerts.parent_id), sql`${projects.status} is distinct from 'archived'`);
    case 'projects':
      return and(isNull(alerts.parent_id), inArray(alerts.project_id, [...scope.projectIds]));
    case 'container':
      return and(eq(alerts.project_id, scope.projectId), inContainer(scope.containerId));
    case 'miner':
      return and(
        eq(alerts.project_id, scope.projectId),
        eq(alerts.target_type, 'miner'),
        eq(alerts.target_id, scope.minerId),
      );
    case 'transformer':
      return and(eq(alerts.project_id, scope.projectId), onTransformer(scope.transformerId));
  }
}

function wanted(filter: AlertFilter): SQL | undefined {
  const is = <T>(value: T | undefined, condition: (value: T) => SQL | undefined): SQL | undefined =>
    value === undefined ? undefined : condition(value);
  return and(
    SHOWN,
    is(filter.statuses, (statuses) => inArray(alerts.status, statuses)),
    is(filter.severities, (severities) => inArray(alerts.severity, severities)),
    is(filter.projectId, (id) => eq(alerts.project_id, id)),
    is(filter.containerId, inContainer),
    is(filter.targetType, (type) => eq(alerts.target_type, type)),
    is(filter.alertType, (type) => eq(alerts.alert_type, type)),
    is(filter.ruleId, (rule) => eq(alerts.rule_id, rule)),
    is(filter.assignee, (assignee) => eq(alerts.assignee, assignee)),
    is(filter.parentId, (id) => eq(alerts.parent_id, id)),
    is(filter.from, (from) => gte(alerts.timestamp, from)),
    is(filter.to, (to) => lt(alerts.timestamp, to)),
    anyHolds(filter.text, alerts.message, alerts.alert_type, alerts.target_id),
  );
}

function inContainer(containerId: string): SQL | undefined {
  return or(
    and(eq(alerts.target_type, 'container'), eq(alerts.target_id, containerId)),
    and(eq(alerts.target_type, 'miner'), sql`starts_with(${alerts.target_id}, ${`${containerId}-M`})`),
  );
}

function onTransformer(transformerId: string): SQL | undefined {
  return or(
    and(eq(alerts.target_type, 'transformer'), eq(alerts.target_id, transformerId)),
    sql`exists (select from containers c where c.project_id = ${alerts.project_id} and c.transformer_id = ${transformerId}
      and (${alerts.target_type} = 'container' and ${alerts.target_id} = c.container_id
        or ${alerts.target_type} = 'miner' and starts_with(${alerts.target_id}, c.container_id || '-M')))`,
  );
}
