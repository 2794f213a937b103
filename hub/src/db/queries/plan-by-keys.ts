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

/**
 * Lets every statement of the running transaction keep the one plan that it was prepared with: for transactions that ask
 * the same again and again, always by the project, where making a plan costs more than carrying it out.
 */
export async function planOnce(client: ClientBase): Promise<void> {
  await client.query('set local plan_cache_mode = force_generic_plan');
}
