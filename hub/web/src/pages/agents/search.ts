/** What stands in the address: the agent whose details are open. */
export interface AgentsSearch {
  readonly agent?: string;
}

export function agentsSearch({ agent }: Record<string, unknown>): AgentsSearch {
  return typeof agent === 'string' && agent !== '' ? { agent } : {};
}
