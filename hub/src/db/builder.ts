import { drizzle } from 'drizzle-orm/node-postgres';
import type { ClientBase, PoolClient } from 'pg';

/** The query builder on the connection of a running transaction: for what the API reads, by the tables of `schema.ts`. */
export function on(client: ClientBase) {
  return drizzle(client as PoolClient);
}
