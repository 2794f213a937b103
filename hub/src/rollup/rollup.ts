import type { Pool, PoolClient } from 'pg';
import { withContext } from '../db/client.ts';
import { beginRollup, insertSpanMarks, projectsWithWork } from '../db/queries/rollup-marks.ts';
import { rollUpDues } from './coarse.ts';
import { type RolledProject, rollUpFine } from './fine.ts';

export interface RollupOptions {
  /** Of role hearst_ingest, which writes `metrics` and takes marks. */
  readonly pool: Pool;
  /** ms since 1970. */
  readonly now?: () => number;
}

/** How many rows were written. */
export interface RolledUp {
  fine: number;
  hours: number;
  days: number;
}

/** How much one transaction takes: some seconds' work at the most. */
const MARKS = 1000;
const DUES = 2000;

/**
 * Rolls up whatever waits in any project: five-minute buckets that marks name, then hours and days whose time has come.
 * Each step is a transaction, so that one which is cut off changes nothing and its marks are still there. Several at once
 * wait for each other.
 *
 * @param signal ends it between two transactions
 */
export async function rollUp(options: RollupOptions, signal?: AbortSignal): Promise<RolledUp> {
  const now = options.now ?? Date.now;
  const rolled: RolledUp = { fine: 0, hours: 0, days: 0 };
  const waiting = await withContext(options.pool, { role: 'super_admin', readOnly: true }, (client) =>
    projectsWithWork(client, now()),
  );
  for (const project of waiting) {
    if (signal?.aborted) break;
    await rollUpProject(options, project, rolled, signal);
  }
  return rolled;
}

async function rollUpProject(
  { pool, now = Date.now }: RollupOptions,
  project: RolledProject,
  rolled: RolledUp,
  signal: AbortSignal | undefined,
): Promise<void> {
  const step = (work: (client: PoolClient) => Promise<{ taken: number; rows: number }>) =>
    withContext(pool, { projectIds: [project.id] }, async (client) => {
      await beginRollup(client);
      return work(client);
    });
  const steps = [
    ['fine', MARKS, (client: PoolClient) => rollUpFine(client, project, now(), MARKS)],
    ['hours', DUES, (client: PoolClient) => rollUpDues(client, project, 3600, now(), DUES)],
    ['days', DUES, (client: PoolClient) => rollUpDues(client, project, 86_400, now(), DUES)],
  ] as const;
  for (const [name, limit, work] of steps)
    for (let taken: number = limit; taken >= limit && !signal?.aborted; ) {
      const result = await step(work);
      taken = result.taken;
      rolled[name] += result.rows;
    }
}

/**
 * Marks a span of a project, ms since 1970, so that the next run computes its buckets anew from the raw frames; answers
 * how many marks that took. Buckets before the raw horizon stay as they are. Runs in the caller's transaction.
 */
export const markSpan = insertSpanMarks;
