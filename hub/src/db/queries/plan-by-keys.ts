import type { ClientBase } from 'pg';

/**
 * Plans are prepared once, often while a table is still empty, and must not become slow when it is full: every
 * statement here goes by a key, so neither a scan of a whole table nor a join of whole tables is ever the right plan.
 * Answers whether the planner has statistics of `miners` (without them `moveMiners` is planned wrongly).
 */
export async function planByKeys(client: ClientBase): Promise<{ minersKnown: boolean }> {
  const results: unknown = await client.query(
    'set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off; set local jit = off; ' +
      "select reltuples > 0 as known from pg_class where oid = 'miners'::regclass",
  );
  // Several statements in one text answer with one result each.
  const last = (results as { rows: { known: boolean }[] }[]).at(-1);
  return { minersKnown: last?.rows[0]?.known === true };
}
