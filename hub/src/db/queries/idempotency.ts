import type { ClientBase } from 'pg';

/** An answer kept under the key its request came with. */
export interface KeptAnswer {
  readonly requestHash: Buffer;
  /** Sealed; null while the request that came first is not through (its transaction failed meanwhile). */
  readonly answer: Buffer | null;
}

/**
 * Takes a key for a request. Null: it was free and is this request's now. Otherwise what stands under it. A request of
 * the same key that is still under way is waited for: its row is locked until its transaction ends.
 */
export async function takeIdempotencyKey(
  client: ClientBase,
  principal: string,
  key: string,
  requestHash: Buffer,
  at: Date,
  keptSince: Date,
): Promise<KeptAnswer | null> {
  await client.query('delete from idempotency_keys where principal = $1 and key = $2 and created_at < $3', [
    principal,
    key,
    keptSince,
  ]);
  const { rowCount } = await client.query(
    `insert into idempotency_keys (principal, key, request_hash, created_at) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [principal, key, requestHash, at],
  );
  if (rowCount === 1) return null;
  const { rows } = await client.query<KeptAnswer>(
    `select request_hash as "requestHash", answer from idempotency_keys where principal = $1 and key = $2`,
    [principal, key],
  );
  return rows[0] ?? null;
}

export async function keepAnswer(client: ClientBase, principal: string, key: string, answer: Buffer): Promise<void> {
  await client.query('update idempotency_keys set answer = $3 where principal = $1 and key = $2', [
    principal,
    key,
    answer,
  ]);
}
