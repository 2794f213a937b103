import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { withContext } from '../db/client.ts';
import type { PartitionedTable, Range } from '../db/partitioned.ts';
import { hasTable } from '../db/partitions.ts';
import {
  type Batch,
  deleteBatch,
  dropEmptyPartition,
  emptyPartition,
  holdersOf,
  lockAgainstReading,
  lockAgainstWriting,
  type Policy,
  readPolicies,
  sizeOf,
} from '../db/queries/retention.ts';
import { OWNER_ROLE } from '../db/roles.ts';
import type { Freed, Kind } from './freed.ts';

/** The most rows that are deleted in one transaction, and the pause between two, ms. */
const BATCH = 1_000;
const BATCH_PAUSE_MS = 20;
/** How often a lock is asked for in a run, and the pause between two times, ms. */
const TRIES = 10;
const TRY_PAUSE_MS = 50;
const LOCK_NOT_AVAILABLE = '55P03';
const UNDEFINED_TABLE = '42P01';

/** A run of the job. */
export interface Run {
  readonly owner: pg.Pool;
  /** As they were when `raw_horizons` was set: nothing that has become over since may go. */
  readonly policies: readonly Policy[];
  /** The time it is. */
  readonly at: Date;
  readonly signal: AbortSignal;
  freed(projectId: string, freed: Freed): void;
}

/** Rows of one kind: whose policy says what of them. */
export interface Keeping {
  readonly kind: Kind;
  readonly daysOf: (policy: Policy) => number;
  readonly fromOf: (policy: Policy) => Date;
}

/** Whose policies a partition waits for: every project's, of archived ones while rows of theirs are in it. */
export async function keepersOf(
  client: pg.ClientBase,
  partition: string,
  policies: readonly Policy[],
): Promise<Policy[]> {
  const archived = policies.filter((policy) => policy.archived).map(({ projectId }) => projectId);
  const holding = new Set(await holdersOf(client, partition, archived));
  return policies.filter((policy) => !policy.archived || holding.has(policy.projectId));
}

/**
 * Takes a partition's rows away once everybody's policy has passed it. `truncate` asks for a lock on that partition
 * alone, so the rows go whatever else is being read; asked for again once nobody else can be at it, so that nothing goes
 * which came, or was marked, in this moment. `detach ... concurrently` would not do: it refuses tables with a default partition.
 *
 * @returns `kept` where somebody still needs it, `locked` where somebody else is at it: the next run tries again
 */
export async function emptyIfPassed(
  run: Run,
  keeping: Keeping,
  { name, range }: { readonly name: string; readonly range: Range },
): Promise<'empty' | 'kept' | 'locked'> {
  const said = new Set(run.policies.filter((policy) => +keeping.fromOf(policy) >= range.to).map((p) => p.projectId));
  const passed = async (client: pg.ClientBase): Promise<boolean> => {
    const keepers = await keepersOf(client, name, await readPolicies(client, run.at));
    return keepers.every((policy) => said.has(policy.projectId) && +keeping.fromOf(policy) >= range.to);
  };
  const size = await withoutWaiting(run, () =>
    asOwner(run.owner, undefined, async (client) => {
      if (!(await passed(client))) return 'kept';
      await lockAgainstWriting(client, name);
      const held = await sizeOf(client, name);
      await lockAgainstReading(client, name);
      if (!(await passed(client))) return 'kept';
      if (held.rows.length > 0) await emptyPartition(client, name);
      return held;
    }),
  );
  if (size === 'kept' || size === 'locked') return size;
  const total = size.rows.reduce((sum, { rows }) => sum + rows, 0);
  for (const { projectId, rows } of size.rows)
    run.freed(projectId, { rows, bytes: (size.bytes * rows) / total, partitions: 1, before: new Date(range.to) });
  return 'empty';
}

/**
 * Drops a partition that was emptied. That needs the whole table for some milliseconds, which is asked for without
 * waiting: readers of other days would queue behind whoever waits. Where it is never free, the empty partition stays until
 * a later run.
 */
export async function dropEmptied(run: Run, table: PartitionedTable, name: string): Promise<boolean> {
  const drop = () => asOwner(run.owner, undefined, (client) => dropEmptyPartition(client, table, name));
  return (await withoutWaiting(run, drop)) === true;
}

/**
 * Deletes a project's rows before `until` out of a partition that others still need, in small transactions.
 *
 * @returns false where somebody held a row for too long: the next run goes on
 */
export function deleteBefore(
  run: Run,
  table: PartitionedTable,
  name: string,
  { projectId, until }: { readonly projectId: string; readonly until: Date },
): Promise<boolean> {
  return inBatches(run, projectId, until, (client, batch) => deleteBatch(client, table, name, batch));
}

/**
 * Deletes a project's rows that were over before `until`, in small transactions.
 *
 * @returns false where somebody held a row for too long: the next run goes on
 */
export async function inBatches(
  { owner, signal, freed }: Run,
  projectId: string,
  until: Date,
  work: (client: pg.ClientBase, batch: Batch) => Promise<{ rows: number; bytes: number }>,
): Promise<boolean> {
  for (;;) {
    if (signal.aborted) return true;
    const gone = await unlessLocked(() =>
      asOwner(owner, [projectId], (client) => work(client, { projectId, until, limit: BATCH })),
    );
    if (gone === 'locked') return false;
    freed(projectId, { ...gone, partitions: 0, before: until });
    if (gone.rows < BATCH) return true;
    await sleep(BATCH_PAUSE_MS);
  }
}

/** A transaction of the tables' owner that sees these projects, all of them without a list, and waits for no lock long. */
export function asOwner<T>(
  owner: pg.Pool,
  projectIds: readonly string[] | undefined,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  return withContext(owner, { role: 'super_admin', projectIds }, async (client) => {
    await client.query(`set local role ${OWNER_ROLE}; set local lock_timeout = '1s'; set local enable_seqscan = off`);
    return work(client);
  });
}

/** Tries some times to do what asks for locks without waiting. */
async function withoutWaiting<T>({ signal }: Run, work: () => Promise<T>): Promise<T | 'locked'> {
  for (let tries = 1; ; tries++) {
    const done = await unlessLocked(work);
    if (done !== 'locked' || tries === TRIES || signal.aborted) return done;
    await sleep(TRY_PAUSE_MS);
  }
}

/** Does what asks for locks, and says so where they were not free in time. */
export async function unlessLocked<T>(work: () => Promise<T>): Promise<T | 'locked'> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
    return 'locked';
  }
}

/**
 * Does what is to be done with a partition; true where another run has dropped it meanwhile, as that of a hub does that
 * was taken for dead.
 */
export async function unlessGone({ owner }: Run, name: string, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNDEFINED_TABLE || (await hasTable(owner, name))) throw error;
    return true;
  }
}
