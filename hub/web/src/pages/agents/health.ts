import type { Agent } from '../../api/agents.ts';
import type { Mark } from '../../components/status-mark.tsx';

/** How an agent does, from the worst on. */
const HEALTHS = ['quarantined', 'offline', 'silent', 'awaited', 'online', 'revoked'] as const;
export type Health = (typeof HEALTHS)[number];

export const MARKS: Readonly<Record<Health, Mark>> = {
  quarantined: 'critical',
  offline: 'offline',
  silent: 'stale',
  awaited: 'planned',
  online: 'normal',
  revoked: 'unknown',
};

/** Whether it is believed comes first, then whether it is heard. */
export function healthOf({
  status,
  state,
  last_seen_at: seen,
}: Pick<Agent, 'status' | 'state' | 'last_seen_at'>): Health {
  if (status !== 'active') return status;
  if (state !== 'unknown') return state;
  return seen === null ? 'awaited' : 'silent';
}

/** The worst first, then by project and name. */
export function ordered(agents: readonly Agent[]): Agent[] {
  const badness = (agent: Agent): number => HEALTHS.indexOf(healthOf(agent));
  return agents.toSorted(
    (a, b) => badness(a) - badness(b) || a.project_id.localeCompare(b.project_id) || a.name.localeCompare(b.name),
  );
}

export type Arrival =
  | { readonly stage: 'waiting' }
  | { readonly stage: 'enrolled' | 'reported'; readonly agent: Agent };

/**
 * Whether the agent that somebody waits for has come: one that was not there before, of the name that was given where one
 * was. It has reported as soon as the hub has heard it.
 */
export function arrivalOf(agents: readonly Agent[], before: ReadonlySet<string>, name: string): Arrival {
  const agent = agents
    .filter(({ agent_id: id }) => !before.has(id))
    .filter((each) => name === '' || each.name === name)
    .toSorted((a, b) => b.created_at.localeCompare(a.created_at))[0];
  if (agent === undefined) return { stage: 'waiting' };
  return { stage: agent.last_seen_at === null ? 'enrolled' : 'reported', agent };
}

/** `0.1.0` of `hearst-agent/0.1.0`. */
export const versionOf = ({ program }: Pick<Agent, 'program'>): string | null => program?.split('/').at(-1) ?? null;
