import type { ClientBase } from 'pg';

/**
 * Plans are prepared once, often while a table is still empty, and must not become slow when it is full: every
 * statement here goes by a key, so neither a scan of a whole table nor a join of whole tables is ever the right plan.
 */
export async function planByKeys(client: ClientBase): Promise<void> {
  await client.query(
    'set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off; set local jit = off',
  );
}
