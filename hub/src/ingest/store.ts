import { failpoint } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { type Activity, recordActivities } from '../activity/record.ts';
import { insertAgentEvents } from '../db/queries/agent-events.ts';
import { countDuplicates, touchAgent } from '../db/queries/agents.ts';
import { upsertInventory } from '../db/queries/inventory.ts';
import { planByKeys } from '../db/queries/plan-by-keys.ts';
import { agentName } from '../db/queries/site-maintenance.ts';
import { tellChanges } from './changed-slots.ts';
import { stateOf } from './container-state.ts';
import { type Draft, draftOf, emptyResult, type GroupResult, quarantine } from './draft.ts';
import type { LatestStates } from './latest-states.ts';
import { believedFrames } from './owners.ts';
import type { Kept, PreparedBatch } from './prepare.ts';
import { applyMaintenance, isMaintenance } from './site-maintenance.ts';
import { storeFrames } from './store-containers.ts';
import { storeMeters } from './store-meters.ts';
import { recallLate, storeStates } from './store-states.ts';
import { takeKeys } from './take-keys.ts';
import { activitiesOf } from './told-activities.ts';
import { traceMachines } from './whereabouts.ts';

export interface StoreOptions {
  readonly latest: LatestStates;
  /** Whether a part goes to quarantine or only to the counters (a sensor that is always wrong). */
  readonly keep: (batch: PreparedBatch, kept: Kept) => boolean;
  /** Whether the agent's row should learn of this batch (once in a while is enough). */
  readonly touch: (batch: PreparedBatch) => boolean;
}

/**
 * Stores a group of batches of one project; runs inside one transaction with that project's context.
 *
 * - The key goes in first. A batch whose key is there already is a duplicate; with other bytes it is a fork, kept raw.
 * - Keys, frames, latest states and quarantine entries commit together or not at all.
 * - A frame of a container that belongs to another agent, and a frame that contradicts a stored one, are kept raw.
 */
export async function storeGroup(
  client: ClientBase,
  projectId: string,
  batches: readonly PreparedBatch[],
  options: StoreOptions,
): Promise<GroupResult> {
  failpoint('hub.begin.after');
  await planByKeys(client);
  const result = emptyResult();
  const drafts = (await takeKeys(client, projectId, batches, result)).map(draftOf);
  failpoint('hub.key.after');
  await storeDrafts(client, projectId, drafts, result, options.latest);
  const told = new Map<string, Told>();
  for (const draft of drafts) await settle(client, projectId, draft, result, options.keep, told);
  for (const batch of batches) if (options.touch(batch)) await touch(client, projectId, batch);
  await countRepeats(client, projectId, result);
  await recordTold(client, told);
  failpoint('hub.rows.after');
  return result;
}

/** What an agent's batches have for the activity log. */
interface Told {
  readonly name: string;
  readonly at: Date;
  readonly activities: Activity[];
}

/** Last of all, since writers of one log wait for each other. */
async function recordTold(client: ClientBase, told: ReadonlyMap<string, Told>): Promise<void> {
  for (const [id, { name, at, activities }] of [...told].sort(([a], [b]) => (a < b ? -1 : 1)))
    await recordActivities(client, { kind: 'agent', id, name, address: null, requestId: null }, activities, at);
}

/** Always in the same order of agents, so that two transactions wait for each other instead of deadlocking. */
async function countRepeats(client: ClientBase, projectId: string, { outcomes }: GroupResult): Promise<void> {
  const repeats = new Map<string, number>();
  for (const [{ key }, { is }] of outcomes) {
    if (is === 'duplicate') repeats.set(key.agentId, (repeats.get(key.agentId) ?? 0) + 1);
  }
  for (const agentId of [...repeats.keys()].sort()) {
    await countDuplicates(client, projectId, agentId, repeats.get(agentId) ?? 0);
  }
}

