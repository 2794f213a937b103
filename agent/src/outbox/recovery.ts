import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { RowEncoder } from './encoder.ts';
import { type NewEvent, recreated, salvaged } from './events.ts';
import { openFile } from './file.ts';
import { type Salvaged, salvage } from './salvage.ts';
import { Store } from './store.ts';

export interface RecoveryOptions {
  folder: string;
  /** The outbox file, in that folder. */
  path: string;
  clock: Clock;
  encoder: RowEncoder;
  log: Logger;
}

/**
 * Puts a new file in the place of one that is damaged or gone, with a new id and with what can still be read of
 * the old one under its old identities. The new file is built beside and renamed when it is whole, so a run that
 * is killed on the way is taken up by the next one. A damaged file is kept aside for a person to look at.
 */
export class Recovery {
  readonly #options: RecoveryOptions;
  /** The file in the making; while it is there, a recovery is under way. */
  readonly #fresh: string;

  constructor(options: RecoveryOptions) {
    this.#options = options;
    this.#fresh = join(options.folder, 'outbox-salvage.db');
  }

  /** Sets the damaged file, which nobody has open, aside and replaces it. */
  replaceDamaged(cause: unknown): void {
    // In place before the damaged file moves: a run killed from here on is taken up by the next one.
    rmSync(this.#fresh, { force: true });
    writeFileSync(this.#fresh, '');
    this.#salvage(this.#moveAside('damaged'), cause);
  }

  /** Takes up a recovery that was cut short; false when there was nothing to do. */
  resume(): boolean {
    const { folder, path } = this.#options;
    if (!existsSync(this.#fresh)) return false;
    const aside = readdirSync(folder)
      .filter((name) => /^outbox-damaged-.*\.db$/.test(name))
      .sort()
      .at(-1);
    if (existsSync(path) || !aside) {
      removeFile(this.#fresh);
      return false;
    }
    this.#salvage(join(folder, aside), 'salvage was cut short');
    return true;
  }

  /**
   * Writes a file that was deleted or replaced under us anew from the connection that still reads it. `close` is
   * called when the new file is whole.
   */
  rewrite(open: Database.Database, close: () => void): void {
    const { path } = this.#options;
    if (existsSync(path)) this.#moveAside('found');
    const saved = this.#build(open, recreated(path));
    close();
    this.#putInPlace(saved);
  }

  #salvage(aside: string, cause: unknown): void {
    let source: Database.Database | undefined;
    try {
      source = new Database(aside, { fileMustExist: true });
    } catch (error) {
      this.#options.log.error({ err: error, aside }, 'outbox: nothing can be read of the damaged file');
    }
    try {
      this.#putInPlace(this.#build(source, salvaged(aside, cause)));
    } finally {
      source?.close();
    }
  }

  /** Builds the new file from what `source` still gives, and tells in it what happened. */
  #build(source: Database.Database | undefined, event: NewEvent): Salvaged {
    const { encoder } = this.#options;
    // Emptied, not deleted: while it is there, a run killed on the way is taken up by the next one.
    removeFile(this.#fresh, ['-wal', '-shm']);
    writeFileSync(this.#fresh, '');
    const fresh = new Store(openFile(this.#fresh, Number.MAX_SAFE_INTEGER));
    let saved: Salvaged = { batches: 0, readings: 0, lost: 0, tombstones: [] };
    try {
      if (source) saved = salvage(source, fresh);
      const counts = {
        salvaged_batches: saved.batches,
        salvaged_readings: saved.readings,
        lost_batches: saved.lost,
      };
      const told = encoder.event({ ...event, data: { ...event.data, ...counts } });
      fresh.transaction(() => fresh.append([...saved.tombstones.map((loss) => encoder.tombstone(loss)), told]));
    } finally {
      fresh.close();
    }
    return saved;
  }

  #putInPlace(saved: Salvaged): void {
    const { path, log } = this.#options;
    removeFile(path, ['-wal', '-shm']);
    renameSync(this.#fresh, path);
    log.warn({ ...saved, tombstones: saved.tombstones.length }, 'outbox: new file in place');
  }

  #moveAside(why: 'damaged' | 'found'): string {
    const { folder, path, clock } = this.#options;
    const time = new Date(clock.wall()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    let aside = '';
    for (let n = 0; aside === '' || existsSync(aside); n++) {
      aside = join(folder, `outbox-${why}-${time}-${n}.db`);
    }
    renameSync(path, aside);
    for (const tail of ['-wal', '-shm']) if (existsSync(path + tail)) renameSync(path + tail, aside + tail);
    return aside;
  }
}

function removeFile(path: string, tails = ['', '-wal', '-shm']): void {
  for (const tail of tails) rmSync(path + tail, { force: true });
}
