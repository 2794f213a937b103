import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { beginRollup, hasMarksBefore, setRawFrom } from '../db/queries/rollup-marks.ts';
import { FINE_MS } from './stretches.ts';

/** What is computed anew needs the frame that stands into it: this far before it, ms. */
const STAND_MS = 5_400_000;

/**
 * The first bucket that is computed from raw frames, where those before `rawFrom` (ms since 1970) may be gone. What comes
 * from before it is added to the buckets there are.
 */
export function computedFrom(rawFrom: number | null): number {
  return rawFrom === null ? Number.NEGATIVE_INFINITY : Math.ceil((rawFrom + STAND_MS) / FINE_MS) * FINE_MS;
}

/**
 * Lets raw frames before a moment go: from now on none of them is needed, and frames that come later from before it are
 * told apart from those that are counted already. False, and nothing is changed, while frames from before it still wait to
 * be rolled up: try again after the next run.
 *
 * Whoever deletes afterwards spares frames that a mark names (`rollup_marks.scope_id`, `frame_at`, seen in the very
 * statement that deletes): they came since, and are not counted yet.
 *
 * @param pool of a role that may write `raw_horizons`: hearst_ingest
 */
export function advanceRawHorizon(pool: Pool, projectId: string, rawFrom: number): Promise<boolean> {
  return withContext(pool, { projectIds: [projectId] }, async (client) => {
    await beginRollup(client);
    if (await hasMarksBefore(client, projectId, computedFrom(rawFrom))) return false;
    await setRawFrom(client, projectId, rawFrom);
    return true;
  });
}
