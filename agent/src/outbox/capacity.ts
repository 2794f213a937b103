import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { DiskWatch } from './disk-watch.ts';
import type { RowEncoder } from './encoder.ts';
import { isNoRoom, NoRoom, sqliteCode } from './errors.ts';
import { evict } from './eviction.ts';
import { RESERVE_PAGES } from './file.ts';
import type { Store } from './store.ts';

const MB = 1024 * 1024;
/** Passes of eviction for one write before it counts as refused. */
const MAX_PASSES = 64;

export interface CapacityOptions {
  maxBytes: number;
  clock: Clock;
  encoder: RowEncoder;
  disk: DiskWatch;
  log: Logger;
}

/** A write that finds no room: older rows are evicted until it succeeds or nothing may go. */
export class Capacity {
  readonly #options: CapacityOptions;
  #held: ReadonlySet<number> = new Set();

  constructor(options: CapacityOptions) {
    this.#options = options;
  }

  /** Rows that are never evicted; the set is read whenever room is made. */
  hold(rows: ReadonlySet<number>): void {
    this.#held = rows;
  }

  /** Throws `NoRoom` when a write has taken the pages that eviction itself needs. */
  assertReserve(store: Store): void {
    if (store.freePages() < RESERVE_PAGES) throw new NoRoom();
  }

  /** Runs `work`, which writes about `bytes`; when there is no room, evicts and runs it again. */
  withRoom<T>(store: Store, bytes: number, work: () => T): T {
    for (let pass = 0; ; pass++) {
      try {
        return work();
      } catch (error) {
        if (!isNoRoom(error) || pass === MAX_PASSES) throw error;
        // A disk that fails although it has room is broken, and giving up readings would not mend it.
        if (sqliteCode(error) !== 'SQLITE_FULL' && !this.#options.disk.isLow) throw error;
        if (!this.#makeRoom(store, bytes)) throw error;
      }
    }
  }

  /** Makes room once; false when nothing was gained. On a disk too full even for that, the ballast goes. */
  #makeRoom(store: Store, bytes: number): boolean {
    const { maxBytes, disk } = this.#options;
    const least = Math.max(2 * bytes, Math.min(Math.floor(maxBytes / 64), 32 * MB));
    // Small rows lie many to a page: giving up a few may not free the page their tombstone needs, more will.
    for (let most = least; most <= 4 * maxBytes; most *= 4) {
      try {
        return this.#evict(store, most) || disk.releaseBallast();
      } catch (error) {
        if (!isNoRoom(error)) throw error;
      }
    }
    return disk.releaseBallast();
  }

  #evict(store: Store, bytes: number): boolean {
    const { clock, encoder, log } = this.#options;
    const evicted = evict(store, {
      bytes,
      now: clock.wall(),
      held: this.#held,
      bury: (loss) => store.append([encoder.tombstone(loss)]),
    });
    if (!evicted) return false;
    if (evicted.batches > 0) {
      log.warn({ tombstones: evicted.tombstones }, `outbox: full, ${evicted.batches} batches given up`);
    }
    return true;
  }
}
