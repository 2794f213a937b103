import type { Query } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { ClientBase, PoolClient, QueryResultRow } from 'pg';

/** The query builder on the connection of a running transaction: for what the API reads, by the tables of `schema.ts`. */
export function on(client: ClientBase) {
  return drizzle(client as PoolClient);
}

/**
 * Runs a query made by the builder and leaves the rows as the driver gives them: for hundreds of rows, where the
 * builder's own mapping of every value costs as much as reading them. Every column must be selected under its own name.
 */
export async function rowsOf<Row extends QueryResultRow>(
  client: ClientBase,
  query: { toSQL(): Query; readonly _: { readonly result: Row[] } },
): Promise<Row[]> {
  const { sql, params } = query.toSQL();
  const { rows } = await client.query<Row>(sql, params);
  return rows;
}
