import type { ClientBase } from 'pg';
import { insertMeterFrames, isMeterFrameStored, type MeterFrameRow } from '../db/queries/meter-frames.ts';
import { advanceMeters } from '../db/queries/meter-state.ts';
import { conflict, type Draft, type GroupResult } from './draft.ts';
import { wavesOf } from './waves.ts';

/** Meter frames, then the latest states they bring. */
export async function storeMeters(
  client: ClientBase,
  projectId: string,
  draft: Draft,
  result: GroupResult,
): Promise<void> {
  let rows = draft.batch.meters;
  const inserted = await insertMeterFrames(client, projectId, rows);
  if (inserted < rows.length) {
    const agreeing: MeterFrameRow[] = [];
    for (const row of rows) {
      if (await isMeterFrameStored(client, projectId, row)) agreeing.push(row);
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
    await advanceMeters(client, projectId, wave);
}
