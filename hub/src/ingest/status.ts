import { type AgentStatus, safeText } from '@hearst/protocol';
import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { setAgentState } from '../db/queries/agents.ts';
import { announceAgent } from '../live/notice.ts';
import type { KnownAgent } from './agents.ts';

/**
 * Writes down what an agent says of itself; live streams hear of it when it has come or gone. What the broker only
 * repeated (`retained`) does not say when the agent was seen.
 */
export function storeStatus(
  pool: Pool,
  agent: KnownAgent,
  status: AgentStatus,
  { receivedAt, retained }: { receivedAt: number; retained: boolean },
): Promise<void> {
  const { projectId, agentId } = agent;
  return withContext(pool, { projectIds: [projectId] }, async (client) => {
    const changed = await setAgentState(client, projectId, agentId, {
      state: status.state,
      program: safeText(status.program),
      depth: status.outbox ?? null,
      seenAt: retained || status.state === 'offline' ? null : new Date(receivedAt),
    });
    if (changed) await announceAgent(client, agent, `agent.${status.state}`, receivedAt);
  });
}
