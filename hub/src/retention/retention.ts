import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type pg from 'pg';
import { type Actor, recordActivity } from '../activity/record.ts';
import { FINE, FRAMES, type PartitionedTable } from '../db/partitioned.ts';
import {
  advanceHorizons,
  beginHorizons,
  deleteRecords,
  holdersOf,
  type Partition,
  partitionsOf,
  type RecordKind,
  readPolicies,
} from '../db/queries/retention.ts';
import type { Log } from '../log.ts';
import { type Freed, Freeings } from './freed.ts';
import {
  asOwner,
  deleteBefore,
  dropEmptied,
  emptyIfPassed,
  inBatches,
  type Keeping,
  keepersOf,
  type Run,
  unlessGone,
  unlessLocked,
} from './partition.ts';

export interface RetentionOptions {
  /** DATABASE_URL itself: what goes is everybody's. */
  readonly owner: pg.Pool;
  readonly log: Log;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** Ends the run after the batch in hand. */
  readonly signal: AbortSignal;
}

const ACTOR: Actor = { kind: 'system', id: 'retention', name: 'retention', address: null, requestId: null };

const RAW: Keeping = { kind: 'raw_frames', daysOf: ({ rawDays }) => rawDays, fromOf: ({ rawFrom }) => rawFrom };
const FIVE_MINUTES: Keeping = {
  kind: 'five_minute_rows',
  daysOf: ({ fineDays }) => fineDays,
  fromOf: ({ fineFrom }) => fineFrom,
};
const TABLES: readonly (readonly [PartitionedTable, Keeping])[] = [
  ...FRAMES.map((table) => [table, RAW] as const),
  [FINE, FIVE_MINUTES],
];

const DAY_MS = 86_400_000;
/** How long records are kept after they have served their time, whatever the project. */
const RECORDS: readonly { readonly kind: RecordKind; readonly days: number }[] = [
  { kind: 'released_quarantine', days: 90 },
  { kind: 'delivered_notifications', days: 90 },
  { kind: 'failed_notifications', days: 365 },
  { kind: 'agent_events', days: 730 },
  { kind: 'resolved_alerts', days: 1826 },
];

/**
 * Lets go of history that is older than its project keeps it: raw frames and five-minute rows, by whole days (UTC). Hours
 * and days of time stay for ever. And of records (`RECORDS`) that have served their time. What holds:
 *
 * - before anything of a project goes, `raw_horizons` says so, committed: whoever makes buckets from frames knows from
 *   then on that older frames may be missing, also when the run breaks off there;
 * - nothing goes that a bucket still has to be made from, however old it is;
 * - a partition goes whole once the longest policy has passed it; rows of shorter ones, and what the default partition
 *   caught, go in small transactions;
 * - no lock is waited for: what somebody else is at stays until the next run;
 * - each project's activity log says what was freed, in one entry a run.
 *
 * To be run every hour; a run that ends early, in whatever way, is made good by the next.
 */
export async function runRetention({ owner, log, now, signal }: RetentionOptions): Promise<void> {
  const at = new Date(now());
  const policies = await unlessLocked(() =>
    asOwner(owner, undefined, async (client) => {
      await beginHorizons(client);
      const read = await readPolicies(client, at);
      await advanceHorizons(client, read);
      return read;
    }),
  );
  if (policies === 'locked') {
    log.info({ event: 'retention_waits' }, 'buckets are being made from frames all the time: next time');
    return;
  }
  const freeings = new Freeings();
  try {
    for (const [table, keeping] of TABLES) {
      const freed = (projectId: string, some: Freed) => freeings.add(projectId, keeping.kind, some);
      await expire({ owner, at, signal, policies, freed }, table, keeping, log);
    }
    for (const { kind, days } of RECORDS) {
      const until = new Date(+at - days * DAY_MS);
      const freed = (projectId: string, some: Freed) => freeings.add(projectId, kind, some);
      for (const projectId of [GLOBAL_PROJECT_ID, ...policies.map((policy) => policy.projectId)])
        await inBatches({ owner, at, signal, policies, freed }, projectId, until, (client, batch) =>
          deleteRecords(client, kind, batch),
        );
    }
  } finally {
    // Also of a run that failed half-way: what is gone is gone.
    for (const [projectId, freed] of freeings.entries()) {
      log.info({ event: 'history_freed', project: projectId, ...freed }, 'let go of history that was kept long enough');
      await asOwner(owner, [projectId], (client) =>
        recordActivity(
          client,
          ACTOR,
          {
            project: projectId,
            action: 'retention.free',
            target: { type: 'project', id: projectId },
            after: freed,
          },
          at,
        ),
      );
    }
  }
}

/** Lets go of what is over in one table. */
async function expire(run: Run, table: PartitionedTable, keeping: Keeping, log: Log): Promise<void> {
  const latest = Math.max(...run.policies.map((policy) => +keeping.fromOf(policy)));
  for (const partition of await asOwner(run.owner, undefined, (client) => partitionsOf(client, table))) {
    if (run.signal.aborted) return;
    if (partition.range !== null && partition.range.from >= latest) continue;
    if (!(await unlessGone(run, partition.name, () => letGo(run, table, keeping, partition))))
      log.info({ event: 'retention_waits', partition: partition.name }, 'somebody else is at a partition: next time');
  }
}

/** Lets go of what is over in one partition; false where somebody else is at it. */
async function letGo(run: Run, table: PartitionedTable, keeping: Keeping, partition: Partition): Promise<boolean> {
  const { name, range } = partition;
  const state = range === null ? 'kept' : await emptyIfPassed(run, keeping, { name, range });
  if (state === 'kept') return deleteShorter(run, table, keeping, partition);
  return state === 'empty' && dropEmptied(run, table, name);
}

/** Deletes the rows of those whose policy is shorter than the longest of a partition; of the default one everybody's. */
async function deleteShorter(
  run: Run,
  table: PartitionedTable,
  { daysOf, fromOf }: Keeping,
  { name, range }: Partition,
): Promise<boolean> {
  const due = await asOwner(run.owner, undefined, async (client) => {
    const longest = Math.max(...(await keepersOf(client, name, run.policies)).map(daysOf));
    const shorter = run.policies.filter(
      (policy) => range === null || (daysOf(policy) < longest && +fromOf(policy) > range.from),
    );
    const holding = new Set(
      await holdersOf(
        client,
        name,
        shorter.map(({ projectId }) => projectId),
      ),
    );
    return shorter.filter(({ projectId }) => holding.has(projectId));
  });
  let done = true;
  for (const policy of due) {
    const { projectId } = policy;
    done = (await deleteBefore(run, table, name, { projectId, until: fromOf(policy) })) && done;
  }
  return done;
}
