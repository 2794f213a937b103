import type { Pool, PoolClient } from 'pg';
import { withContext } from '../db/client.ts';
import { timeZones } from '../db/queries/projects.ts';
import { beginRollup, insertSpanMarks, projectsWithWork } from '../db/queries/rollup-marks.ts';
import { rollUpDues, SOON_MS } from './coarse.ts';
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
  options: RollupOptions,
  project: RolledProject,
  rolled: RolledUp,
  signal: AbortSignal | undefined,
): Promise<void> {
  const now = options.now ?? Date.now;
  const steps = [
    ['fine', MARKS, (client: PoolClient) => rollUpFine(client, project, now(), MARKS)],
    ['hours', DUES, (client: PoolClient) => rollUpDues(client, project, 3600, now(), DUES)],
    ['days', DUES, (client: PoolClient) => rollUpDues(client, project, 86_400, now(), DUES)],
  ] as const;
  for (const [name, limit, work] of steps) rolled[name] += await drain(options.pool, project.id, limit, work, signal);
}

/** Repeats a step, a transaction each time, until it finds less than it would take; answers how many rows it wrote. */
async function drain(
  pool: Pool,
  projectId: string,
  limit: number,
  work: (client: PoolClient) => Promise<{ taken: number; rows: number }>,
  signal?: AbortSignal,
): Promise<number> {
  let rows = 0;
  for (let taken = limit; taken >= limit && !signal?.aborted; ) {
    const result = await withContext(pool, { projectIds: [projectId] }, async (client) => {
      await beginRollup(client);
      return work(client);
    });
    taken = result.taken;
    rows += result.rows;
  }
  return rows;
}

/** Computes a project's hours and days that wait for their time right away. */
export async function settleDues(
  { pool, now = Date.now }: RollupOptions,
  projectId: string,
): Promise<Pick<RolledUp, 'hours' | 'days'>> {
  const zones = await withContext(pool, { projectIds: [projectId], readOnly: true }, timeZones);
  const project = { id: projectId, timeZone: zones.get(projectId) ?? 'UTC' };
  const settle = (resolution: 3600 | 86_400) =>
    drain(pool, projectId, DUES, (client) => rollUpDues(client, project, resolution, now(), DUES, now() + SOON_MS));
  return { hours: await settle(3600), days: await settle(86_400) };
}

/**
 * Marks a span of a project, ms since 1970, so that the next run computes its buckets anew from the raw frames; answers
 * how many marks that took. Buckets before the raw horizon stay as they are. Runs in the caller's transaction.
 */
export const markSpan = insertSpanMarks;
