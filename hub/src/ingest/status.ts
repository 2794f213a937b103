import { type AgentStatus, type DoctorReport, safeText } from '@hearst/protocol';
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
  const { outbox } = status;
  return withContext(pool, { projectIds: [projectId] }, async (client) => {
    const changed = await setAgentState(client, projectId, agentId, {
      state: status.state,
      program: safeText(status.program),
      depth: outbox ? { ...outbox, oldestAt: outbox.oldest_at === null ? null : new Date(outbox.oldest_at) } : null,
      doctor: status.doctor ? cleanReport(status.doctor) : null,
      seenAt: retained || status.state === 'offline' ? null : new Date(receivedAt),
    });
    if (changed) await announceAgent(client, agent, `agent.${status.state}`, receivedAt);
  });
}

/** Its texts quote what devices and files said: made safe to keep and to show. */
function cleanReport({ at, ok, checks }: DoctorReport): DoctorReport {
  const text = (value: string | null): string | null => safeText(value, 300);
  return {
    ...{ at, ok },
    checks: checks.map(({ what, cause, next, ...check }) => ({
      ...check,
      ...{ what: text(what) ?? '', cause: text(cause), next: text(next) },
    })),
  };
}
