import type { ClientBase } from 'pg';
import { insertAgentEvents } from '../db/queries/agent-events.ts';
import { findKeyHash, insertKeys } from '../db/queries/ingest-keys.ts';
import { isForkKept } from '../db/queries/quarantine.ts';
import { type GroupResult, type Outcome, quarantine } from './draft.ts';
import { eventOf, HUB_EVENTS_FROM, type PreparedBatch } from './prepare.ts';

/** Inserts the keys; answers the batches whose key was new and settles the others. */
export async function takeKeys(
  client: ClientBase,
  projectId: string,
  batches: readonly PreparedBatch[],
  result: GroupResult,
): Promise<PreparedBatch[]> {
  const keys = batches.map((batch) => batch.key);
  const taken = new Set((await insertKeys(client, projectId, keys)).map(nameOf));
  const fresh: PreparedBatch[] = [];
  for (const batch of batches) {
    // A batch may come twice within a group: only one of the two takes the key.
    if (taken.delete(nameOf(batch.key))) fresh.push(batch);
    else result.outcomes.set(batch, await settleKnown(client, projectId, batch, result));
  }
  return fresh;
}

function nameOf(key: { agentId: string; outboxId: string; seq: number }): string {
  return `${key.agentId}/${key.outboxId}/${key.seq}`;
}

/** R5: same key and bytes is a duplicate; other bytes under a known key are a fork, and both stay. */
async function settleKnown(
  client: ClientBase,
  projectId: string,
  batch: PreparedBatch,
  result: GroupResult,
): Promise<Outcome> {
  const known = await findKeyHash(client, projectId, batch.key);
  if (known === null || known.equals(batch.key.hash)) return { is: 'duplicate' };
  const { agentId, outboxId, seq } = batch.key;
  if (await isForkKept(client, { projectId, agentId, outboxId, seq, hash: batch.envelope.hash })) return { is: 'fork' };
  const detail =
    `stored already with other bytes (SHA-256 ${known.toString('base64url')}): ` +
    'two programs share one outbox, or a snapshot was restored';
  await quarantine(client, batch, { reason: 'fork', detail, raw: true }, result);
  const message =
    `Batch ${seq} came twice with different contents. The first stays stored, the second is kept in quarantine; ` +
    'the agent starts a new outbox.';
  await insertAgentEvents(client, projectId, [
    { ...eventOf(batch, HUB_EVENTS_FROM, 'outbox.fork', 'critical'), message },
  ]);
  return { is: 'fork' };
}
