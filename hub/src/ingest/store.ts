import { failpoint, type InventoryBody } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { countDuplicates, inheritContainers, touchAgent } from '../db/queries/agents.ts';
import * as db from '../db/queries/ingest.ts';
import { upsertInventory } from '../db/queries/inventory.ts';
import { insertQuarantine, isForkKept } from '../db/queries/quarantine.ts';
import { type MinerIds, minerColumns, minerGrid } from './miner-columns.ts';
import { eventOf, HUB_EVENTS_FROM, type Kept, type PreparedBatch, type PreparedFrame } from './prepare.ts';
import { ANSWERED_CODES, answered } from './summarize.ts';

/** What became of a batch once its transaction has committed. */
export type Outcome = { is: 'stored' } | { is: 'duplicate' } | { is: 'fork' } | { is: 'quarantined'; reason: string };

export interface GroupResult {
  readonly outcomes: Map<PreparedBatch, Outcome>;
  /** Frames that were there already with the same bytes, under another batch's key (a rotated outbox). */
  repeatedFrames: number;
  /** Entries made in quarantine. */
  quarantined: number;
}

export interface StoreOptions {
  readonly minerIds: MinerIds;
  /** Whether a part goes to quarantine or only to the counters (a sensor that is always wrong). */
  readonly keep: (batch: PreparedBatch, kept: Kept) => boolean;
  /** Whether the agent's row should learn of this batch (once in a while is enough). */
  readonly touch: (batch: PreparedBatch) => boolean;
}

/** How miners are updated: their encoded ids, and whether the fast way may be tried. */
interface MinerPlan {
  readonly minerIds: MinerIds;
  readonly grids: boolean;
}

/** What one attempt adds to a batch: an attempt may be repeated, the batch itself stays as it was prepared. */
interface Draft {
  readonly batch: PreparedBatch;
  readonly kept: Kept[];
  readonly events: db.AgentEventRow[];
  inventory: InventoryBody | null;
}

interface DraftFrame extends PreparedFrame {
  readonly draft: Draft;
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
  const { minersKnown } = await db.planByKeys(client);
  const result = emptyResult();
  const drafts = (await takeKeys(client, projectId, batches, result)).map(draftOf);
  failpoint('hub.key.after');
  await storeDrafts(client, projectId, drafts, result, { minerIds: options.minerIds, grids: minersKnown });
  for (const draft of drafts) await settle(client, projectId, draft, result, options.keep);
  for (const batch of batches) if (options.touch(batch)) await touch(client, projectId, batch);
  await countRepeats(client, projectId, result);
  failpoint('hub.rows.after');
  return result;
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
  options: Pick<StoreOptions, 'minerIds'>,
): Promise<GroupResult> {
  const result = emptyResult();
  const draft = draftOf(batch);
  await storeDrafts(client, projectId, [draft], result, { minerIds: options.minerIds, grids: false });
  await settle(client, projectId, draft, result, () => true);
  return result;
}

function emptyResult(): GroupResult {
  return { outcomes: new Map(), repeatedFrames: 0, quarantined: 0 };
}

function draftOf(batch: PreparedBatch): Draft {
  return { batch, kept: [...batch.kept], events: [...batch.events], inventory: batch.inventory };
}

async function storeDrafts(
  client: ClientBase,
  projectId: string,
  drafts: readonly Draft[],
  result: GroupResult,
  plan: MinerPlan,
): Promise<void> {
  const frames = await believedFrames(client, projectId, drafts);
  if (frames.length > 0) await storeFrames(client, projectId, frames, result, plan);
  for (const draft of drafts) {
    if (draft.batch.meters.length > 0) await storeMeters(client, projectId, draft, result);
    if (draft.inventory) await upsertInventory(client, draft.inventory, draft.batch.key.agentId);
  }
}

async function settle(
  client: ClientBase,
  projectId: string,
  draft: Draft,
  result: GroupResult,
  keep: StoreOptions['keep'],
): Promise<void> {
  const { batch } = draft;
  if (draft.events.length > 0) await db.insertAgentEvents(client, projectId, draft.events);
  const kept = batch.refused ? [batch.refused, ...draft.kept] : draft.kept;
  for (const entry of kept) if (keep(batch, entry)) await quarantine(client, batch, entry, result);
  result.outcomes.set(batch, batch.refused ? { is: 'quarantined', reason: batch.refused.reason } : { is: 'stored' });
}

