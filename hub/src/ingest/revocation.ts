import type { Log } from '../log.ts';
import type { AgentRegistry } from './agents.ts';

/** Revocation reaches live connections: those of agents that are no longer active are closed. */
export async function closeRevoked(
  connected: readonly string[],
  { agents, close, log }: { agents: AgentRegistry; close: (agentId: string) => void; log: Log },
): Promise<void> {
  if (connected.length === 0) return;
  for (const agentId of await agents.refresh(connected)) {
    log.warn({ agent: agentId }, 'closing the connection of an agent that is no longer active');
    close(agentId);
  }
}
