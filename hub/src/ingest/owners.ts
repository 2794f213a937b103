import type { ClientBase } from 'pg';
import { inheritContainers } from '../db/queries/agents.ts';
import { type Claim, claimContainers } from '../db/queries/container-state.ts';
import type { Draft, DraftFrame } from './draft.ts';
import { eventOf, HUB_EVENTS_FROM } from './prepare.ts';

/**
 * The frames whose container belongs to their agent. The first agent to speak of a container gets it, and keeps it
 * until it is revoked.
 */
export async function believedFrames(
  client: ClientBase,
  projectId: string,
  drafts: readonly Draft[],
): Promise<DraftFrame[]> {
  const owners = await ownersOf(client, projectId, drafts);
  const believed: DraftFrame[] = [];
  for (const draft of drafts) {
    const { agentId } = draft.batch.key;
    const foreign = new Set<string>();
    for (const entry of draft.batch.containers) {
      if (owners.get(entry.frame.container) === agentId) believed.push({ ...entry, draft });
      else foreign.add(entry.frame.container);
    }
    const told = draft.inventory?.container?.container;
    if (told && owners.get(told) !== agentId) {
      foreign.add(told);
      draft.inventory = null;
    }
    for (const container of foreign) setAside(draft, container, owners.get(container));
  }
  return believed;
}

async function ownersOf(client: ClientBase, projectId: string, drafts: readonly Draft[]): Promise<Map<string, string>> {
  const claims = new Map<string, Claim>();
  const add = (claim: Claim): void => {
    if (!claims.has(claim.containerId)) claims.set(claim.containerId, claim);
  };
  for (const { batch, inventory } of drafts) {
    const { agentId } = batch.key;
    for (const { frame } of batch.containers) {
      const [miners, hasCooling] = [frame.positions.length, frame.cooling_expected];
      add({ containerId: frame.container, agentId, miners, hasCooling });
    }
    const told = inventory?.container;
    if (told) add({ containerId: told.container, agentId, miners: told.expected_miners, hasCooling: told.has_cooling });
  }
  if (claims.size === 0) return new Map();
  const owners = await claimContainers(client, projectId, [...claims.values()]);
  const refused = [...claims.values()].filter(({ containerId, agentId }) => owners.get(containerId) !== agentId);
  if (refused.length === 0) return owners;
  for (const [agentId, held] of Map.groupBy(refused, (claim) => claim.agentId)) {
    const ids = held.map((claim) => claim.containerId);
    await inheritContainers(client, projectId, agentId, ids);
  }
  // Asked again: another transaction of the same agent may have inherited them while this one waited for its lock.
  return new Map([...owners, ...(await claimContainers(client, projectId, refused))]);
}

function setAside(draft: Draft, container: string, owner: string | undefined): void {
  const detail = `${container} belongs to agent ${owner ?? 'unknown'}`;
  draft.kept.push({ reason: 'foreign_container', detail, raw: true });
  const ordinal = HUB_EVENTS_FROM + draft.events.length;
  draft.events.push({
    ...eventOf(draft.batch, ordinal, 'container.conflict', 'critical'),
    subject: container,
    message:
      `This agent reads ${container}, which belongs to another agent. Its readings were not believed: ` +
      'take the container out of one of the two site files, or revoke the other agent if this one replaced it.',
    data: { owner: owner ?? null },
  });
}
