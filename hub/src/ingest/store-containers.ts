import type { ClientBase } from 'pg';
import { insertContainerFrames, isFrameStored } from '../db/queries/container-frames.ts';
import { conflict, type DraftFrame, type GroupResult } from './draft.ts';

/** Inserts frames of containers that belong to their agents; answers those that are stored now as they are. */
export async function storeFrames(
  client: ClientBase,
  projectId: string,
  frames: readonly DraftFrame[],
  result: GroupResult,
): Promise<readonly DraftFrame[]> {
  const rows = frames.map((entry) => entry.row);
  const inserted = await insertContainerFrames(client, projectId, rows);
  if (inserted === rows.length) return frames;
  const agreeing: DraftFrame[] = [];
  for (const entry of frames) {
    if (await isFrameStored(client, projectId, entry.row)) agreeing.push(entry);
    else conflict(entry.draft, entry.row.containerId, entry.row.at);
  }
  result.repeatedFrames += agreeing.length - inserted;
  return agreeing;
}
