import { and, eq, getTableColumns, type SQL } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { maintenance_plans as plans } from '../schema.ts';
import { ANY_TIME, byKey, byNumber, byText, byTime, inOrder, type Order, type SortedPage } from './sorted.ts';
import { anyHolds } from './text.ts';

export type MaintenancePlanRow = typeof plans.$inferSelect;
export type PlanTarget = MaintenancePlanRow['target_type'];

/** Which plans are wanted; what is absent does not matter. */
export interface PlanFilter {
  readonly projectId?: string | undefined;
  readonly targetType?: PlanTarget | undefined;
  readonly targetId?: string | undefined;
  /** Part of target or task. */
  readonly text?: string | undefined;
}

/** What plans may be sorted by. */
export const PLAN_ORDER = {
  fields: {
    target_id: [byText(plans.target_id)],
    task: [byText(plans.task)],
    due_on: [byKey(plans.due_on)],
    running_hours: [byNumber(plans.running_hours)],
    last_done_at: [byTime(plans.last_done_at)],
  },
  ties: [byKey(plans.plan_id)],
  standard: 'target_id',
} as const satisfies Order<string>;
export type PlanSort = keyof typeof PLAN_ORDER.fields;

/** The visible plans of a filter, with their places in the list. */
export async function listPlans(client: ClientBase, filter: PlanFilter, page: SortedPage<PlanSort>) {
  const { place, rest, orderBy } = inOrder(PLAN_ORDER, page, ANY_TIME);
  const list = on(client)
    .select({ ...getTableColumns(plans), place })
    .from(plans)
    .where(and(wanted(filter), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

export function countPlans(client: ClientBase, filter: PlanFilter): Promise<number> {
  return on(client).$count(plans, wanted(filter));
}

/** One plan; null when there is none of that id, or none that may be seen. */
export async function findPlan(client: ClientBase, planId: string): Promise<MaintenancePlanRow | null> {
  const [row] = await on(client).select().from(plans).where(eq(plans.plan_id, planId));
  return row ?? null;
}

/** The same, locked until the transaction ends. */
export async function lockPlan(client: ClientBase, planId: string): Promise<MaintenancePlanRow | null> {
  const [row] = await on(client).select().from(plans).where(eq(plans.plan_id, planId)).for('update');
  return row ?? null;
}

export async function insertPlan(client: ClientBase, plan: typeof plans.$inferInsert): Promise<MaintenancePlanRow> {
  const [row] = await on(client).insert(plans).values(plan).returning();
  return row!;
}

/** Sets the fields given; the row as it stands then. */
export async function updatePlan(
  client: ClientBase,
  { project_id, plan_id, version }: MaintenancePlanRow,
  fields: Partial<typeof plans.$inferInsert>,
  at: Date,
): Promise<MaintenancePlanRow> {
  const [row] = await on(client)
    .update(plans)
    .set({ ...fields, version: version + 1, updated_at: at })
    .where(and(eq(plans.project_id, project_id), eq(plans.plan_id, plan_id)))
    .returning();
  return row!;
}

export async function deletePlan(
  client: ClientBase,
  { project_id, plan_id }: Pick<MaintenancePlanRow, 'project_id' | 'plan_id'>,
): Promise<void> {
  await on(client)
    .delete(plans)
    .where(and(eq(plans.project_id, project_id), eq(plans.plan_id, plan_id)));
}

function wanted({ projectId, targetType, targetId, text }: PlanFilter): SQL | undefined {
  return and(
    projectId === undefined ? undefined : eq(plans.project_id, projectId),
    targetType === undefined ? undefined : eq(plans.target_type, targetType),
    targetId === undefined ? undefined : eq(plans.target_id, targetId),
    anyHolds(text, plans.target_id, plans.task),
  );
}
