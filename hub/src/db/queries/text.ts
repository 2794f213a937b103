import { or, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/** Whether one of the columns holds a text somewhere, in capitals or not; nothing is asked of rows where there is none. */
export function anyHolds(text: string | null | undefined, ...columns: readonly PgColumn[]): SQL | undefined {
  if (text === null || text === undefined) return undefined;
  return or(...columns.map((column) => sql`strpos(upper(${column}::text), upper(${text}::text)) > 0`));
}
