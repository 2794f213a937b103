import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AgentEvent,
  type BatchBody,
  type BatchKind,
  encodeBody,
  type Frame,
  failpoint,
  type TombstoneBody,
} from '@hearst/protocol';
import Database from 'better-sqlite3';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { Ballast, defaultMaxBytes, freeBytesOf } from './ballast.ts';
import { asOutboxError, isDamage, isNoRoom, NoRoom, OutboxError, sqliteCode } from './errors.ts';
import { assertDurable, openFile } from './file.ts';
import { rangeOf, sacrifice } from './sacrifice.ts';
import { type Salvaged, salvage } from './salvage.ts';
import { type NewRow, type RowClass, type RowLane, Store, type StoredBatch, type WaitingRow } from './store.ts';

/**
 * What the site has read and the hub has not confirmed, in one SQLite file owned by one connection.
 *
 * - When `append` returns, its batches survive kill -9 and power cuts: one transaction, `synchronous=FULL` (R1).
 * - A batch is `(outbox id, seq)` for ever. The id is a random UUID made with the file and kept inside it; seq
 *   is never given out twice, not even after a delete (R4).
 * - A row waits until the hub's ack names it (R3), then stays 6 h for a hub restored from a backup (R10), by
 *   the time agents have run and not by the wall clock, which may jump.
 * - The file never outgrows its cap. What is given up for that, and in which order: see sacrifice.ts. No row
 *   goes unconfirmed without a tombstone in the same transaction (R6). New data is refused only when nothing
 *   older may be given up.
 * - A damaged file is set aside and what can be read of it moves to a new file with a new id, under the old
 *   identities; every row is checked against its seal and hash before it is sent.
 * - `depth` counts unconfirmed rows only.
 */
export interface NewBatch {
  kind: BatchKind;
  body: BatchBody['body'];
  /** Device readings in the body (`readingsIn`). */
  readings: number;
  /** When it was read, ms since 1970 UTC by the agent's clock. */
  at: number;
}

export interface OutboxOptions {
  folder: string;
  /** The cap of the file, bytes; by default 8 GB or a quarter of the file system. */
  maxBytes?: number;
  clock: Clock;
  /** This run of the agent, a UUID. */
  boot: string;
  project: string;
  log: Logger;
  /** How long confirmed batches are kept, ms; 6 h. */
  retainMs?: number;
  /** Size of the ballast file; 64 MB, or a sixteenth of a small cap. */
  ballastBytes?: number;
  /** Bytes free on the disk; asked before every append. */
  freeBytes?: () => number;
}

export interface OutboxListener {
  /** Rows of the readings lane that were just accepted. */
  appended(rows: WaitingRow[]): void;
  /** Row numbers have changed (salvage) or rows wait again (replay): forget all that is known of them. */
  reset(): void;
}

