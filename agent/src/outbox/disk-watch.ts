import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { Logger } from 'pino';
import { Ballast, freeBytesOf } from './ballast.ts';
import { diskFull, diskOk, type NewEvent } from './events.ts';
import { capFile, holdFile } from './file.ts';

const MB = 1024 * 1024;

export interface DiskWatchOptions {
  folder: string;
  /** The cap of the outbox file, bytes. */
  maxBytes: number;
  ballastBytes: number | undefined;
  /** Bytes free on the disk; by default the file system is asked. */
  freeBytes: (() => number) | undefined;
  log: Logger;
}

/**
 * The disk under the outbox, which others fill too. While less is free than the reserve, the file does not grow
 * (what it holds is thinned instead); it grows again when three times the reserve is free. The ballast is the
 * reserve made solid: room to thin in when everything else has failed.
 */
export class DiskWatch {
  readonly #options: DiskWatchOptions;
  readonly #ballast: Ballast;
  readonly #reserve: number;
  #growthHeld = false;

  constructor(options: DiskWatchOptions) {
    const { folder, maxBytes, ballastBytes = Math.min(64 * MB, Math.floor(maxBytes / 16)) } = options;
    this.#options = options;
    this.#ballast = new Ballast(join(folder, 'ballast'), ballastBytes);
    this.#reserve = Math.max(ballastBytes, MB);
  }

  /** A file was opened, under its own cap. */
  opened(): void {
    this.#growthHeld = false;
  }

  get isLow(): boolean {
    return this.#freeBytes() < this.#reserve;
  }

  /** Looks how much is free, holds or frees the growth of the file, and tells of it. */
  look(db: Database.Database, report: (event: NewEvent) => void): void {
    const { log, maxBytes } = this.#options;
    const freeBytes = this.#freeBytes();
    const hasRoom = freeBytes > 3 * this.#reserve;
    if (!this.#growthHeld && freeBytes < this.#reserve) {
      this.#growthHeld = true;
      holdFile(db);
      log.error({ freeBytes }, 'outbox: disk nearly full, the outbox stops growing: free disk space');
      report(diskFull(freeBytes));
    } else if (this.#growthHeld && hasRoom) {
      this.#growthHeld = false;
      capFile(db, maxBytes);
      log.info({ freeBytes }, 'outbox: disk has room again');
      report(diskOk(freeBytes));
    }
    if (!this.#growthHeld && hasRoom && !this.#ballast.take()) {
      log.warn('outbox: no room for the reserve file, will try again');
    }
  }

  /** Gives the ballast's room back; false when there was none to give. */
  releaseBallast(): boolean {
    if (!this.#ballast.release()) return false;
    this.#options.log.error({ folder: this.#options.folder }, 'outbox: disk full, reserve released: free disk space');
    return true;
  }

  #freeBytes(): number {
    return this.#options.freeBytes?.() ?? freeBytesOf(this.#options.folder);
  }
}
