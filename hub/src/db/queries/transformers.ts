import { and, asc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { ClientBase } from 'pg';
import { on } from '../builder.ts';
import { transformers } from '../schema.ts';
import { hasBeenSilent } from './silence.ts';
import { byId, byNumber, byRank, byText, byTime, inOrder, type Order, type SortedPage, WORST_FIRST } from './sorted.ts';
import { anyHolds } from './text.ts';

/** A transformer, its latest load, and what hangs on it. */
export type TransformerRow = typeof transformers.$inferSelect & {
  /** The poll interval of its meter, seconds. */
  readonly interval_s: number | null;
  readonly container_ids: string[];
  readonly meter_ids: string[];
};

/** A transformer's own row. */
export type TransformerRecord = typeof transformers.$inferSelect;

/** What people say of a transformer. */
export type TransformerFields = Partial<
  Pick<typeof transformers.$inferInsert, 'name' | 'rated_kva' | 'status' | 'metadata'>
>;

/** Ids of another table's rows that name the transformer, in the order people count them. */
function idsOn(table: 'containers' | 'meters', id: 'container_id' | 'meter_id'): SQL<string[]> {
  const text = `array(select o.${id} from ${table} o where o.project_id = transformers.project_id
    and o.transformer_id = transformers.transformer_id order by length(o.${id}), o.${id})`;
  return sql.raw(text) as SQL<string[]>;
}

const COLUMNS = {
  ...getTableColumns(transformers),
  // Stored from a `real` value: read as such it keeps the digits that were measured.
  power_factor: sql<number | null>`${transformers.power_factor}::real`,
  interval_s: sql<number | null>`(select min(o.interval_s) from meters o
    where o.project_id = transformers.project_id and o.transformer_id = transformers.transformer_id)`,
  container_ids: idsOn('containers', 'container_id'),
  meter_ids: idsOn('meters', 'meter_id'),
};

/** The status as of now; `statusNow` in `http/present/transformers.ts` says the same of a row. */
function statusAt(now: Date): SQL {
  const { status, state_at } = transformers;
  return sql`case when ${status} in ('maintenance', 'planned') then ${status}
    when ${hasBeenSilent(state_at, COLUMNS.interval_s, now)} then 'unknown' else ${status} end`;
}

const ID = byId(transformers.transformer_id);

/** What transformers may be sorted by; a status from the worst on. */
export const TRANSFORMER_ORDER = {
  fields: {
    transformer_id: ID,
    name: [byText(transformers.name)],
    status: [byRank(WORST_FIRST, statusAt)],
    rated_kva: [byNumber(transformers.rated_kva)],
    load_pct: [byNumber(transformers.load_pct)],
    active_power_kw: [byNumber(transformers.active_power_kw)],
    observed_at: [byTime(transformers.state_at)],
  },
  ties: ID,
  standard: 'transformer_id',
} as const satisfies Order<string>;
export type TransformerSort = keyof typeof TRANSFORMER_ORDER.fields;

/** Of a project the transformers whose id or name holds a text (null: all), with their places in the list. */
export async function listTransformers(
  client: ClientBase,
  projectId: string,
  text: string | null,
  page: SortedPage<TransformerSort>,
  now: Date,
) {
  const { place, rest, orderBy } = inOrder(TRANSFORMER_ORDER, page, now);
  const list = on(client)
    .select({ ...COLUMNS, place })
    .from(transformers)
    .where(and(meant(projectId, text), rest))
    .orderBy(...orderBy)
    .$dynamic();
  return page.limit === null ? list : list.limit(page.limit);
}

/** The ids of a project's transformers. */
export async function transformerIds(client: ClientBase, projectId: string): Promise<string[]> {
  const rows = await on(client)
    .select({ id: transformers.transformer_id })
    .from(transformers)
    .where(eq(transformers.project_id, projectId));
  return rows.map(({ id }) => id);
}

export function countTransformers(client: ClientBase, projectId: string, text: string | null): Promise<number> {
  return on(client).$count(transformers, meant(projectId, text));
}

function meant(projectId: string, text: string | null): SQL | undefined {
  return and(eq(transformers.project_id, projectId), anyHolds(text, transformers.transformer_id, transformers.name));
}

/** The visible transformers of that id: none, one, or one in each of several projects. */
export async function findTransformers(
  client: ClientBase,
  transformerId: string,
  projectId: string | null,
): Promise<TransformerRow[]> {
  const inProject = projectId === null ? undefined : eq(transformers.project_id, projectId);
  return on(client)
    .select(COLUMNS)
    .from(transformers)
    .where(and(eq(transformers.transformer_id, transformerId), inProject))
    .orderBy(asc(transformers.project_id));
}

/** Creates a transformer; false where the project has one of that id. */
export async function insertTransformer(
  client: ClientBase,
  transformer: TransformerFields & { project_id: string; transformer_id: string },
): Promise<boolean> {
  const { rowCount } = await on(client).insert(transformers).values(transformer).onConflictDoNothing();
  return rowCount === 1;
}

/** The row, locked until the transaction ends. */
export async function lockTransformer(
  client: ClientBase,
  projectId: string,
  transformerId: string,
): Promise<TransformerRecord | null> {
  const [row] = await on(client).select().from(transformers).where(is(projectId, transformerId)).for('update');
  return row ?? null;
}

/** Sets the fields given; the load in percent follows the rating. */
export async function updateTransformer(
  client: ClientBase,
  projectId: string,
  transformerId: string,
  fields: TransformerFields,
  at: Date,
): Promise<void> {
  const { rated_kva: rated } = fields;
  const load = sql`${transformers.apparent_power_kva} / nullif(${rated}::double precision, 0) * 100`;
  await on(client)
    .update(transformers)
    .set({
      ...fields,
      ...(rated === undefined ? {} : { load_pct: load }),
      version: sql`${transformers.version} + 1`,
      updated_at: at,
    })
    .where(is(projectId, transformerId));
}

function is(projectId: string, transformerId: string): SQL | undefined {
  return and(eq(transformers.project_id, projectId), eq(transformers.transformer_id, transformerId));
}
