import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/** A part of a list. */
export interface Page {
  /** The most rows wanted; null for all of them. */
  readonly limit: number | null;
  /** The id after which to go on. */
  readonly after: string | null;
}

/** The order in which people count ids: C99 before C100. */
export function byId(id: PgColumn): SQL[] {
  return [sql`length(${id})`, sql`${id}`];
}

/** Of a list in that order what follows the page before; nothing is left out on the first page. */
export function idAfter(id: PgColumn, { after }: Page): SQL | undefined {
  return after === null ? undefined : sql`(length(${id}), ${id}) > (length(${after}::text), ${after}::text)`;
}
