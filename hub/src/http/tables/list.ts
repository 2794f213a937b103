import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Signed } from '../access.ts';
import { say } from '../language/bilingual.ts';
import { Problem } from '../problem.ts';
import { columnsOf } from './columns.ts';
import { type SeriesFormat, type TableWanted, wantedFormat } from './format.ts';
import type { Table } from './table.ts';

/** What the objects of a list hold that its table wants to know of each. */
export interface Listed {
  readonly project_id: string;
  readonly observed_at?: string | null;
}

/** A list that is asked for as a table. */
export interface ListAsTable<Schema extends z.ZodObject> {
  /** Of what: `containers`. It stands in the file's name, after `of`: the id of what they belong to, or null. */
  readonly what: string;
  readonly of: string | null;
  /** The whole object, as the list's JSON has it. */
  readonly schema: Schema;
  /** Which of its fields are wanted (undefined: all), and which always come. */
  readonly fields?: readonly string[] | undefined;
  readonly ids?: readonly string[];
  readonly rows: Iterable<z.output<Schema> & Listed> | AsyncIterable<z.output<Schema> & Listed>;
  /** When a row was, for the first columns; `observed_at` where nothing is said. */
  readonly timeOf?: ((row: z.output<Schema>) => string | null) | undefined;
  /** The time zone of each project. */
  readonly zones: ReadonlyMap<string, string>;
  /** The time it is, ms. */
  readonly now: number;
}

/** Of a list that is no table. */
export const NO_ZONES: ReadonlyMap<string, string> = new Map();

/** The table that a list is asked for as; null where JSON is wanted. Throws 403 for viewers, who export nothing. */
export function wantedTable(
  c: Context<Signed>,
  query: z.output<typeof SeriesFormat>,
  formats?: Parameters<typeof wantedFormat>[2],
): TableWanted | null {
  const wanted = wantedFormat(c, query, formats);
  if (wanted.format === 'json') return null;
  if (c.get('principal').role !== 'viewer') return wanted;
  throw new Problem(
    'forbidden',
    say('The role viewer exports nothing: ask for JSON.', "Le rôle viewer n'exporte rien : demandez du JSON."),
    { permission: 'super_admin project_manager operator' },
  );
}

/** A list as the table of the fields wanted; what was asked for, when and by whom stands beside it. */
export function tableOf<Schema extends z.ZodObject>(
  c: Context<Signed>,
  { what, of, schema, fields, ids = [], rows, timeOf, zones, now }: ListAsTable<Schema>,
): Table<z.output<Schema> & Listed> {
  const left = (key: string) => fields !== undefined && !fields.includes(key) && !ids.includes(key);
  const omit = Object.keys(schema.shape).filter(left) as (keyof z.output<Schema> & string)[];
  return {
    name: [of, what, new Date(now).toISOString().slice(0, 10)].filter((part) => part !== null).join('_'),
    title: of === null ? what : `${of} ${what}`,
    columns: columnsOf(schema, { omit }),
    rows,
    timeOf: (row) => {
      const at = timeOf === undefined ? row.observed_at : timeOf(row);
      return { at: at ? new Date(at) : null, timeZone: zones.get(row.project_id) ?? 'UTC' };
    },
    facts: factsOf(c, now),
  };
}

/** When and by whom a table was made, and what was asked for. */
export function factsOf(c: Context<Signed>, now: number): Record<string, string> {
  const made = new Date(now).toISOString();
  return { made, author: c.get('principal').name, request: `${c.req.path}${new URL(c.req.url).search}` };
}
