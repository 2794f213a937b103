import type { InventoryBody } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import type { AgentEventRow } from '../db/queries/agent-events.ts';
import { insertQuarantine } from '../db/queries/quarantine.ts';
import type { ContainerState } from './container-state.ts';
import type { StatePlan } from './latest-states.ts';
import type { Kept, PreparedBatch, PreparedFrame } from './prepare.ts';

/** What became of a batch once its transaction has committed. */
export type Outcome = { is: 'stored' } | { is: 'duplicate' } | { is: 'fork' } | { is: 'quarantined'; reason: string };

/** What storing adds up to. */
export interface Tally {
  /** Frames that were there already with the same bytes, under another batch's key (a rotated outbox). */
  repeatedFrames: number;
  /** Entries made in quarantine. */
  quarantined: number;
  /** Whether conditions became ripe, or are so no longer: the project's alerts are to be looked at. */
  ripened: boolean;
  /** Whether a slot's readings are credited elsewhere from now on. */
  withholds: boolean;
}

export interface GroupResult extends Tally {
  readonly outcomes: Map<PreparedBatch, Outcome>;
  /** What became of the latest states that the frames tell. */
  states: { readonly plan: StatePlan; readonly newer: ReadonlySet<ContainerState> } | null;
}

export function emptyTally(): Tally {
  return { repeatedFrames: 0, quarantined: 0, ripened: false, withholds: false };
}

export function emptyResult(): GroupResult {
  return { outcomes: new Map(), states: null, ...emptyTally() };
}

/** What one attempt adds to a batch: an attempt may be repeated, the batch itself stays as it was prepared. */
export interface Draft {
  readonly batch: PreparedBatch;
  readonly kept: Kept[];
  readonly events: AgentEventRow[];
  inventory: InventoryBody | null;
}

export interface DraftFrame extends PreparedFrame {
  readonly draft: Draft;
}

export function draftOf(batch: PreparedBatch): Draft {
  return { batch, kept: [...batch.kept], events: [...batch.events], inventory: batch.inventory };
}

/** A frame or meter frame that contradicts a stored one. */
export function conflict(draft: Draft, id: string, at: number): void {
  const detail = `${id} at ${new Date(at).toISOString()} is stored already with other values`;
  draft.kept.push({ reason: 'frame_conflict', detail, raw: true });
}

/** Keeps a part of a batch for a person to look at. */
export async function quarantine(
  client: ClientBase,
  batch: PreparedBatch,
  kept: Kept,
  result: GroupResult,
): Promise<void> {
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
