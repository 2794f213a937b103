import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { byId } from './page.ts';

/** What the values of a sort are; they travel in cursors. */
export type SortKind = 'number' | 'string' | 'id';

/**
 * A part of a list that is sorted by a field, unknown values last in either direction, equal ones by id. The place where
 * the page before ended holds the value it had then: that row may have moved since, its neighbours not.
 */
export interface SortedPage<Field extends string> {
  /** The most rows wanted; null for all of them. */
  readonly limit: number | null;
  readonly by: Field;
  readonly descending: boolean;
  readonly after: SortPlace | null;
}

export interface SortPlace {
  readonly value: number | string | null;
  readonly id: string;
}

/** What to order by: `value` of the kind that the page is sorted by (of kind `id` it is not looked at), then the id. */
export function inOrder(value: SQL, kind: SortKind, id: PgColumn, { descending }: SortedPage<string>): SQL[] {
  const direction = descending ? sql`desc` : sql`asc`;
  if (kind === 'id') return byId(id).map((part) => sql`${part} ${direction}`);
  return [sql`${value} ${direction} nulls last`, ...byId(id)];
}

/** Of a list in that order what follows the page before; nothing is left out on the first page. */
export function following(value: SQL, kind: SortKind, id: PgColumn, page: SortedPage<string>): SQL | undefined {
  const { after, descending } = page;
  if (after === null) return undefined;
  const beyond = descending ? sql`<` : sql`>`;
  const idBeyond = (comparison: SQL) =>
    sql`(length(${id}), ${id}) ${comparison} (length(${after.id}::text), ${after.id}::text)`;
  if (kind === 'id') return idBeyond(beyond);
  const idAfter = idBeyond(sql`>`);
  if (after.value === null) return sql`(${value} is null and ${idAfter})`;
  const last = kind === 'number' ? sql`${after.value}::double precision` : sql`${after.value}::text`;
  return sql`(${value} ${beyond} ${last} or (${value} = ${last} and ${idAfter}) or ${value} is null)`;
}
