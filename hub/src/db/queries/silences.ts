import { and, eq, getTableColumns, gt, lte, or, type SQL } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { type AlertTarget, silences } from '../schema.ts';
import { ANY_TIME, byKey, byText, byTime, inOrder, type Order, type SortedPage } from './sorted.ts';
import { anyHolds } from './text.ts';

export type SilenceRow = typeof silences.$inferSelect;

/** Which silences are wanted; what is absent does not matter. */
export interface SilenceFilter {
  readonly projectId?: string | undefined;
  readonly targetType?: AlertTarget | undefined;
  readonly targetId?: string | undefined;
  readonly ruleId?: string | undefined;
  /** True: in force at this moment; false: not begun yet, or over. */
  readonly active?: { readonly is: boolean; readonly at: Date } | undefined;
  /** Part of target, rule or reason. */
  readonly text?: string | undefined;
}

/** What silences may be sorted by; those that end last come first unless asked otherwise. */
export const SILENCE_ORDER = {
  fields: {
    starts_at: [byTime(silences.starts_at)],
    ends_at: [byTime(silences.ends_at)],
    target_id: [byText(silences.target_id)],
    created_at: [byTime(silences.created_at)],
  },
  ties: [byKey(silences.silence_id)],
  standard: '-ends_at',
} as const satisfies Order<string>;
export type SilenceSort = keyof typeof SILENCE_ORDER.fields;

/** The visible silences of a filter, with their places in the list. */
export async function listSilences(client: ClientBase, filter: SilenceFilter, page: SortedPage<SilenceSort>) {
  const { place, rest, orderBy } = inOrder(SILENCE_ORDER, page, ANY_TIME);
  const list = on(client)
    .select({ ...getTableColumns(silences), place })
    .from(silences)
    .where(and(wanted(filter), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

export function countSilences(client: ClientBase, filter: SilenceFilter): Promise<number> {
  return on(client).$count(silences, wanted(filter));
}

/** One silence; null when there is none of that id, or none that may be seen. */
export async function findSilence(client: ClientBase, silenceId: string): Promise<SilenceRow | null> {
  const [row] = await on(client).select().from(silences).where(eq(silences.silence_id, silenceId));
  return row ?? null;
}

/** The same, locked until the transaction ends. */
export async function lockSilence(client: ClientBase, silenceId: string): Promise<SilenceRow | null> {
  const [row] = await on(client).select().from(silences).where(eq(silences.silence_id, silenceId)).for('update');
  return row ?? null;
}

/** The silences of a project that are in force at a moment. */
export function silencesInForce(client: ClientBase, projectId: string, at: Date): Promise<SilenceRow[]> {
  return on(client)
    .select()
    .from(silences)
    .where(and(eq(silences.project_id, projectId), inForce({ is: true, at })));
}

export function insertSilences(
  client: ClientBase,
  rows: readonly (typeof silences.$inferInsert)[],
): Promise<SilenceRow[]> {
  return on(client)
    .insert(silences)
    .values([...rows])
    .returning();
}

/** Sets the fields given; the row as it stands then. */
export async function updateSilence(
  client: ClientBase,
  { project_id, silence_id, version }: SilenceRow,
  fields: Partial<Pick<SilenceRow, 'starts_at' | 'ends_at' | 'reason' | 'ended_by'>>,
  at: Date,
): Promise<SilenceRow> {
  const [row] = await on(client)
    .update(silences)
    .set({ ...fields, version: version + 1, updated_at: at })
    .where(and(eq(silences.project_id, project_id), eq(silences.silence_id, silence_id)))
    .returning();
  return row!;
}

function wanted({ projectId, targetType, targetId, ruleId, active, text }: SilenceFilter): SQL | undefined {
  return and(
    projectId === undefined ? undefined : eq(silences.project_id, projectId),
    targetType === undefined ? undefined : eq(silences.target_type, targetType),
    targetId === undefined ? undefined : eq(silences.target_id, targetId),
    ruleId === undefined ? undefined : eq(silences.rule_id, ruleId),
    active === undefined ? undefined : inForce(active),
    anyHolds(text, silences.target_id, silences.rule_id, silences.reason),
  );
}

function inForce({ is, at }: { readonly is: boolean; readonly at: Date }): SQL | undefined {
  if (is) return and(lte(silences.starts_at, at), gt(silences.ends_at, at));
  return or(gt(silences.starts_at, at), lte(silences.ends_at, at));
}
