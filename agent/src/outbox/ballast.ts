import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';

const CHUNK = 1024 * 1024;

/**
 * A file that only takes up room. When others fill the disk, deletes and checkpoints fail like every other
 * write; releasing the ballast gives the outbox the room to thin itself and to leave tombstones.
 */
export class Ballast {
  readonly #path: string;
  readonly bytes: number;

  constructor(path: string, bytes: number) {
    this.#path = path;
    this.bytes = bytes;
  }

  get present(): boolean {
    return (statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0) >= this.bytes && this.bytes > 0;
  }

  /** Writes the file unless it is there; false when there is no room for it. */
  take(): boolean {
    if (this.bytes === 0 || this.present) return true;
    // Random, so that a file system that compresses cannot save the room.
    const chunk = randomBytes(Math.min(CHUNK, this.bytes));
    try {
      const file = openSync(this.#path, 'w', 0o600);
      try {
        for (let written = 0; written < this.bytes; ) {
          written += writeSync(file, chunk, 0, Math.min(chunk.length, this.bytes - written));
        }
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      return true;
    } catch {
      // No room is what this file is about: give back what was written; the caller tries again when there is.
      rmSync(this.#path, { force: true });
      return false;
    }
  }

  /** Gives the room back; false when there was none to give. */
  release(): boolean {
    const had = this.present;
    rmSync(this.#path, { force: true });
    return had;
  }
}

/** Bytes an unprivileged process may still write on the file system of `folder`. */
export function freeBytesOf(folder: string): number {
  const fs = statfsSync(folder);
  return fs.bavail * fs.bsize;
}

/** The default cap of the outbox: 8 GB, or a quarter of the file system where that is less. */
export function defaultMaxBytes(folder: string): number {
  const fs = statfsSync(folder);
  return Math.min(8 * 1024 ** 3, Math.floor((fs.blocks * fs.bsize) / 4));
}