const HOUR = 3_600_000;
const MB = 1024 * 1024;
const PRUNE_EVERY_MS = 60_000;
const PRUNE_ROWS = 2000;
/** Pages new data leaves free in the file: deleting needs some too while SQLite rebalances its trees. */
const RESERVE_PAGES = 12;
/** Passes of sacrifice for one append before it counts as refused. */
const MAX_PASSES = 64;

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #ballast: Ballast;
  readonly #listeners = new Set<OutboxListener>();
  #held: ReadonlySet<number> = new Set();
  #store: Store | undefined;
  #inode = 0;
  #depth = { batches: 0, bytes: 0 };
  #closed = false;
  #growthHeld = false;
  #openedAt = 0;
  #runningBase = 0;
  #prunedAt = 0;

  private constructor(options: OutboxOptions) {
    this.#options = options;
    this.#path = join(options.folder, 'outbox.db');
    this.#log = options.log;
    this.#clock = options.clock;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#maxBytes = options.maxBytes ?? defaultMaxBytes(options.folder);
    const ballast = options.ballastBytes ?? Math.min(64 * MB, Math.floor(this.#maxBytes / 16));
    this.#ballast = new Ballast(join(options.folder, 'ballast'), ballast);
  }

  /** Opens the outbox of a folder, made when it is not there. Throws `OutboxError`. */
  static open(options: OutboxOptions): Outbox {
    let outbox: Outbox;
    try {
      outbox = new Outbox(options);
    } catch (error) {
      throw asOutboxError(error, 'open outbox', options.folder);
    }
    outbox.#guard('open outbox', () => undefined);
    outbox.#watchDisk();
    return outbox;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#store?.setMeta('running_ms', this.#runningMs());
    } catch (error) {
      this.#log.warn({ err: error }, 'outbox: running time not saved');
    }
    this.#store?.close();
    this.#store = undefined;
  }

  /** The identity under which new batches travel. */
  get id(): string {
    return this.#guard('read id', (store) => store.outboxId);
  }

  /** What waits for the hub: batches, bytes of their bodies, and when the oldest was read. */
  depth(): { batches: number; bytes: number; oldestAt: number | null } {
    return this.#guard('read depth', (store) => ({ ...this.#depth, oldestAt: store.oldestAt() }));
  }

  /** The cap, what the file takes up now, and the settings durability rests on. */
  settings(): { maxBytes: number; fileBytes: number; synchronous: number; journal: string; path: string } {
    return this.#guard('read settings', ({ db }) => ({
      maxBytes: this.#maxBytes,
      fileBytes: Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true })),
      synchronous: Number(db.pragma('synchronous', { simple: true })),
      journal: String(db.pragma('journal_mode', { simple: true })),
      path: this.#path,
    }));
  }

  subscribe(listener: OutboxListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // --- writing ----------------------------------------------------------------------------------------------

  /**
   * Accepts batches, all or none, in one transaction; returns their seqs once they are on the disk (R1).
   * Throws `OutboxError` when they were not accepted, `ProtocolError` for a body too large to travel.
   */
  append(batches: NewBatch[]): number[] {
    this.#assertOpen();
    const rows = batches.map((batch) => this.#rowOf(batch));
    this.#checkFile();
    this.#watchDisk();
    this.#pruneSometimes();
    const numbers = this.#insert(rows);
    const readings = rows.flatMap((row, i) =>
      isReadings(row.class) ? [{ row: numbers[i] as number, len: row.body.length, at: row.at }] : [],
    );
    if (readings.length > 0) for (const listener of this.#listeners) listener.appended(readings);
    return numbers;
  }

  /** Sends word of something that happened. Never throws: when even this cannot be kept it is logged. */
  report(event: Omit<AgentEvent, 'at'>): void {
    try {
      this.#insert([this.#rowOf(this.#eventBatch(event))]);
    } catch (error) {
      this.#log.error({ err: error, event }, `outbox: event ${event.code} could not be kept`);
    }
  }

  #eventBatch(event: Omit<AgentEvent, 'at'>): NewBatch {
    const at = Math.max(0, Math.round(this.#clock.wall()));
    const message = event.message.slice(0, 500);
    return {
      kind: 'events',
      body: { project: this.#options.project, events: [{ ...event, message, at }] },
      readings: 0,
      at,
    };
  }

  #rowOf(batch: NewBatch): NewRow {
    return this.#newRow(classOf(batch), streamOf(batch), batch.at, batch.readings, encodeBody(batch.body));
  }

  #newRow(rowClass: RowClass, stream: string, at: number, readings: number, body: Buffer): NewRow {
    return {
      class: rowClass,
      stream,
      at: Math.round(at),
      readings,
      boot: this.#options.boot,
      wall: Math.max(0, Math.round(this.#clock.wall())),
      mono: Math.max(0, this.#clock.mono()),
      hash: createHash('sha256').update(body).digest(),
      body,
    };
  }

  #insert(rows: NewRow[]): number[] {
    failpoint('agent.append.before');
    const bytes = rows.reduce((total, row) => total + row.body.length, 0);
    const numbers = this.#guard('append', (store) =>
      this.#withRoom(bytes, () =>
        store.transaction(() => {
          let next = store.nextRow();
          const given = rows.map((row) => store.insert(next++, row));
          if (store.freePages() < RESERVE_PAGES) throw new NoRoom();
          failpoint('agent.append.inside');
          return given;
        }),
      ),
    );
    failpoint('agent.append.after');
    this.#depth.batches += rows.length;
    this.#depth.bytes += bytes;
    return numbers;
  }

  // --- reading and confirming: for the uplink ---------------------------------------------------------------

  /** Unconfirmed rows of a lane after row number `after`, oldest first. */
  waiting(lane: RowLane, after: number, limit: number): WaitingRow[] {
    return this.#guard('read', (store) => store.waiting(lane, after, limit));
  }

  /**
   * A row as it is to be sent; undefined when it needs no sending any more. A row that is not what was
   * written makes way for a tombstone and an event.
   */
  read(row: number): StoredBatch | undefined {
    return this.#guard('read', (store) => {
      const found = store.read(row);
      if (!found || found.intact) return found;
      this.#buryDamaged(store, found);
      return undefined;
    });
  }

  /** Marks what the hub's ack names as delivered, one transaction for the whole ack; returns their rows. */
  confirm(outbox: string, ranges: readonly (readonly [from: number, to: number])[]): number[] {
    const done = this.#guard('confirm', (store) => {
      const now = this.#runningMs();
      const mark = (from: number, to: number) => store.confirm(outbox, from, to, now);
      const remove = (from: number, to: number) => store.confirmAndRemove(outbox, from, to);
      const all = (each: typeof mark) =>
        store.transaction(() => {
          const rows = ranges.flatMap(([from, to]) => each(from, to));
          failpoint('agent.confirm.inside');
          return rows;
        });
      try {
        return all(mark);
      } catch (error) {
        // A full file may lack the page a mark needs; deleting always works, and retained rows go first anyway.
        if (!isNoRoom(error)) throw error;
        return this.#withRoom(0, () => all(remove));
      }
    });
    failpoint('agent.confirm.after');
    for (const row of done) this.#account(-1, -row.len);
    return done.map((row) => row.row);
  }

  /** The rows on their way to the hub: they are not thinned. The set is read whenever room is made. */
  hold(rows: ReadonlySet<number>): void {
    this.#held = rows;
  }

  /** What a hello says of this outbox. */
  position(): { outbox: string; lowWatermark: number; nextSeq: number } {
    return this.#guard('read position', (store) => ({
      outbox: store.outboxId,
      lowWatermark: store.lowWatermark(),
      nextSeq: store.nextRow(),
    }));
  }

  /** Gives new rows a new identity, when another program uses the present one too (R5). */
  rotate(): string {
    return this.#guard('rotate', (store) => store.transaction(() => store.newOutbox()));
  }

  /**
   * Makes the confirmed rows still kept wait again, from `seq` on: the hub lost them (R10). Once for each
   * restore (`epoch`) and starting point, however often the hub asks. Returns how many.
   */
  replay(outbox: string, seq: number, epoch: string): number {
    const request = `${epoch} ${outbox} ${seq}`;
    const count = this.#guard('replay', (store) => {
      if (store.getMeta('replayed') === request) return 0;
      return store.transaction(() => {
        store.setMeta('replayed', request);
        return store.unconfirm(outbox, seq);
      });
    });
    if (count > 0) {
      this.#depth = this.#guard('count', (store) => store.totals());
      this.#tellReset();
    }
    return count;
  }

  /** The lease of the last welcome; 0 when there was none. Kept over restarts, so that a clone shows. */
  get lease(): number {
    return this.#guard('read lease', (store) => Number(store.getMeta('lease') ?? 0));
  }

  set lease(lease: number) {
    this.#guard('keep lease', (store) => store.setMeta('lease', lease));
  }

  /** Anchors this run's monotonic clock to the hub's clock. */
  anchor(anchorMs: number, uncertaintyMs: number): void {
    this.#guard('anchor', (store) =>
      store.transaction(() => store.setAnchor(this.#options.boot, anchorMs, uncertaintyMs)),
    );
  }

  /** Deletes confirmed rows that were kept long enough; returns how many. */
  prune(): number {
    const now = this.#runningMs();
    const count = this.#guard('prune', (store) =>
      store.transaction(() => {
        const rows = store.retained(PRUNE_ROWS, now - (this.#options.retainMs ?? 6 * HOUR));
        for (const { row } of rows) store.remove(row);
        store.setMeta('running_ms', now);
        failpoint('agent.prune.inside');
        return rows.length;
      }),
    );
    failpoint('agent.prune.after');
    return count;
  }

  #pruneSometimes(): void {
    if (this.#clock.mono() - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = this.#clock.mono();
    try {
      this.prune();
    } catch (error) {
      // Old rows staying longer harms nobody; when the disk is full, append deals with it.
      this.#log.warn({ err: error }, 'outbox: confirmed rows not pruned, will try again');
    }
  }

  /** How long agents have run on this file, ms: ages that no clock step can change. */
  #runningMs(): number {
    return Math.round(this.#runningBase + Math.max(0, this.#clock.mono() - this.#openedAt));
  }

  #account(batches: number, bytes: number): void {
    this.#depth.batches += batches;
    this.#depth.bytes += bytes;
  }

  #tellReset(): void {
    for (const listener of this.#listeners) listener.reset();
  }

  // --- room -------------------------------------------------------------------------------------------------

  /** Runs `work`; when there is no room, gives up what may be given up until it succeeds. */
  #withRoom<T>(bytes: number, work: () => T): T {
    for (let pass = 0; ; pass++) {
      try {
        return work();
      } catch (error) {
        if (!isNoRoom(error) || pass === MAX_PASSES) throw error;
        // A disk that fails although it has room is broken, and giving up readings would not mend it.
        if (sqliteCode(error) !== 'SQLITE_FULL' && !this.#isDiskLow()) throw error;
        if (!this.#makeRoom(bytes)) throw error;
      }
    }
  }

  /** Makes room once; false when nothing was gained. On a disk too full even for that, the ballast goes. */
  #makeRoom(bytes: number): boolean {
    const least = Math.max(2 * bytes, Math.min(Math.floor(this.#maxBytes / 64), 32 * MB));
    // Small rows lie many to a page: giving up a few may not free the page their tombstone needs, more will.
    for (let most = least; most <= 4 * this.#maxBytes; most *= 4) {
      try {
        return this.#sacrifice(most) || this.#releaseBallast();
      } catch (error) {
        if (!isNoRoom(error)) throw error;
      }
    }
    return this.#releaseBallast();
  }

  #releaseBallast(): boolean {
    if (!this.#ballast.release()) return false;
    this.#log.error({ folder: this.#options.folder }, 'outbox: disk full, reserve released: free disk space');
    return true;
  }

  #sacrifice(bytes: number): boolean {
    const store = this.#store as Store;
    const given = sacrifice(store, {
      bytes,
      now: this.#clock.wall(),
      project: this.#options.project,
      held: this.#held,
      bury: (tombstone, encoded) => this.#bury(store, tombstone, encoded),
    });
    if (!given) return false;
    this.#depth = store.totals();
    if (given.batches > 0) {
      this.#log.warn({ tombstones: given.tombstones }, `outbox: full, ${given.batches} batches given up`);
    }
    return true;
  }

  #bury(store: Store, tombstone: TombstoneBody, encoded: Buffer): void {
    store.insert(store.nextRow(), this.#newRow('tombstone', '', tombstone.at_to, 0, encoded));
  }

  #isDiskLow(): boolean {
    return this.#freeBytes() < Math.max(this.#ballast.bytes, MB);
  }

  #freeBytes(): number {
    return this.#options.freeBytes?.() ?? freeBytesOf(this.#options.folder);
  }

  /** Stops the file from growing while the disk is nearly full: what it holds is thinned instead. */
  #watchDisk(): void {
    const { db } = this.#store ?? {};
    if (!db) return;
    const reserve = Math.max(this.#ballast.bytes, MB);
    const free = this.#freeBytes();
    if (!this.#growthHeld && free < reserve) {
      this.#growthHeld = true;
      db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + RESERVE_PAGES}`);
      this.#log.error({ freeBytes: free }, 'outbox: disk nearly full, the outbox stops growing: free disk space');
      this.report({
        code: 'outbox.disk_full',
        severity: 'critical',
        subject: null,
        message:
          'The disk of the agent is nearly full: the outbox stops growing and thins old readings. Free disk space.',
        data: { free_bytes: free },
      });
    } else if (this.#growthHeld && free > 3 * reserve) {
      this.#growthHeld = false;
      db.pragma(`max_page_count = ${Math.floor(this.#maxBytes / Number(db.pragma('page_size', { simple: true })))}`);
      this.#log.info({ freeBytes: free }, 'outbox: disk has room again');
      this.report({
        code: 'outbox.disk_ok',
        severity: 'info',
        subject: null,
        message: 'The disk of the agent has room again.',
        data: { free_bytes: free },
      });
    }
    if (!this.#growthHeld && !this.#ballast.present && free > 3 * reserve && !this.#ballast.take()) {
      this.#log.warn('outbox: no room for the reserve file, will try again');
    }
  }

  // --- damage -----------------------------------------------------------------------------------------------

  /**
   * Every use of the file goes through here. Damage found on the way sets the file aside, salvages it and tries
   * once more; everything else becomes an `OutboxError`.
   */
  #guard<T>(doing: string, work: (store: Store) => T): T {
    this.#assertOpen();
    try {
      this.#store ??= this.#openStore();
      try {
        return work(this.#store);
      } catch (error) {
        if (!isDamage(error)) throw error;
        this.#store = this.#replaceDamaged(error);
        return work(this.#store);
      }
    } catch (error) {
      throw asOutboxError(error, doing, this.#path);
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new OutboxError('closed', `outbox ${this.#path} is closed`);
  }

  #openStore(): Store {
    this.#finishSalvage();
    try {
      return this.#adopt(new Store(openFile(this.#path, this.#maxBytes)));
    } catch (error) {
      if (!isDamage(error)) throw error;
      return this.#replaceDamaged(error);
    }
  }

  #adopt(store: Store): Store {
    assertDurable(store.db);
    this.#inode = statSync(this.#path).ino;
    this.#depth = store.totals();
    this.#openedAt = this.#clock.mono();
    this.#runningBase = Number(store.getMeta('running_ms') ?? 0);
    this.#growthHeld = false;
    return store;
  }

  /** Sets a damaged file aside and starts a new one with what can be read of it. */
  #replaceDamaged(cause: unknown): Store {
    this.#log.error({ err: cause, path: this.#path }, 'outbox: file is damaged, setting it aside and salvaging');
    this.#discardStore();
    // In place before the damaged file moves: a run killed from here on is taken up by the next one.
    rmSync(this.#salvagePath, { force: true });
    writeFileSync(this.#salvagePath, '');
    const aside = this.#moveAside('damaged');
    return this.#salvageFrom(aside, cause);
  }

  /** Takes up a salvage that was cut short. */
  #finishSalvage(): void {
    if (!existsSync(this.#salvagePath)) return;
    if (existsSync(this.#path)) {
      removeFile(this.#salvagePath);
      return;
    }
    const aside = readdirSync(this.#options.folder)
      .filter((name) => /^outbox-damaged-.*\.db$/.test(name))
      .sort()
      .at(-1);
    if (aside) this.#salvageFrom(join(this.#options.folder, aside), 'salvage was cut short').close();
    else removeFile(this.#salvagePath);
  }

  #salvageFrom(aside: string, cause: unknown): Store {
    let source: Database.Database | undefined;
    try {
      source = new Database(aside, { fileMustExist: true });
    } catch (error) {
      this.#log.error({ err: error, aside }, 'outbox: nothing can be read of the damaged file');
    }
    try {
      return this.#startAnew(source, {
        code: 'outbox.salvaged',
        severity: 'critical',
        subject: null,
        message: `The outbox file was damaged. It was set aside as ${aside}; what could be read was moved to a new file. Check the disk.`,
        data: { aside, cause: String(cause).slice(0, 300) },
      });
    } finally {
      source?.close();
    }
  }

  /** Builds a new file from what `source` still gives, puts it in place and opens it. */
  #startAnew(source: Database.Database | undefined, event: Omit<AgentEvent, 'at'>): Store {
    removeFile(this.#salvagePath);
    const fresh = new Store(openFile(this.#salvagePath, Number.MAX_SAFE_INTEGER));
    let saved: Salvaged = { batches: 0, readings: 0, lost: 0, tombstones: [] };
    try {
      if (source) saved = salvage(source, fresh);
      const { batches, readings, lost } = saved;
      fresh.transaction(() => {
        for (const tombstone of saved.tombstones) {
          const body = { ...tombstone, project: this.#options.project };
          this.#bury(fresh, body, encodeBody(body));
        }
        const told = {
          ...event,
          data: { ...event.data, salvaged_batches: batches, salvaged_readings: readings, lost_batches: lost },
        };
        fresh.insert(fresh.nextRow(), this.#rowOf(this.#eventBatch(told)));
      });
    } finally {
      fresh.close();
    }
    this.#discardStore();
    for (const tail of ['-wal', '-shm']) rmSync(this.#path + tail, { force: true });
    renameSync(this.#salvagePath, this.#path);
    this.#log.warn({ ...saved, tombstones: saved.tombstones.length }, 'outbox: new file in place');
    const store = this.#adopt(new Store(openFile(this.#path, this.#maxBytes)));
    this.#tellReset();
    return store;
  }

  /** Notices that the file was deleted or replaced under us, and writes it anew from the open connection. */
  #checkFile(): void {
    const store = this.#store;
    if (!store || statSync(this.#path, { throwIfNoEntry: false })?.ino === this.#inode) return;
    this.#log.error({ path: this.#path }, 'outbox: the file was deleted while in use, writing it anew');
    try {
      mkdirSync(this.#options.folder, { recursive: true, mode: 0o700 });
      if (existsSync(this.#path)) this.#moveAside('found');
      this.#store = this.#startAnew(store.db, {
        code: 'outbox.recreated',
        severity: 'critical',
        subject: null,
        message: `The outbox file ${this.#path} was deleted or replaced while in use. Its batches were written to a new file.`,
        data: {},
      });
    } catch (error) {
      throw asOutboxError(error, 'write the deleted outbox anew', this.#path);
    }
  }

  get #salvagePath(): string {
    return join(this.#options.folder, 'outbox-salvage.db');
  }

  #moveAside(why: 'damaged' | 'found'): string {
    const time = new Date(this.#clock.wall()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    let aside = '';
    for (let n = 0; aside === '' || existsSync(aside); n++) {
      aside = join(this.#options.folder, `outbox-${why}-${time}-${n}.db`);
    }
    renameSync(this.#path, aside);
    for (const tail of ['-wal', '-shm']) if (existsSync(this.#path + tail)) renameSync(this.#path + tail, aside + tail);
    return aside;
  }

  #discardStore(): void {
    const store = this.#store;
    this.#store = undefined;
    try {
      store?.close();
    } catch (error) {
      this.#log.warn({ err: error }, 'outbox: closing the damaged file failed');
    }
  }

  #buryDamaged(store: Store, row: StoredBatch): void {
    const body: TombstoneBody = {
      project: this.#options.project,
      class: 'damaged',
      outbox: row.outbox,
      ...rangeOf([row]),
      batches: 1,
      readings: row.readings,
      reason: 'row is not what was written: damaged on the disk',
    };
    store.transaction(() => {
      store.remove(row.row);
      this.#bury(store, body, encodeBody(body));
    });
    this.#depth = store.totals();
    this.#log.error({ outbox: row.outbox, seq: row.seq }, 'outbox: a batch was damaged on the disk: check it');
    this.report({
      code: 'outbox.row_damaged',
      severity: 'critical',
      subject: null,
      message: 'A batch in the outbox was damaged on the disk and could not be sent. Check the disk.',
      data: { outbox: row.outbox, seq: row.seq, readings: row.readings },
    });
  }
}

function removeFile(path: string): void {
  for (const tail of ['', '-wal', '-shm']) rmSync(path + tail, { force: true });
}

function isReadings(rowClass: RowClass): boolean {
  return rowClass === 'frames' || rowClass === 'meters';
}

function classOf(batch: NewBatch): RowClass {
  if (batch.kind !== 'frames') return batch.kind;
  // One meter among the frames is enough: its counter must not be dropped with them.
  return framesOf(batch).some((frame) => frame.kind === 'meter') ? 'meters' : 'frames';
}

function streamOf(batch: NewBatch): string {
  if (batch.kind !== 'frames') return '';
  return framesOf(batch)
    .map((frame) => (frame.kind === 'container' ? frame.container : frame.meter))
    .join(' ');
}

function framesOf(batch: NewBatch): Frame[] {
  return (batch.body as { frames: Frame[] }).frames;
}
