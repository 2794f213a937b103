import { Envelope } from '@hearst/protocol';
import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { lockQuarantined, markReleased } from '../db/queries/quarantine.ts';
import type { AgentRegistry } from './agents.ts';
import { LatestStates } from './latest-states.ts';
import { prepareBatch } from './prepare.ts';
import { storeReleased } from './store.ts';
import { readWithheld } from './withheld-slots.ts';

export type Release =
  | { released: true; readings: number }
  /** Nothing was changed: no such open entry, nothing to store in it, or still not readable by this program. */
  | { released: false; reason: string };

/**
 * Takes a batch out of quarantine and stores it, in one transaction; for what this program could not read when it
 * came (a newer version) or has learnt to accept since. Its key was committed with the quarantine entry, so the agent
 * does not send it again. Frames that are there already are left as they are.
 */
export async function releaseQuarantine(
  options: {
    pool: Pool;
    partitions: { ensure(atMs: number): Promise<void> };
    agents: AgentRegistry;
    now?: () => number;
  },
  projectId: string,
  quarantineId: string,
): Promise<Release> {
  const at = (options.now ?? Date.now)();
  const { entry, withheld } = await withContext(options.pool, { projectIds: [projectId] }, async (client) => ({
    entry: await lockQuarantined(client, projectId, quarantineId),
    withheld: await readWithheld(client, projectId),
  }));
  if (entry === null) return { released: false, reason: 'no open quarantine entry of this id' };
  const envelope = Envelope.safeParse(entry.envelope).data;
  if (!envelope || entry.payload === null)
    return { released: false, reason: 'the entry holds no batch that could be stored' };
  const agent = await options.agents.find(envelope.agent);
  if (agent?.projectId !== projectId) return { released: false, reason: 'the batch is of an agent of another project' };
  const batch = prepareBatch(agent, { envelope, body: entry.payload }, entry.receivedAt.getTime(), withheld);
  if (batch.refused) return { released: false, reason: `${batch.refused.reason}: ${batch.refused.detail}` };
  for (const { row } of batch.containers) await options.partitions.ensure(row.at);
  for (const row of batch.meters) await options.partitions.ensure(row.at);
  return withContext(options.pool, { projectIds: [projectId] }, async (client): Promise<Release> => {
    // Of two that release at once, the second finds the entry closed.
    if ((await lockQuarantined(client, projectId, quarantineId)) === null)
      return { released: false, reason: 'somebody else released it just now' };
    await storeReleased(client, projectId, batch, new LatestStates(options.now ?? Date.now));
    await markReleased(client, projectId, quarantineId, new Date(at));
    return { released: true, readings: batch.readings };
  });
}
