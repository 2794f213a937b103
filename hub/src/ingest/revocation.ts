import type { Log } from '../log.ts';
import type { AgentIdentity } from './access.ts';
import { type AgentRegistry, mayUseSecret } from './agents.ts';

/**
 * What is taken away reaches live connections: those of agents that are no longer active are closed, and those made with
 * a secret whose time is over. Its agent learns at its next login which of the two it is.
 */
export async function closeRevoked(
  connected: readonly AgentIdentity[],
  options: { agents: AgentRegistry; close: (agentId: string) => void; now: () => number; log: Log },
): Promise<void> {
  if (connected.length === 0) return;
  const { agents, close, now, log } = options;
  const read = await agents.refresh(connected.map(({ id }) => id));
  for (const { id, secretHash } of connected) {
    const agent = read.get(id);
    if (agent === undefined) continue;
    const active = agent?.status === 'active';
    if (active && mayUseSecret(agent, secretHash, now())) continue;
    const what = active ? 'a secret whose time is over' : 'an agent that is no longer active';
    log.warn({ agent: id }, `closing the connection of ${what}`);
    close(id);
  }
}
