import type { ClientBase } from 'pg';

/** How often signing in has failed for one subject: an account, an address, or everybody. */
export interface FailureCount {
  readonly subject: string;
  readonly failures: number;
  readonly lastAt: Date;
  readonly blockedUntil: Date | null;
}

/** One of our advisory locks. */
const LOCK = 7_423_004;

/** The counts there are of these subjects, nobody else counting until the transaction ends. */
export async function lockFailures(client: ClientBase, subjects: readonly string[]): Promise<FailureCount[]> {
  await client.query(`select pg_advisory_xact_lock(${LOCK})`);
  const { rows } = await client.query<FailureCount>(
    `select subject, failures, last_at as "lastAt", blocked_until as "blockedUntil"
       from sign_in_failures where subject = any ($1)`,
    [subjects],
  );
  return rows;
}

export async function saveFailures(client: ClientBase, counts: readonly FailureCount[]): Promise<void> {
  await client.query(
    `insert into sign_in_failures (subject, failures, last_at, blocked_until)
     select * from unnest($1::text[], $2::int[], $3::timestamptz[], $4::timestamptz[])
     on conflict (project_id, subject) do update
       set failures = excluded.failures, last_at = excluded.last_at, blocked_until = excluded.blocked_until`,
    [
      counts.map((count) => count.subject),
      counts.map((count) => count.failures),
      counts.map((count) => count.lastAt),
      counts.map((count) => count.blockedUntil),
    ],
  );
}
