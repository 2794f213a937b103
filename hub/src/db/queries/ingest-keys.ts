import type { ClientBase } from 'pg';
import { byteaArray } from './arrays.ts';
import { rowsFor } from './statements.ts';

/** The identity of a batch with the SHA-256 of its bytes. */
export interface BatchKey {
  readonly agentId: string;
  readonly outboxId: string;
  readonly seq: number;
  readonly hash: Buffer;
}

/**
 * Inserts the keys that are new; answers those. The first row of an outbox is the compacted one, if there is one: it
 * stands for everything up to its seq. In a fixed order, so that two hubs with the same batches wait for each other
 * instead of deadlocking.
 */
export function insertKeys(
  client: ClientBase,
  projectId: string,
  keys: readonly BatchKey[],
): Promise<{ agentId: string; outboxId: string; seq: number }[]> {
  return rowsFor(
    client,
    `insert into ingest_keys (project_id, agent_id, outbox_id, seq, hash)
     select $1, k.agent_id, k.outbox_id, k.seq, k.hash
       from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bytea[]) k (agent_id, outbox_id, seq, hash)
      where not exists (
        select 1 from (
          select f.seq, f.covers from ingest_keys f
           where f.project_id = $1 and f.agent_id = k.agent_id and f.outbox_id = k.outbox_id order by f.seq limit 1
        ) first_key where first_key.covers and first_key.seq >= k.seq)
      order by k.agent_id, k.outbox_id, k.seq
     on conflict do nothing
     returning agent_id as "agentId", outbox_id as "outboxId", seq`,
    [
      projectId,
      keys.map((key) => key.agentId),
      keys.map((key) => key.outboxId),
      keys.map((key) => key.seq),
      byteaArray(keys.map((key) => key.hash)),
    ],
  );
}

/** The hash a key was committed with; null when it is compacted away (or stands for compacted ones). */
export async function findKeyHash(
  client: ClientBase,
  projectId: string,
  key: Omit<BatchKey, 'hash'>,
): Promise<Buffer | null> {
  const rows = await rowsFor<{ hash: Buffer | null }>(
    client,
    'select hash from ingest_keys where project_id = $1 and agent_id = $2 and outbox_id = $3 and seq = $4 and not covers',
    [projectId, key.agentId, key.outboxId, key.seq],
  );
  return rows[0]?.hash ?? null;
}

/** The highest seq known of an outbox, 0 for none. */
export async function lastSeq(
  client: ClientBase,
  projectId: string,
  agentId: string,
  outboxId: string,
): Promise<number> {
  const { rows } = await client.query<{ seq: number }>(
    `select seq from ingest_keys where project_id = $1 and agent_id = $2 and outbox_id = $3 order by seq desc limit 1`,
    [projectId, agentId, outboxId],
  );
  return rows[0]?.seq ?? 0;
}

/** The lowest seq below `before` that was never committed, or null when none is missing. */
export async function firstMissingSeq(
  client: ClientBase,
  projectId: string,
  agentId: string,
  outboxId: string,
  before: number,
): Promise<number | null> {
  const { rows } = await client.query<{ seq: number; covers: boolean }>(
    `select seq, covers from ingest_keys
      where project_id = $1 and agent_id = $2 and outbox_id = $3 and seq < $4 order by seq`,
    [projectId, agentId, outboxId, before],
  );
  let next = 1;
  for (const row of rows) {
    if (row.covers) next = row.seq + 1;
    else if (row.seq === next) next++;
    else break;
  }
  return next < before ? next : null;
}

/** How many seqs from `from` up to, but not including, `before` were never committed. */
export async function countMissingSeqs(
  client: ClientBase,
  [projectId, agentId, outboxId]: readonly [projectId: string, agentId: string, outboxId: string],
  from: number,
  before: number,
): Promise<number> {
  const { rows } = await client.query<{ known: number }>(
    `select count(*) as known from ingest_keys
      where project_id = $1 and agent_id = $2 and outbox_id = $3 and seq >= $4 and seq < $5`,
    [projectId, agentId, outboxId, from, before],
  );
  return before - from - (rows[0]?.known ?? 0);
}

/** R9: one row that covers everything up to and including `upTo` takes the place of its keys. */
export async function compactKeys(
  client: ClientBase,
  projectId: string,
  agentId: string,
  outboxId: string,
  upTo: number,
): Promise<void> {
  const values = [projectId, agentId, outboxId, upTo];
  const outbox = 'project_id = $1 and agent_id = $2 and outbox_id = $3';
  const { rowCount } = await client.query(
    `select 1 from ingest_keys where ${outbox} and covers and seq >= $4 limit 1`,
    values,
  );
  if (rowCount !== 0) return;
  await client.query(`delete from ingest_keys where ${outbox} and seq <= $4`, values);
  await client.query(
    'insert into ingest_keys (project_id, agent_id, outbox_id, seq, covers) values ($1, $2, $3, $4, true)',
    values,
  );
}
