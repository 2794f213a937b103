import type { ClientBase } from 'pg';
import { activityAfter } from '../db/queries/activity.ts';
import { entryHash, FIRST_HASH } from './chain.ts';

const BATCH = 1_000;

export interface ChainReport {
  readonly project: string;
  readonly entries: number;
  /** The first entry that does not follow from the one before it; null when the chain holds. */
  readonly brokenAt: number | null;
}

/** Reads a project's activity log from the beginning and computes every hash again. */
export async function verifyActivity(client: ClientBase, project: string): Promise<ChainReport> {
  let previous: Buffer = FIRST_HASH;
  let entries = 0;
  for (;;) {
    const rows = await activityAfter(client, project, entries, BATCH);
    for (const row of rows) {
      entries += 1;
      const { previous_hash, hash, ...entry } = row;
      const holds = row.seq === entries && previous_hash.equals(previous) && entryHash(previous, entry).equals(hash);
      if (!holds) return { project, entries, brokenAt: entries };
      previous = hash;
    }
    if (rows.length < BATCH) return { project, entries, brokenAt: null };
  }
}
