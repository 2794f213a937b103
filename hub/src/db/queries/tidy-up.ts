import type { ClientBase } from 'pg';

/** When what has served its time goes, by table: rows whose time is before the one given. */
export interface Outdated {
  /** Sessions that ended before. */
  readonly sessions: Date;
  /** Invitations that were used or expired before. */
  readonly invitations: Date;
  /** Failures to sign in counted before. */
  readonly failures: Date;
  /** Idempotency keys taken before. */
  readonly idempotencyKeys: Date;
}

/** Deletes them; answers how many of each table. */
export async function deleteOutdated(client: ClientBase, before: Outdated): Promise<Record<keyof Outdated, number>> {
  const run = async (statement: string, at: Date) => (await client.query(statement, [at])).rowCount ?? 0;
  return {
    sessions: await run('delete from sessions where least(expires_at, revoked_at) <= $1', before.sessions),
    invitations: await run('delete from invitations where least(expires_at, used_at) <= $1', before.invitations),
    failures: await run('delete from sign_in_failures where greatest(last_at, blocked_until) <= $1', before.failures),
    idempotencyKeys: await run('delete from idempotency_keys where created_at <= $1', before.idempotencyKeys),
  };
}