/** R7: a batch that Postgres will never take, with its key, so that it is freed at the agent and blocks nothing. */
export async function storeRejected(
  client: ClientBase,
  projectId: string,
  batch: PreparedBatch,
  why: { reason: string; detail: string },
): Promise<GroupResult> {
  const result = emptyResult();
  const fresh = await takeKeys(client, projectId, [batch], result);
  if (fresh.length > 0) {
    await quarantine(client, batch, { ...why, raw: true }, result);
    result.outcomes.set(batch, { is: 'quarantined', reason: why.reason });
  }
  return result;
}

/** Stores the contents of a batch whose key was committed before, with its quarantine entry. */
export async function storeReleased(
  client: ClientBase,
  projectId: string,
  batch: PreparedBatch,
  latest: LatestStates,
): Promise<GroupResult> {
  const result = emptyResult();
  const draft = draftOf(batch);
  await storeDrafts(client, projectId, [draft], result, latest);
  const told = new Map<string, Told>();
  await settle(client, projectId, draft, result, () => true, told);
  await recordTold(client, told);
  return result;
}

async function storeDrafts(
  client: ClientBase,
  projectId: string,
  drafts: readonly Draft[],
  result: GroupResult,
  latest: LatestStates,
): Promise<void> {
  const frames = await believedFrames(client, projectId, drafts);
  if (frames.length > 0) {
    const stored = await storeFrames(client, projectId, frames, result);
    const plan = latest.plan(projectId, stored.map(stateOf));
    const { newer, ripened } = await storeStates(client, projectId, plan.write);
    await recallLate(client, projectId, plan.late);
    result.states = { plan, newer };
    result.ripened ||= ripened;
  }
  await storeMeters(client, projectId, drafts, result);
  for (const draft of drafts) await storeInventory(client, projectId, draft, result);
}

async function storeInventory(client: ClientBase, projectId: string, draft: Draft, result: GroupResult): Promise<void> {
  const { batch, inventory: told } = draft;
  if (told === null) return;
  const changes = await upsertInventory(client, told, batch.key);
  if (told.container === null || changes.length === 0) return;
  const { agentId } = batch.key;
  const by = { projectId, agentId, container: told.container.container, now: new Date(batch.receivedAt) };
  const whereabouts = await traceMachines(client, by, changes);
  tellChanges(draft, whereabouts);
  result.withholds ||= whereabouts.some(({ arrival }) => arrival?.how === 'duplicate');
}

async function settle(
  client: ClientBase,
  projectId: string,
  draft: Draft,
  result: GroupResult,
  keep: StoreOptions['keep'],
  told: Map<string, Told>,
): Promise<void> {
  const { batch } = draft;
  await noteActivities(client, projectId, draft, told);
  if (draft.events.length > 0) await insertAgentEvents(client, projectId, draft.events);
  const kept = batch.refused ? [batch.refused, ...draft.kept] : draft.kept;
  for (const entry of kept) if (keep(batch, entry)) await quarantine(client, batch, entry, result);
  result.outcomes.set(batch, batch.refused ? { is: 'quarantined', reason: batch.refused.reason } : { is: 'stored' });
}

/** Does what the events of a batch ask for, and puts by what they have for the activity log. */
async function noteActivities(
  client: ClientBase,
  projectId: string,
  draft: Draft,
  told: Map<string, Told>,
): Promise<void> {
  const { key, receivedAt } = draft.batch;
  const machines = activitiesOf(projectId, draft.events);
  if (machines.length === 0 && !draft.events.some(isMaintenance)) return;
  const name = told.get(key.agentId)?.name ?? (await agentName(client, projectId, key.agentId));
  const entry = told.get(key.agentId) ?? { name, at: new Date(receivedAt), activities: [] };
  entry.activities.push(...machines, ...(await applyMaintenance(client, projectId, draft, name)));
  told.set(key.agentId, entry);
}

async function touch(client: ClientBase, projectId: string, batch: PreparedBatch): Promise<void> {
  const { lease, clock, offset_ms } = batch.envelope;
  const seen = { at: new Date(batch.receivedAt), lease, clock, offsetMs: offset_ms };
  await touchAgent(client, projectId, batch.key.agentId, seen);
}
