import { Column, is, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/** A value that a list is ordered by, as it travels in cursors: a time in microseconds since 1970. */
export type SortValue = number | string | null;

/** One of the values that a list is ordered by. */
export interface Term {
  readonly kind: 'number' | 'string' | 'time';
  /** As of a time, for what a row is by the clock. */
  readonly value: (now: Date) => SQLWrapper;
  /** Whether every row has it; else those without come last in either direction. */
  readonly known: boolean;
  /** Whether it goes down where the list goes up. */
  readonly reversed?: true;
}

/** A direction in front of a field: `-name` is by name descending. */
export type Sort<Field extends string> = Field | `-${Field}`;

/** The orders that a list can be had in. */
export interface Order<Field extends string> {
  /** What it may be sorted by: the terms of each field, all of which turn round with the direction. */
  readonly fields: Readonly<Record<Field, readonly Term[]>>;
  /** What settles the order of rows that are equal in these, whichever way the fields go. */
  readonly ties: readonly Term[];
  /** The order where none is asked for. */
  readonly standard: Sort<Field>;
}

/** A part of a list. The place where the part before ended holds the values as they were then: rows move, places not. */
export interface SortedPage<Field extends string> {
  /** The most rows wanted; null for all of them. */
  readonly limit: number | null;
  readonly sort: Sort<Field>;
  /** The values of `termsOf` in the last row of the page before; null on the first one. */
  readonly after: readonly SortValue[] | null;
}

/** What a query of a part of a list is made of. */
export interface InOrder {
  /** To select: the row's place in the list. */
  readonly place: SQL<SortValue[]>;
  /** What follows the page before; undefined where that is everything. */
  readonly rest: SQL | undefined;
  readonly orderBy: SQL[];
}

/** For orders in which no value hangs on the time. */
export const ANY_TIME = new Date(0);
/** Statuses of devices from the worst on. */
export const WORST_FIRST = ['critical', 'warning', 'offline', 'unknown', 'active', 'maintenance', 'planned'];
/** The longest part of a text that is compared, so that it fits into a cursor. */
const COMPARED = 100;

type Value = SQLWrapper | ((now: Date) => SQL);

/** By a number or a count. */
export function byNumber(value: Value): Term {
  return term('number', value);
}

/** By a point in time. */
export function byTime(value: Value): Term {
  return term('time', value);
}

/** By what people wrote, in capitals or not. */
export function byText(column: PgColumn): Term {
  return { ...term('string', sql`lower(left(${column}, ${COMPARED}))`), known: column.notNull };
}

/** By a key as it is written. */
export function byKey(column: PgColumn): Term {
  return { ...term('string', sql`${column}::text`), known: column.notNull };
}

/** By an id in the order in which people count: C99 before C100. */
export function byId(column: PgColumn): [Term, Term] {
  return [{ ...byNumber(sql`length(${column})`), known: column.notNull }, byKey(column)];
}

/** By the place of a word among those given. */
export function byRank(words: readonly string[], value: Value): Term {
  const list = sql.raw(words.map((word) => `'${word}'`).join(', '));
  return byNumber((now) => sql`array_position(array[${list}], ${valueAt(value, now)})`);
}

/** The same the other way round. */
export function reversed(term: Term): Term {
  return { ...term, reversed: true };
}

/** The terms that a list is ordered by, in their order. */
export function termsOf<Field extends string>(
  { fields, ties }: Order<Field>,
  sort: Sort<Field>,
): { readonly term: Term; readonly descending: boolean }[] {
  const descending = sort.startsWith('-');
  const field = (descending ? sort.slice(1) : sort) as Field;
  const own = fields[field];
  return [
    ...own.map((term) => ({ term, descending: descending !== (term.reversed ?? false) })),
    ...ties.filter((term) => !own.includes(term)).map((term) => ({ term, descending: term.reversed ?? false })),
  ];
}

/** A part of a list as SQL. */
export function inOrder<Field extends string>(order: Order<Field>, page: SortedPage<Field>, now: Date): InOrder {
  const terms = termsOf(order, page.sort).map(({ term, descending }) => ({
    kind: term.kind,
    known: term.known,
    value: term.value(now),
    descending,
  }));
  return {
    place: sql`jsonb_build_array(${sql.join(terms.map(carried), sql`, `)})`,
    rest: page.after === null ? undefined : beyond(terms, page.after),
    orderBy: terms.map(({ value, descending }) => sql`${value} ${descending ? sql`desc` : sql`asc`} nulls last`),
  };
}

type TermNow = Pick<Term, 'kind' | 'known'> & { readonly value: SQLWrapper; readonly descending: boolean };

/** A value as it travels. */
function carried({ kind, value }: TermNow): SQL {
  if (kind === 'time') return sql`(extract(epoch from ${value}) * 1000000)::bigint`;
  return kind === 'number' ? sql`(${value})::double precision` : sql`${value}`;
}

/** A value that has travelled. */
function arrived(kind: Term['kind'], value: SortValue): SQL {
  if (kind === 'time') return sql`(timestamptz 'epoch' + ${value}::bigint * interval '1 microsecond')`;
  return kind === 'number' ? sql`${value}::double precision` : sql`${value}::text`;
}

/** What comes after a place: further by the first term, or as far by it and further by those after. */
function beyond([first, ...others]: readonly TermNow[], [last, ...lasts]: readonly SortValue[]): SQL {
  if (first === undefined || last === undefined) return sql`false`;
  const { kind, value, known, descending } = first;
  if (last === null) return sql`(${value} is null and ${beyond(others, lasts)})`;
  const there = arrived(kind, last);
  const further = sql`${value} ${descending ? sql`<` : sql`>`} ${there}`;
  const rest = sql`(${further} or (${value} = ${there} and ${beyond(others, lasts)}))`;
  // Said apart, an index can begin there.
  return known
    ? sql`(${value} ${descending ? sql`<=` : sql`>=`} ${there} and ${rest})`
    : sql`(${rest} or ${value} is null)`;
}

function term(kind: Term['kind'], value: Value): Term {
  return { kind, value: (now) => valueAt(value, now), known: is(value, Column) && value.notNull };
}

function valueAt(value: Value, now: Date): SQLWrapper {
  return typeof value === 'function' ? value(now) : value;
}
