import { failpoint } from '@hearst/protocol';
import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import type { Log } from '../log.ts';
import { emptyTally, type GroupResult, type Outcome, type Tally } from './draft.ts';
import { classify, describe, isAway, sqlState } from './errors.ts';
import type { LatestStates } from './latest-states.ts';
import type { PreparedBatch } from './prepare.ts';
import { type StoreOptions, storeGroup, storeRejected } from './store.ts';

/** What became of a batch in the end. `retry`: not stored, send again. `unanswered`: our bug, leave it unacknowledged. */
export type Verdict = Outcome | { is: 'retry'; reason: string; afterMs: number } | { is: 'unanswered' };

export interface WriterOptions {
  readonly pool: Pool;
  readonly partitions: { ensure(atMs: number): Promise<void> };
  readonly log: Log;
  readonly latest: LatestStates;
  readonly keep: StoreOptions['keep'];
  readonly touch: StoreOptions['touch'];
  /** Storage cannot be reached (true), or took something again (false). */
  readonly onAway: (away: boolean) => void;
  readonly onRetry: () => void;
  readonly signal: AbortSignal;
}

const TRIES = 5;
const BACKOFF_MS = 50;
/** What the agent is asked to wait before it sends again. */
const SEND_AGAIN_MS = 5000;

/**
 * Commits groups of batches and decides by SQLSTATE what an error means. A reply that got lost, COMMIT's included,
 * says nothing: the group is tried again and the keys tell what is there (R8). When one batch of several cannot be
 * stored, each goes alone, so that it never costs the others.
 */
export class Writer {
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async write(projectId: string, batches: readonly PreparedBatch[]): Promise<WriteResult> {
    const result: WriteResult = { verdicts: new Map(), ...emptyTally() };
    await this.#write(projectId, batches, result);
    return result;
  }

  async #write(projectId: string, batches: readonly PreparedBatch[], result: WriteResult): Promise<void> {
    const error = await this.#attempt(result, async () => {
      for (const at of daysOf(batches)) await this.#options.partitions.ensure(at);
      return withContext(this.#options.pool, { projectIds: [projectId] }, (client) =>
        storeGroup(client, projectId, batches, this.#options),
      );
    });
    if (error === null) return;
    const fault = classify(error);
    if (fault === 'retry') return settleAll(batches, result, retryLater(error));
    if (batches.length > 1) {
      for (const batch of batches) await this.#write(projectId, [batch], result);
      return;
    }
    const [batch] = batches;
    if (!batch) return;
    if (fault === 'reject') await this.#reject(projectId, batch, error, result);
    else this.#alarm(batch, error, result);
  }

  /** Runs a transaction until it succeeds or trying again makes no sense. Answers the last error. */
  async #attempt(result: WriteResult, work: () => Promise<GroupResult>): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        const group = await work();
        merge(result, group);
        if (group.states) this.#options.latest.committed(group.states.plan, group.states.newer);
        failpoint('hub.commit.after');
        this.#options.onAway(false);
        return null;
      } catch (error) {
        if (isAway(error)) this.#options.onAway(true);
        if (classify(error) !== 'retry' || attempt === TRIES || this.#options.signal.aborted) return error;
        this.#options.onRetry();
        this.#options.log.warn({ attempt, reason: describe(error) }, 'storing a group of batches is tried again');
        await pause(Math.random() * BACKOFF_MS * 2 ** attempt, this.#options.signal);
      }
    }
  }

  async #reject(projectId: string, batch: PreparedBatch, cause: unknown, result: WriteResult): Promise<void> {
    const why = { reason: `rejected_${sqlState(cause) ?? 'unknown'}`, detail: describe(cause) };
    const error = await this.#attempt(result, () =>
      withContext(this.#options.pool, { projectIds: [projectId] }, (client) =>
        storeRejected(client, projectId, batch, why),
      ),
    );
    if (error === null) return;
    if (classify(error) === 'retry') settleAll([batch], result, retryLater(error));
    else this.#alarm(batch, error, result);
  }

  #alarm(batch: PreparedBatch, error: unknown, result: WriteResult): void {
    const { agentId, outboxId, seq } = batch.key;
    this.#options.log.error(
      { agent: agentId, outbox: outboxId, seq, reason: describe(error), stack: (error as Error).stack },
      'a batch cannot be stored because of a fault of this program; the agent keeps it. Report this.',
    );
    settleAll([batch], result, { is: 'unanswered' });
  }
}

export interface WriteResult extends Tally {
  readonly verdicts: Map<PreparedBatch, Verdict>;
}

function merge(result: WriteResult, group: GroupResult): void {
  for (const [batch, outcome] of group.outcomes) result.verdicts.set(batch, outcome);
  result.repeatedFrames += group.repeatedFrames;
  result.quarantined += group.quarantined;
  result.ripened ||= group.ripened;
  result.withholds ||= group.withholds;
}

function settleAll(batches: readonly PreparedBatch[], result: WriteResult, verdict: Verdict): void {
  for (const batch of batches) result.verdicts.set(batch, verdict);
}

function retryLater(error: unknown): Verdict {
  return {
    is: 'retry',
    reason: isAway(error) ? 'storage is away' : describe(error).slice(0, 200),
    afterMs: SEND_AGAIN_MS,
  };
}

const DAY_MS = 86_400_000;

function daysOf(batches: readonly PreparedBatch[]): number[] {
  const days = new Set<number>();
  for (const batch of batches) {
    for (const { row } of batch.containers) days.add(Math.floor(row.at / DAY_MS));
    for (const row of batch.meters) days.add(Math.floor(row.at / DAY_MS));
  }
  return [...days].map((day) => day * DAY_MS);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
