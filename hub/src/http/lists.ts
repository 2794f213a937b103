import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ClientBase } from 'pg';
import { withContext } from '../db/client.ts';
import { timeZones } from '../db/queries/projects.ts';
import type { Order, SortedPage, SortValue } from '../db/queries/sorted.ts';
import { readerOf, type Signed } from './access.ts';
import type { Services } from './app.ts';
import { answerPage, Paging, totalOf } from './paging.ts';
import { SearchText } from './schemas.ts';
import { placeAfter, type SortedQuery, sortedPageOf, sorting } from './sorting.ts';
import { answerTable } from './tables/answer.ts';
import type { TableFormat } from './tables/format.ts';
import { type ListAsTable, type Listed, NO_ZONES, tableOf, wantedTable } from './tables/list.ts';
import { fieldsOf, trimmed } from './trim.ts';

/** How many objects of a list without a limit are shown. */
const DEFAULT_LIMIT = 50;

/** The query of a list: `limit`, `cursor`, `sort`, `q` (part of what is `searched`) and `fields`; filters extend it. */
export function listing<Field extends string, Shape extends z.ZodRawShape>(
  order: Order<Field>,
  schema: z.ZodObject<Shape>,
  searched: string,
) {
  const q = SearchText.optional().openapi({ description: `Part of ${searched}` });
  return Paging.extend({ ...sorting(order), q, fields: fieldsOf(schema) });
}

/** What a table is of where its filter names one: `QATAR-001`. */
export function soleOf(ids: readonly string[] | undefined): string | null {
  return ids?.length === 1 ? ids[0]! : null;
}

/** A list of objects that come from rows. */
interface List<Item extends object, Row, Field extends string, Id extends keyof Item> {
  readonly order: Order<Field>;
  /** Which fields always come, whatever `fields` names. */
  readonly ids: readonly Id[];
  /** Whether it comes whole where no limit is sent; else 50 at a time. */
  readonly whole?: boolean;
  /** The rows of a page as of `now`; throws where what they belong to is missing. */
  read(client: ClientBase, page: SortedPage<Field>, now: Date): Promise<(Row & Placed)[]>;
  /** How many there are on all pages; asked only where that is not seen. */
  count(client: ClientBase, now: Date): Promise<number>;
  show(row: Row, now: number): Item;
}

/** A row that knows its place in the list. */
interface Placed {
  readonly place: readonly SortValue[];
}

/** What more a list needs to be had as a table. */
interface AsTable<Schema extends z.ZodObject> extends Pick<ListAsTable<Schema>, 'what' | 'of' | 'schema' | 'timeOf'> {
  /** How many rows of a whole table are read at once, each time in a transaction of its own; all where not said. */
  readonly rowsAtOnce?: number;
}

type ListQuery<Item, Field extends string> = SortedQuery<Field> & {
  readonly fields?: readonly (keyof Item & string)[] | undefined;
};

/** A page of a list, its objects with the fields asked for. */
export async function pageOfList<Item extends object, Row, Field extends string, Id extends keyof Item>(
  c: Context<Signed>,
  { api, now }: Services,
  query: ListQuery<Item, Field>,
  list: List<Item, Row, Field, Id>,
) {
  const at = now();
  const page = sortedPageOf(query, list.order, list.whole ? null : DEFAULT_LIMIT);
  const [rows, total] = await withContext(api, readerOf(c.get('principal')), async (client) => {
    const found = await list.read(client, page, new Date(at));
    return [found, await totalOf(page, found, () => list.count(client, new Date(at)))];
  });
  const show = (row: Row) => trimmed(list.show(row, at), query.fields, list.ids);
  return answerPage(c, page, rows, total, (row) => placeAfter(page, row), show);
}

/** A page of a list as JSON; or the table that is asked for, of the whole list where no limit is sent. */
export async function answerList<
  Schema extends z.ZodObject,
  Row,
  Field extends string,
  Id extends keyof z.output<Schema> & string,
>(
  c: Context<Signed>,
  services: Services,
  query: ListQuery<z.output<Schema>, Field> & z.output<typeof TableFormat>,
  list: List<z.output<Schema> & Listed, Row, Field, Id> & AsTable<Schema>,
) {
  const wanted = wantedTable(c, query);
  if (wanted === null) return c.json(await pageOfList(c, services, query, list), 200);
  const { api, now } = services;
  const all = query.limit === undefined;
  const asked = sortedPageOf(query, list.order, null);
  const page = all ? { ...asked, limit: list.rowsAtOnce ?? null } : asked;
  const read = (after: SortedPage<Field>['after']): Promise<Part<Row>> =>
    withContext(api, readerOf(c.get('principal')), async (client) => {
      const at = now();
      const rows = await list.read(client, { ...page, after }, new Date(at));
      return { at, rows, zones: after === page.after ? await timeZones(client) : NO_ZONES };
    });
  const begun = await read(page.after);
  const show = (row: Row) => list.show(row, begun.at);
  const rows = all
    ? rowsFrom(begun, page.limit, read, list.show)
    : answerPage(c, page, begun.rows, null, (row) => placeAfter(page, row), show).data;
  const { what, of, schema, timeOf, ids } = list;
  const table = { what, of, schema, timeOf, ids, fields: query.fields, rows, zones: begun.zones, now: begun.at };
  return answerTable(c, tableOf(c, table), wanted);
}

/** Rows read at a time (ms), and the time zones of their projects where they are the first. */
interface Part<Row> {
  readonly at: number;
  readonly rows: readonly (Row & Placed)[];
  readonly zones: ReadonlyMap<string, string>;
}

/** What was read of a list, and what follows, which is read as it is taken. */
async function* rowsFrom<Row, Item>(
  first: Part<Row>,
  rowsAtOnce: number | null,
  read: (after: readonly SortValue[]) => Promise<Part<Row>>,
  show: (row: Row, at: number) => Item,
): AsyncGenerator<Item> {
  for (let part = first; ; ) {
    for (const row of part.rows) yield show(row, part.at);
    const last = part.rows.at(-1);
    if (last === undefined || rowsAtOnce === null || part.rows.length < rowsAtOnce) return;
    part = await read(last.place);
  }
}
