import type { ClientBase } from 'pg';

/** What could not be stored, kept with the reason. `HEARST-000` as project where the origin is not proven. */
export interface QuarantineEntry {
  readonly projectId: string;
  readonly receivedAt: Date;
  readonly agentId: string | null;
  readonly outboxId: string | null;
  readonly seq: number | null;
  readonly reason: string;
  /** For a person; never holds secrets. */
  readonly detail: string;
  readonly envelope: unknown;
  /** The body as it travelled, or the whole message where there is no envelope. */
  readonly payload: Buffer | null;
}

export async function insertQuarantine(client: ClientBase, entry: QuarantineEntry): Promise<void> {
  await client.query(
    `insert into quarantine (project_id, received_at, agent_id, outbox_id, seq, reason, detail, envelope, payload)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9)`,
    [
      entry.projectId,
      entry.receivedAt,
      entry.agentId,
      entry.outboxId,
      entry.seq,
      entry.reason,
      entry.detail.slice(0, 4000),
      entry.envelope === null ? null : JSON.stringify(entry.envelope),
      entry.payload,
    ],
  );
}

/** Whether a fork of this batch with the same bytes is kept already: a resend adds nothing. */
export async function isForkKept(
  client: ClientBase,
  fork: { projectId: string; agentId: string; outboxId: string; seq: number; hash: string },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from quarantine where project_id = $1 and agent_id = $2 and outbox_id = $3 and seq = $4
       and reason = 'fork' and envelope ->> 'hash' = $5 limit 1`,
    [fork.projectId, fork.agentId, fork.outboxId, fork.seq, fork.hash],
  );
  return (rowCount ?? 0) > 0;
}

export interface KeptBatch {
  readonly quarantineId: string;
  readonly receivedAt: Date;
  readonly reason: string;
  readonly envelope: unknown;
  readonly payload: Buffer | null;
}

/** An entry that nobody has released yet, locked until the transaction ends; null when there is none. */
export async function lockQuarantined(
  client: ClientBase,
  projectId: string,
  quarantineId: string,
): Promise<KeptBatch | null> {
  const { rows } = await client.query<KeptBatch>(
    `select quarantine_id as "quarantineId", received_at as "receivedAt", reason, envelope, payload
       from quarantine where project_id = $1 and quarantine_id = $2 and released_at is null for update`,
    [projectId, quarantineId],
  );
  return rows[0] ?? null;
}

export async function markReleased(
  client: ClientBase,
  projectId: string,
  quarantineId: string,
  at: Date,
): Promise<void> {
  await client.query('update quarantine set released_at = $3 where project_id = $1 and quarantine_id = $2', [
    projectId,
    quarantineId,
    at,
  ]);
}

/** How many entries nobody has released yet. */
export async function countQuarantined(client: ClientBase, projectId: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'select count(*) as count from quarantine where project_id = $1 and released_at is null',
    [projectId],
  );
  return rows[0]?.count ?? 0;
}
