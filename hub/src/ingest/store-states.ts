import { minerIdOf } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { advanceContainers } from '../db/queries/container-state.ts';
import { addMiners, type LateFrame, moveMiners, recallLastSeen } from '../db/queries/miner-state.ts';
import { type ContainerState, NEVER } from './container-state.ts';
import { minerGrid } from './miner-grid.ts';

/**
 * Writes latest states where they are newer than what is stored; of the others only when silent miners were last heard.
 * Several of one container come oldest first. Answers those that were newer.
 */
export async function storeStates(
  client: ClientBase,
  projectId: string,
  states: readonly ContainerState[],
): Promise<Set<ContainerState>> {
  const newer = new Set<ContainerState>();
  for (const wave of wavesOf(states)) {
    const rows = wave.map((state) => state.row);
    const moved = await advanceContainers(client, projectId, rows);
    const forward = wave.filter(({ row }) => moved.has(row.containerId));
    if (forward.length > 0) await advanceMiners(client, projectId, forward);
    for (const state of forward) newer.add(state);
    await recallLate(
      client,
      projectId,
      wave.filter((state) => !newer.has(state)),
    );
  }
  return newer;
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