async function touch(client: ClientBase, projectId: string, batch: PreparedBatch): Promise<void> {
  const { lease, clock, offset_ms } = batch.envelope;
  const seen = { at: new Date(batch.receivedAt), lease, clock, offsetMs: offset_ms };
  await touchAgent(client, projectId, batch.key.agentId, seen);
}

/** Inserts the keys; answers the batches whose key was new and settles the others. */
async function takeKeys(
  client: ClientBase,
  projectId: string,
  batches: readonly PreparedBatch[],
  result: GroupResult,
): Promise<PreparedBatch[]> {
  const keys = batches.map((batch) => batch.key);
  const taken = new Set((await db.insertKeys(client, projectId, keys)).map(nameOf));
  const fresh: PreparedBatch[] = [];
  for (const batch of batches) {
    // A batch may come twice within a group: only one of the two takes the key.
    if (taken.delete(nameOf(batch.key))) fresh.push(batch);
    else result.outcomes.set(batch, await settleKnown(client, projectId, batch, result));
  }
  return fresh;
}

function nameOf(key: { agentId: string; outboxId: string; seq: number }): string {
  return `${key.agentId}/${key.outboxId}/${key.seq}`;
}

/** R5: same key and bytes is a duplicate; other bytes under a known key are a fork, and both stay. */
async function settleKnown(
  client: ClientBase,
  projectId: string,
  batch: PreparedBatch,
  result: GroupResult,
): Promise<Outcome> {
  const known = await db.findKeyHash(client, projectId, batch.key);
  if (known === null || known.equals(batch.key.hash)) return { is: 'duplicate' };
  const { agentId, outboxId, seq } = batch.key;
  if (await isForkKept(client, { projectId, agentId, outboxId, seq, hash: batch.envelope.hash })) return { is: 'fork' };
  const detail =
    `stored already with other bytes (SHA-256 ${known.toString('base64url')}): ` +
    'two programs share one outbox, or a snapshot was restored';
  await quarantine(client, batch, { reason: 'fork', detail, raw: true }, result);
  const message =
    `Batch ${seq} came twice with different contents. The first stays stored, the second is kept in quarantine; ` +
    'the agent starts a new outbox.';
  await db.insertAgentEvents(client, projectId, [
    { ...eventOf(batch, HUB_EVENTS_FROM, 'outbox.fork', 'critical'), message },
  ]);
  return { is: 'fork' };
}

async function quarantine(client: ClientBase, batch: PreparedBatch, kept: Kept, result: GroupResult): Promise<void> {
  result.quarantined++;
  await insertQuarantine(client, {
    projectId: batch.agent.projectId,
    receivedAt: new Date(batch.receivedAt),
    agentId: batch.key.agentId,
    outboxId: batch.key.outboxId,
    seq: batch.key.seq,
    reason: kept.reason,
    detail: kept.detail,
    envelope: batch.envelope,
    payload: kept.raw ? batch.body : null,
  });
}

/**
 * The frames whose container belongs to their agent. The first agent to speak of a container gets it, and keeps it
 * until it is revoked.
 */
