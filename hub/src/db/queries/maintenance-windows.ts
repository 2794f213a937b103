import { and, eq, getTableColumns, gt, lt, lte, or, type SQL } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { maintenance_windows as windows } from '../schema.ts';
import { ANY_TIME, byKey, byText, byTime, inOrder, type Order, type SortedPage } from './sorted.ts';
import { anyHolds } from './text.ts';

export type MaintenanceWindowRow = typeof windows.$inferSelect;
export type MaintenanceTarget = MaintenanceWindowRow['target_type'];

/** Which windows are wanted; what is absent does not matter. */
export interface MaintenanceFilter {
  readonly projectId?: string | undefined;
  readonly targetType?: MaintenanceTarget | undefined;
  readonly targetId?: string | undefined;
  /** Over at some time after `from`, begun before `to`. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** True: open at this moment; false: not begun yet, or over. */
  readonly active?: { readonly is: boolean; readonly at: Date } | undefined;
  /** Part of target or reason. */
  readonly text?: string | undefined;
}

/** What windows may be sorted by; those that begin last come first unless asked otherwise. */
export const WINDOW_ORDER = {
  fields: {
    starts_at: [byTime(windows.starts_at)],
    ends_at: [byTime(windows.ends_at)],
    target_id: [byText(windows.target_id)],
    created_at: [byTime(windows.created_at)],
  },
  ties: [byKey(windows.window_id)],
  standard: '-starts_at',
} as const satisfies Order<string>;
export type WindowSort = keyof typeof WINDOW_ORDER.fields;

/** The visible windows of a filter, with their places in the list. */
export async function listWindows(client: ClientBase, filter: MaintenanceFilter, page: SortedPage<WindowSort>) {
  const { place, rest, orderBy } = inOrder(WINDOW_ORDER, page, ANY_TIME);
  const list = on(client)
    .select({ ...getTableColumns(windows), place })
    .from(windows)
    .where(and(wanted(filter), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

export function countWindows(client: ClientBase, filter: MaintenanceFilter): Promise<number> {
  return on(client).$count(windows, wanted(filter));
}

/** One window; null when there is none of that id, or none that may be seen. */
export async function findWindow(client: ClientBase, windowId: string): Promise<MaintenanceWindowRow | null> {
  const [row] = await on(client).select().from(windows).where(eq(windows.window_id, windowId));
  return row ?? null;
}

/** The same, locked until the transaction ends. */
export async function lockWindow(client: ClientBase, windowId: string): Promise<MaintenanceWindowRow | null> {
  const [row] = await on(client).select().from(windows).where(eq(windows.window_id, windowId)).for('update');
  return row ?? null;
}

export async function insertWindow(
  client: ClientBase,
  window: typeof windows.$inferInsert,
): Promise<MaintenanceWindowRow> {
  const [row] = await on(client).insert(windows).values(window).returning();
  return row!;
}

/** Sets the fields given; the row as it stands then. */
export async function updateWindow(
  client: ClientBase,
  { project_id, window_id }: Pick<MaintenanceWindowRow, 'project_id' | 'window_id'>,
  fields: Partial<Pick<MaintenanceWindowRow, 'starts_at' | 'ends_at' | 'reason' | 'ended_by'>>,
  at: Date,
): Promise<MaintenanceWindowRow> {
  const [row] = await on(client)
    .update(windows)
    .set({ ...fields, updated_at: at })
    .where(and(eq(windows.project_id, project_id), eq(windows.window_id, window_id)))
    .returning();
  return row!;
}

function wanted({ projectId, targetType, targetId, from, to, active, text }: MaintenanceFilter): SQL | undefined {
  return and(
    projectId === undefined ? undefined : eq(windows.project_id, projectId),
    targetType === undefined ? undefined : eq(windows.target_type, targetType),
    targetId === undefined ? undefined : eq(windows.target_id, targetId),
    from === undefined ? undefined : gt(windows.ends_at, from),
    to === undefined ? undefined : lt(windows.starts_at, to),
    active === undefined ? undefined : open(active),
    anyHolds(text ?? null, windows.target_id, windows.reason),
  );
}

function open({ is, at }: NonNullable<MaintenanceFilter['active']>): SQL | undefined {
  return is
    ? and(lte(windows.starts_at, at), gt(windows.ends_at, at))
    : or(gt(windows.starts_at, at), lte(windows.ends_at, at));
}
