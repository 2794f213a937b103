import { type AgentStatus, safeText } from '@hearst/protocol';
import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { setAgentState } from '../db/queries/agents.ts';
import type { KnownAgent } from './agents.ts';

/** Writes down what an agent says of itself. `receivedAt` is null where the broker repeated what it was told before. */
export function storeStatus(
  pool: Pool,
  { projectId, agentId }: KnownAgent,
  status: AgentStatus,
  receivedAt: number | null,
): Promise<void> {
  return withContext(pool, { projectIds: [projectId] }, (client) =>
    setAgentState(client, projectId, agentId, {
      state: status.state,
      program: safeText(status.program),
      depth: status.outbox ?? null,
      seenAt: receivedAt === null || status.state === 'offline' ? null : new Date(receivedAt),
    }),
  );
}
