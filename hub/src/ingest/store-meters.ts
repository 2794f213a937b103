import type { ClientBase } from 'pg';
import { insertMeterFrames, isMeterFrameStored, type MeterFrameRow } from '../db/queries/meter-frames.ts';
import { advanceMeters, type MeterState } from '../db/queries/meter-state.ts';
import { conflict, type Draft, type GroupResult } from './draft.ts';

/** Meter frames of a group, then the latest states they bring. */
export async function storeMeters(
  client: ClientBase,
  projectId: string,
  drafts: readonly Draft[],
  result: GroupResult,
): Promise<void> {
  const entries = drafts.flatMap((draft) => draft.batch.meters.map((row) => ({ draft, row })));
  if (entries.length === 0) return;
  let rows = entries.map((entry) => entry.row);
  const inserted = await insertMeterFrames(client, projectId, rows);
  if (inserted < rows.length) {
    rows = [];
    for (const { draft, row } of entries) {
      if (await isMeterFrameStored(client, projectId, row)) rows.push(row);
      else conflict(draft, row.meterId, row.at);
    }
    result.repeatedFrames += rows.length - inserted;
  }
  if (rows.length > 0) await advanceMeters(client, projectId, newestOf(rows));
}

/** The newest frame of each meter, and when the meter last answered in any of them. */
function newestOf(rows: readonly MeterFrameRow[]): MeterState[] {
  const newest = new Map<string, MeterState>();
  for (const row of [...rows].sort((a, b) => a.at - b.at)) {
    const lastSeen = row.answered ? row.at : (newest.get(row.meterId)?.lastSeen ?? null);
    newest.set(row.meterId, { ...row, lastSeen });
  }
  return [...newest.values()];
}
