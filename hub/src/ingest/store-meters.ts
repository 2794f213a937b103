import type { ClientBase } from 'pg';
import type { Latched } from '../alerts/judgement.ts';
import { insertMeterFrames, isMeterFrameStored } from '../db/queries/meter-frames.ts';
import { advanceMeters, type MeterState } from '../db/queries/meter-state.ts';
import { conflict, type Draft, type GroupResult } from './draft.ts';
import { latchMeters, type MeterEntry } from './judge-meters.ts';

/** Meter frames of a group, then the latest states they bring, with what holds at their transformers. */
export async function storeMeters(
  client: ClientBase,
  projectId: string,
  drafts: readonly Draft[],
  result: GroupResult,
): Promise<void> {
  const entries = await storeMeterFrames(client, projectId, drafts, result);
  if (entries.length === 0) return;
  const latched = await latchMeters(client, projectId, entries);
  const moved = await advanceMeters(client, projectId, newestOf(entries, latched));
  for (const meterId of moved) result.ripened ||= latched.get(meterId)?.ripened ?? false;
}

/** Inserts frames; answers those that are stored now as they are. */
async function storeMeterFrames(
  client: ClientBase,
  projectId: string,
  drafts: readonly Draft[],
  result: GroupResult,
): Promise<readonly MeterEntry[]> {
  const entries = drafts.flatMap((draft) =>
    draft.batch.meters.map((row) => ({ draft, row, rules: draft.batch.rules })),
  );
  if (entries.length === 0) return entries;
  const rows = entries.map((entry) => entry.row);
  const inserted = await insertMeterFrames(client, projectId, rows);
  if (inserted === rows.length) return entries;
  const agreeing: MeterEntry[] = [];
  for (const entry of entries) {
    if (await isMeterFrameStored(client, projectId, entry.row)) agreeing.push(entry);
    else conflict(entry.draft, entry.row.meterId, entry.row.at);
  }
  result.repeatedFrames += agreeing.length - inserted;
  return agreeing;
}

/** The newest frame of each meter, and when the meter last answered in any of them. */
function newestOf(entries: readonly MeterEntry[], latched: ReadonlyMap<string, Latched>): MeterState[] {
  const newest = new Map<string, MeterState>();
  for (const { row } of [...entries].sort((a, b) => a.row.at - b.row.at)) {
    const lastSeen = row.answered ? row.at : (newest.get(row.meterId)?.lastSeen ?? null);
    const now = latched.get(row.meterId);
    newest.set(row.meterId, { ...row, lastSeen, conditions: now ? JSON.stringify(now.conditions) : null });
  }
  return [...newest.values()];
}
