import { failpoint } from '@hearst/protocol';
import type { Clock } from '../clock.ts';
import type { Store } from './store.ts';

const PRUNE_EVERY_MS = 60_000;
const PRUNE_ROWS = 2000;

/**
 * How long confirmed batches stay, for a hub restored from a backup that lost them (R10). Their age is counted in
 * the time agents have run on this file, which no step of the wall clock can change.
 */
export class Retention {
  readonly #clock: Clock;
  readonly #retainMs: number;
  #runBefore = 0;
  #openedAt = 0;
  #prunedAt = 0;

  constructor(clock: Clock, retainMs: number) {
    this.#clock = clock;
    this.#retainMs = retainMs;
  }

  /** Goes on counting where the file's last run ended. */
  opened(store: Store): void {
    this.#openedAt = this.#clock.mono();
    this.#runBefore = Number(store.getMeta('running_ms') ?? 0);
  }

  /** How long agents have run on this file, ms. */
  runningMs(): number {
    return Math.round(this.#runBefore + Math.max(0, this.#clock.mono() - this.#openedAt));
  }

  /** Keeps the running time in the file. */
  save(store: Store): void {
    store.setMeta('running_ms', this.runningMs());
  }

  /** True once a minute. */
  isDue(): boolean {
    const now = this.#clock.mono();
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return false;
    this.#prunedAt = now;
    return true;
  }

  /** Deletes the confirmed rows that were kept long enough, in one transaction; returns how many. */
  prune(store: Store): number {
    return store.transaction(() => {
      const rows = store.retained(PRUNE_ROWS, this.runningMs() - this.#retainMs);
      for (const { row } of rows) store.remove(row);
      this.save(store);
      failpoint('agent.prune.inside');
      return rows.length;
    });
  }
}
