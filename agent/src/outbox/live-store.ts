import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { RowEncoder } from './encoder.ts';
import { asOutboxError, isDamage, OutboxError } from './errors.ts';
import { openFile } from './file.ts';
import { Recovery } from './recovery.ts';
import { Store } from './store.ts';

export interface LiveStoreOptions {
  folder: string;
  maxBytes: number;
  clock: Clock;
  encoder: RowEncoder;
  log: Logger;
  /** A file was opened: at the start, or a new one in the place of another. */
  onOpened: (store: Store) => void;
  /** The file is a new one: its rows have other numbers. */
  onReplaced: () => void;
}

/**
 * The outbox file as the rest of the outbox uses it: always there, whatever becomes of the one on the disk.
 * A damaged file, found when it is opened or while it is used, and a file deleted or replaced under us make way
 * for a new one (see recovery.ts).
 */
export class LiveStore {
  readonly path: string;
  readonly #options: LiveStoreOptions;
  readonly #recovery: Recovery;
  #store: Store | undefined;
  #inode = 0;
  #replaced = false;
  #closed = false;

  constructor(options: LiveStoreOptions) {
    this.#options = options;
    this.path = join(options.folder, 'outbox.db');
    this.#recovery = new Recovery({ ...options, path: this.path });
  }

  /** The open file, if it is. */
  get current(): Store | undefined {
    return this.#store;
  }

  /**
   * Every use of the file goes through here. Damage found on the way makes way for a new file, and `work` is tried
   * once more; every other error becomes an `OutboxError`.
   */
  use<T>(doing: string, work: (store: Store) => T): T {
    this.assertOpen();
    try {
      const store = this.#store ?? this.#openOrRecover();
      try {
        return work(store);
      } catch (error) {
        if (!isDamage(error)) throw error;
        return work(this.#replaceDamaged(error));
      }
    } catch (error) {
      throw asOutboxError(error, doing, this.path);
    }
  }

  assertOpen(): void {
    if (this.#closed) throw new OutboxError('closed', `outbox ${this.path} is closed`);
  }

  /** Notices that the file was deleted or replaced under us, and writes it anew from the open connection. */
  checkInPlace(): void {
    const store = this.#store;
    if (!store || statSync(this.path, { throwIfNoEntry: false })?.ino === this.#inode) return;
    this.#options.log.error({ path: this.path }, 'outbox: the file was deleted while in use, writing it anew');
    try {
      mkdirSync(this.#options.folder, { recursive: true, mode: 0o700 });
      this.#recovery.rewrite(store.db, () => this.#discard());
      this.#replaced = true;
      this.#open();
    } catch (error) {
      throw asOutboxError(error, 'write the deleted outbox anew', this.path);
    }
  }

  /** Closes the file for good, after `last` was done with it. Idempotent. */
  close(last: (store: Store) => void): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      if (this.#store) last(this.#store);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'outbox: running time not saved');
    }
    this.#store?.close();
    this.#store = undefined;
  }

  #openOrRecover(): Store {
    this.#replaced ||= this.#recovery.resume();
    try {
      return this.#open();
    } catch (error) {
      if (!isDamage(error)) throw error;
      return this.#replaceDamaged(error);
    }
  }

  #replaceDamaged(cause: unknown): Store {
    this.#options.log.error({ err: cause, path: this.path }, 'outbox: file is damaged, setting it aside and salvaging');
    this.#discard();
    this.#recovery.replaceDamaged(cause);
    this.#replaced = true;
    return this.#open();
  }

  #open(): Store {
    const db = openFile(this.path, this.#options.maxBytes);
    let store: Store;
    try {
      store = new Store(db);
      this.#inode = statSync(this.path).ino;
      this.#options.onOpened(store);
    } catch (error) {
      db.close();
      throw error;
    }
    this.#store = store;
    if (this.#replaced) this.#options.onReplaced();
    this.#replaced = false;
    return store;
  }

  #discard(): void {
    const store = this.#store;
    this.#store = undefined;
    try {
      store?.close();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'outbox: closing the damaged file failed');
    }
  }
}
