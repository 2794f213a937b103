import { minerIdOf } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { type Latched, latchAll } from '../alerts/judgement.ts';
import {
  advanceContainers,
  lockConditions,
  readConditions,
  type StoredConditions,
} from '../db/queries/container-state.ts';
import { addMiners, type LateFrame, moveMiners, recallLastSeen } from '../db/queries/miner-state.ts';
import { type ContainerState, NEVER } from './container-state.ts';
import { minerGrid } from './miner-grid.ts';

/** What became of states. */
export interface StoredStates {
  /** Those that were newer than what was stored. */
  readonly newer: ReadonlySet<ContainerState>;
  /** Whether conditions became ripe by them, or are so no longer. */
  readonly ripened: boolean;
}

/**
 * Writes latest states where they are newer than what is stored, with the conditions that follow from them; of the others
 * only when silent miners were last heard. Several of one container come oldest first.
 */
export async function storeStates(
  client: ClientBase,
  projectId: string,
  states: readonly ContainerState[],
): Promise<StoredStates> {
  const newer = new Set<ContainerState>();
  let ripened = false;
  for (const wave of wavesOf(states)) {
    const forward = await advance(client, projectId, wave);
    if (forward.size > 0) await advanceMiners(client, projectId, [...forward.keys()]);
    for (const [state, latched] of forward) {
      newer.add(state);
      ripened ||= latched?.ripened ?? false;
    }
    await recallLate(
      client,
      projectId,
      wave.filter((state) => !newer.has(state)),
    );
  }
  return { newer, ripened };
}

type Advanced = Map<ContainerState, Latched | null>;

/**
 * Moves containers forward, with the conditions that follow from their readings. These are joined to what is read without
 * a lock, and written where that still stands; where another hub has come in between, once more under a lock.
 */
async function advance(client: ClientBase, projectId: string, wave: readonly ContainerState[]): Promise<Advanced> {
  const moved = await advanceOn(client, projectId, wave, readConditions);
  const left = wave.filter((state) => !moved.has(state) && state.judgements.length > 0);
  if (left.length === 0) return moved;
  return new Map([...moved, ...(await advanceOn(client, projectId, left, lockConditions))]);
}

async function advanceOn(
  client: ClientBase,
  projectId: string,
  states: readonly ContainerState[],
  read: typeof readConditions,
): Promise<Advanced> {
  const judged = states.filter(({ judgements }) => judgements.length > 0);
  const ids = judged.map(({ row }) => row.containerId);
  const before = ids.length === 0 ? new Map<string, StoredConditions>() : await read(client, projectId, ids);
  const latched = new Map(states.map((state) => [state, latchedOn(before.get(state.row.containerId), state)]));
  const rows = states.map((state) => ({
    ...state.row,
    conditions: jsonOf(latched.get(state)),
    onTopOf: before.get(state.row.containerId)?.stateAt ?? null,
  }));
  const moved = await advanceContainers(client, projectId, rows);
  return new Map([...latched].filter(([{ row }]) => moved.has(row.containerId)));
}

/** What holds at a container by its state's readings; null where there are none. */
function latchedOn(before: StoredConditions | undefined, { judgements }: ContainerState): Latched | null {
  return judgements.length === 0 ? null : latchAll(before?.conditions ?? null, judgements);
}

function jsonOf(latched: Latched | null | undefined): string | null {
  return latched ? JSON.stringify(latched.conditions) : null;
}

/** From states that came late: when miners that are silent now were last heard. */
export async function recallLate(
  client: ClientBase,
  projectId: string,
  states: readonly ContainerState[],
): Promise<void> {
  const frames = states.flatMap(lateFrames);
  if (frames.length > 0) await recallLastSeen(client, projectId, frames);
}

/** One for each time at which miners were last heard. */
function lateFrames({ row, positions, heard }: ContainerState): LateFrame[] {
  const frames = new Map<number, LateFrame>();
  const bytes = ((positions.at(-1) ?? 0) >> 3) + 1;
  positions.forEach((position, i) => {
    const ms = heard[i] ?? NEVER;
    if (ms === NEVER) return;
    let frame = frames.get(ms);
    if (!frame) {
      frame = { containerId: row.containerId, at: row.at - ms, heard: Buffer.alloc(bytes) };
      frames.set(ms, frame);
    }
    frame.heard.writeUInt8(frame.heard.readUInt8(position >> 3) | (1 << (position & 7)), position >> 3);
  });
  return [...frames.values()];
}

/** Slots are added only when some are missing: then fewer rows moved than the states hold. */
async function advanceMiners(client: ClientBase, projectId: string, states: readonly ContainerState[]): Promise<void> {
  const grid = minerGrid(states);
  const count = states.reduce((sum, { positions }) => sum + positions.length, 0);
  if ((await moveMiners(client, projectId, grid)) === count) return;
  const slots = states.flatMap(({ row: { containerId }, positions }) =>
    positions.map((position) => ({ containerId, position, minerId: minerIdOf(containerId, position) })),
  );
  await addMiners(client, projectId, slots);
  await moveMiners(client, projectId, grid);
}

/** Each container at most once in a wave, by its id, so that two transactions take their rows in one order. */
function wavesOf(states: readonly ContainerState[]): ContainerState[][] {
  const waves: ContainerState[][] = [];
  const seen = new Map<string, number>();
  for (const state of states) {
    const { containerId } = state.row;
    const number = seen.get(containerId) ?? 0;
    seen.set(containerId, number + 1);
    const wave = waves[number] ?? [];
    waves[number] = wave;
    wave.push(state);
  }
  for (const wave of waves) wave.sort((a, b) => (a.row.containerId < b.row.containerId ? -1 : 1));
  return waves;
}
