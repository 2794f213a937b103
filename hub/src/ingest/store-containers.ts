import type { ClientBase } from 'pg';
import { insertContainerFrames, isFrameStored } from '../db/queries/container-frames.ts';
import { advanceContainers } from '../db/queries/container-state.ts';
import { type LateFrame, moveMiners, recallLastSeen, upsertMiners } from '../db/queries/miner-state.ts';
import { conflict, type DraftFrame, type GroupResult } from './draft.ts';
import { type MinerIds, minerColumns, minerGrid } from './miner-columns.ts';
import { ANSWERED_CODES, answered } from './summarize.ts';
import { wavesOf } from './waves.ts';

/** How miners are updated: their encoded ids, and whether the fast way may be tried. */
export interface MinerPlan {
  readonly minerIds: MinerIds;
  readonly grids: boolean;
}

/** Frames of containers that belong to their agents, then the latest states they bring. */
export async function storeFrames(
  client: ClientBase,
  projectId: string,
  frames: readonly DraftFrame[],
  result: GroupResult,
  plan: MinerPlan,
): Promise<void> {
  const rows = frames.map((entry) => entry.row);
  const inserted = await insertContainerFrames(client, projectId, rows);
  let believed = frames;
  if (inserted < rows.length) {
    const agreeing: DraftFrame[] = [];
    for (const entry of frames) {
      if (await isFrameStored(client, projectId, entry.row)) agreeing.push(entry);
      else conflict(entry.draft, entry.row.containerId, entry.row.at);
    }
    result.repeatedFrames += agreeing.length - inserted;
    believed = agreeing;
  }
  const idOf = (entry: DraftFrame): string => entry.row.containerId;
  for (const wave of wavesOf(believed, idOf, (entry) => entry.row.at)) await advance(client, projectId, wave, plan);
}

/** Latest state of the containers of a wave and of their miners, where the frame is newer than what is known. */
async function advance(
  client: ClientBase,
  projectId: string,
  wave: readonly DraftFrame[],
  plan: MinerPlan,
): Promise<void> {
  const rows = wave.map((entry) => entry.row);
  const moved = await advanceContainers(client, projectId, rows);
  const newer = wave.filter((entry) => moved.has(entry.row.containerId));
  if (newer.length > 0) await advanceMiners(client, projectId, newer, plan);
  const late = wave.filter(({ row }) => !moved.has(row.containerId) && row.minersAnswering > 0);
  if (late.length > 0) await recallLastSeen(client, projectId, late.map(lateFrame));
}

function lateFrame({ frame, row }: DraftFrame): LateFrame {
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
  if (grid !== null && (await moveMiners(client, projectId, grid, ANSWERED_CODES)) === count) return;
  await upsertMiners(client, projectId, minerColumns(frames, plan.minerIds));
}