async function believedFrames(client: ClientBase, projectId: string, drafts: readonly Draft[]): Promise<DraftFrame[]> {
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
  type Claim = Parameters<typeof db.claimContainers>[2][number];
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
  const owners = await db.claimContainers(client, projectId, [...claims.values()]);
  const refused = [...claims.values()].filter(({ containerId, agentId }) => owners.get(containerId) !== agentId);
  for (const [agentId, held] of Map.groupBy(refused, (claim) => claim.agentId)) {
    const ids = held.map((claim) => claim.containerId);
    for (const id of await inheritContainers(client, projectId, agentId, ids)) owners.set(id, agentId);
  }
  return owners;
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

async function storeFrames(
  client: ClientBase,
  projectId: string,
  frames: readonly DraftFrame[],
  result: GroupResult,
  plan: MinerPlan,
): Promise<void> {
  const rows = frames.map((entry) => entry.row);
  const inserted = await db.insertContainerFrames(client, projectId, rows);
  let believed = frames;
  if (inserted < rows.length) {
    const agreeing: DraftFrame[] = [];
    for (const entry of frames) {
      if (await db.isFrameStored(client, projectId, entry.row)) agreeing.push(entry);
      else conflict(entry.draft, entry.row.containerId, entry.row.at);
    }
    result.repeatedFrames += agreeing.length - inserted;
    believed = agreeing;
  }
  const idOf = (entry: DraftFrame): string => entry.row.containerId;
  for (const wave of wavesOf(believed, idOf, (entry) => entry.row.at)) await advance(client, projectId, wave, plan);
}

function conflict(draft: Draft, id: string, at: number): void {
  const detail = `${id} at ${new Date(at).toISOString()} is stored already with other values`;
  draft.kept.push({ reason: 'frame_conflict', detail, raw: true });
}

/** Latest state of the containers of a wave and of their miners, where the frame is newer than what is known. */
async function advance(
  client: ClientBase,
  projectId: string,
  wave: readonly DraftFrame[],
  plan: MinerPlan,
): Promise<void> {
  const rows = wave.map((entry) => entry.row);
  const moved = await db.advanceContainers(client, projectId, rows);
  const newer = wave.filter((entry) => moved.has(entry.row.containerId));
  if (newer.length > 0) await advanceMiners(client, projectId, newer, plan);
  const late = wave.filter(({ row }) => !moved.has(row.containerId) && row.minersAnswering > 0);
  if (late.length > 0) await db.recallLastSeen(client, projectId, late.map(lateFrame));
}

function lateFrame({ frame, row }: DraftFrame): db.LateFrame {
  const heard = Buffer.alloc(((frame.positions.at(-1) ?? 0) >> 3) + 1);
  frame.positions.forEach((position, i) => {
    if (answered(frame.status[i] ?? 0))
      heard.writeUInt8(heard.readUInt8(position >> 3) | (1 << (position & 7)), position >> 3);
  });
  return { containerId: row.containerId, at: row.at, heard };
}

/** By the fast way where every slot is known already, else slot by slot. */
async function advanceMiners(
  client: ClientBase,
  projectId: string,
  frames: readonly DraftFrame[],
  plan: MinerPlan,
): Promise<void> {
  const grid = plan.grids ? minerGrid(frames) : null;
  const count = frames.reduce((sum, { frame }) => sum + frame.positions.length, 0);
  if (grid !== null && (await db.moveMiners(client, projectId, grid, ANSWERED_CODES)) === count) return;
  await db.advanceMiners(client, projectId, minerColumns(frames, plan.minerIds));
}

async function storeMeters(client: ClientBase, projectId: string, draft: Draft, result: GroupResult): Promise<void> {
  let rows = draft.batch.meters;
  const inserted = await db.insertMeterFrames(client, projectId, rows);
  if (inserted < rows.length) {
    const agreeing: db.MeterFrameRow[] = [];
    for (const row of rows) {
      if (await db.isMeterFrameStored(client, projectId, row)) agreeing.push(row);
      else conflict(draft, row.meterId, row.at);
    }
    result.repeatedFrames += agreeing.length - inserted;
    rows = agreeing;
  }
  for (const wave of wavesOf(
    rows,
    (row) => row.meterId,
    (row) => row.at,
  ))
    await db.advanceMeters(client, projectId, wave);
}

/** Splits by time so that each id stands at most once in a wave, the older ones first. */
export function wavesOf<T>(entries: readonly T[], idOf: (entry: T) => string, atOf: (entry: T) => number): T[][] {
  const waves: T[][] = [];
  const seen = new Map<string, number>();
  for (const entry of [...entries].sort((a, b) => atOf(a) - atOf(b))) {
    const id = idOf(entry);
    const number = seen.get(id) ?? 0;
    seen.set(id, number + 1);
    const wave = waves[number];
    if (wave) wave.push(entry);
    else waves.push([entry]);
  }
  return waves;
}
