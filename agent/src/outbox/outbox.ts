import { mkdirSync } from 'node:fs';
import { type BatchBody, type BatchKind, failpoint } from '@hearst/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { defaultMaxBytes } from './ballast.ts';
import { Capacity } from './capacity.ts';
import { DiskWatch } from './disk-watch.ts';
import { RowEncoder } from './encoder.ts';
import { asOutboxError, isNoRoom } from './errors.ts';
import { type NewEvent, rowDamaged } from './events.ts';
import { LiveStore } from './live-store.ts';
import { Retention } from './retention.ts';
import {
  isReadings,
  type NewRow,
  type RowLane,
  type Store,
  type StoredBatch,
  type Totals,
  type WaitingRow,
} from './store.ts';
import { lossOf } from './tombstone.ts';

/**
 * What the site has read and the hub has not confirmed, in one SQLite file owned by one connection.
 *
 * - When `append` returns, its batches survive kill -9 and power cuts: one transaction, `synchronous=FULL` (R1;
 *   file.ts).
 * - A batch is `(outbox id, seq)` for ever. The id is a random UUID made with the file and kept inside it; seq
 *   is never given out twice, not even after a delete (R4; store.ts).
 * - A row waits until the hub's ack names it (R3), then stays 6 h for a hub restored from a backup (R10), by
 *   the time agents have run and not by the wall clock, which may jump (retention.ts).
 * - The file never outgrows its cap (capacity.ts). What is given up for that, and in which order: see eviction.ts.
 *   No row goes unconfirmed without a tombstone in the same transaction (R6). New data is refused only when
 *   nothing older may be given up.
 * - A damaged file is set aside and what can be read of it moves to a new file with a new id, under the old
 *   identities (recovery.ts, salvage.ts); every row is checked against its seal and hash before it is sent.
 * - `depth` counts unconfirmed rows only.
 *
 * The way of a batch: `append`, then `next` and `read` (the uplink sends it), then `confirm`.
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

const RETAIN_MS = 6 * 3_600_000;

export class Outbox {
  readonly #log: Logger;
  readonly #maxBytes: number;
  readonly #encoder: RowEncoder;
  readonly #disk: DiskWatch;
  readonly #capacity: Capacity;
  readonly #retention: Retention;
  readonly #file: LiveStore;
  readonly #options: OutboxOptions;
  readonly #listeners = new Set<OutboxListener>();

  private constructor(options: OutboxOptions) {
    const { folder, maxBytes = defaultMaxBytes(folder), ballastBytes, freeBytes, clock, log } = options;
    this.#options = options;
    this.#log = log;
    this.#maxBytes = maxBytes;
    this.#encoder = new RowEncoder(options);
    this.#disk = new DiskWatch({ folder, maxBytes, ballastBytes, freeBytes, log });
    this.#capacity = new Capacity({ maxBytes, clock, encoder: this.#encoder, disk: this.#disk, log });
    this.#retention = new Retention(clock, options.retainMs ?? RETAIN_MS);
    this.#file = new LiveStore({
      folder,
      maxBytes,
      clock,
      encoder: this.#encoder,
      log,
      onOpened: (store) => {
        this.#retention.opened(store);
        this.#disk.opened();
      },
      onReplaced: () => this.#tellReset(),
    });
  }

  /** Opens the outbox of a folder, made when it is not there. Throws `OutboxError`. */
  static open(options: OutboxOptions): Outbox {
    let outbox: Outbox;
    try {
      mkdirSync(options.folder, { recursive: true, mode: 0o700 });
      outbox = new Outbox(options);
    } catch (error) {
      throw asOutboxError(error, 'open outbox', options.folder);
    }
    outbox.#file.use('open outbox', () => undefined);
    outbox.#watchDisk();
    return outbox;
  }

  close(): void {
    this.#file.close((store) => this.#retention.save(store));
  }

  // --- append: for the poller -------------------------------------------------------------------------------

  /**
   * Accepts batches, all or none, in one transaction; returns their seqs once they are on the disk (R1).
   * Throws `OutboxError` when they were not accepted, `ProtocolError` for a body too large to travel.
   */
  append(batches: NewBatch[]): number[] {
    this.#file.assertOpen();
    const rows = batches.map((batch) => this.#encoder.batch(batch));
    this.#file.checkInPlace();
    this.#watchDisk();
    this.#pruneWhenDue();
    const seqs = this.#insert(rows);
    const readings = rows.flatMap((row, i) =>
      isReadings(row.class) ? [{ row: seqs[i] as number, len: row.body.length, at: row.at }] : [],
    );
    if (readings.length > 0) for (const listener of this.#listeners) listener.appended(readings);
    return seqs;
  }

  /** Sends word of something that happened. Never throws: when even this cannot be kept it is logged. */
  report(event: NewEvent): void {
    try {
      this.#insert([this.#encoder.event(event)]);
    } catch (error) {
      this.#log.error({ err: error, event }, `outbox: event ${event.code} could not be kept`);
    }
  }

  #insert(rows: NewRow[]): number[] {
    failpoint('agent.append.before');
    const bytes = rows.reduce((total, row) => total + row.body.length, 0);
    const seqs = this.#file.use('append', (store) =>
      this.#capacity.withRoom(store, bytes, () =>
        store.transaction(() => {
          const given = store.append(rows);
          this.#capacity.assertReserve(store);
          failpoint('agent.append.inside');
          return given;
        }),
      ),
    );
    failpoint('agent.append.after');
    return seqs;
  }

  // --- next, read, confirm: for the uplink ------------------------------------------------------------------

  /** The next unconfirmed rows of a lane, those after row number `after`, oldest first. */
  next(lane: RowLane, after: number, limit: number): WaitingRow[] {
    return this.#file.use('read', (store) => store.waiting(lane, after, limit));
  }

  /**
   * A row as it is to be sent; undefined when it needs no sending any more. A row that is not what was
   * written makes way for a tombstone and an event.
   */
  read(row: number): StoredBatch | undefined {
    return this.#file.use('read', (store) => {
      const found = store.read(row);
      if (!found || found.intact) return found;
      this.#buryDamaged(store, found);
      return undefined;
    });
  }

  #buryDamaged(store: Store, row: StoredBatch): void {
    const reason = 'row is not what was written: damaged on the disk';
    const loss = lossOf([row], { class: 'damaged', outbox: row.outbox, reason });
    store.transaction(() => {
      store.remove(row.row);
      store.append([this.#encoder.tombstone(loss)]);
    });
    this.#log.error({ outbox: row.outbox, seq: row.seq }, 'outbox: a batch was damaged on the disk: check it');
    this.report(rowDamaged(row));
  }

  /** Marks what the hub's ack names as delivered, one transaction for the whole ack; returns their rows. */
  confirm(outbox: string, ranges: readonly (readonly [from: number, to: number])[]): number[] {
    const rows = this.#file.use('confirm', (store) => {
      const now = this.#retention.runningMs();
      const all = (each: (from: number, to: number) => number[]) =>
        store.transaction(() => {
          const confirmed = ranges.flatMap(([from, to]) => each(from, to));
          failpoint('agent.confirm.inside');
          return confirmed;
        });
      try {
        return all((from, to) => store.confirm(outbox, from, to, now));
      } catch (error) {
        // A full file may lack the page a mark needs; deleting always works, and retained rows go first anyway.
        if (!isNoRoom(error)) throw error;
        return this.#capacity.withRoom(store, 0, () => all((from, to) => store.confirmAndRemove(outbox, from, to)));
      }
    });
    failpoint('agent.confirm.after');
    return rows;
  }

  /** The rows on their way to the hub: they are not given up. The set is read whenever room is made. */
  hold(rows: ReadonlySet<number>): void {
    this.#capacity.hold(rows);
  }

  /** Hears of new rows, and when all it knew of rows is no longer so; returns how to stop hearing. */
  subscribe(listener: OutboxListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tellReset(): void {
    for (const listener of this.#listeners) listener.reset();
  }

  // --- what agent and hub settle in hello and welcome -------------------------------------------------------

  /** The identity under which new batches travel. */
  get id(): string {
    return this.#file.use('read id', (store) => store.outboxId);
  }

  /** What a hello says of this outbox. */
  position(): { outbox: string; lowWatermark: number; nextSeq: number } {
    return this.#file.use('read position', (store) => ({
      outbox: store.outboxId,
      lowWatermark: store.lowWatermark(),
      nextSeq: store.nextRow(),
    }));
  }

  /** Gives new rows a new identity, when another program uses the present one too (R5). */
  rotate(): string {
    return this.#file.use('rotate', (store) => store.transaction(() => store.newOutbox()));
  }

  /**
   * Makes the confirmed rows still kept wait again, from `seq` on: the hub lost them (R10). Once for each
   * restore (`epoch`) and starting point, however often the hub asks. Returns how many.
   */
  replay(outbox: string, seq: number, epoch: string): number {
    const request = `${epoch} ${outbox} ${seq}`;
    const count = this.#file.use('replay', (store) => {
      if (store.getMeta('replayed') === request) return 0;
      return store.transaction(() => {
        store.setMeta('replayed', request);
        return store.unconfirm(outbox, seq);
      });
    });
    if (count > 0) this.#tellReset();
    return count;
  }

  /** The lease of the last welcome; 0 when there was none. Kept over restarts, so that a clone shows. */
  get lease(): number {
    return this.#file.use('read lease', (store) => Number(store.getMeta('lease') ?? 0));
  }

  set lease(lease: number) {
    this.#file.use('keep lease', (store) => store.setMeta('lease', lease));
  }

  /** Anchors this run's monotonic clock to the hub's clock. */
  anchor(anchorMs: number, uncertaintyMs: number): void {
    this.#file.use('anchor', (store) =>
      store.transaction(() => store.setAnchor(this.#options.boot, anchorMs, uncertaintyMs)),
    );
  }

  // --- figures ----------------------------------------------------------------------------------------------

  /** What waits for the hub: batches, bytes of their bodies, and when the oldest was read. */
  depth(): Totals & { oldestAt: number | null } {
    return this.#file.use('read depth', (store) => ({ ...store.totals, oldestAt: store.oldestAt() }));
  }

  /** The cap, what the file takes up now, and the settings durability rests on. */
  settings(): { maxBytes: number; fileBytes: number; synchronous: number; journal: string; path: string } {
    return this.#file.use('read settings', ({ db }) => ({
      maxBytes: this.#maxBytes,
      fileBytes: Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true })),
      synchronous: Number(db.pragma('synchronous', { simple: true })),
      journal: String(db.pragma('journal_mode', { simple: true })),
      path: this.#file.path,
    }));
  }

  // --- upkeep, before each append ---------------------------------------------------------------------------

  /** Deletes confirmed rows that were kept long enough; returns how many. */
  prune(): number {
    const count = this.#file.use('prune', (store) => this.#retention.prune(store));
    failpoint('agent.prune.after');
    return count;
  }

  #pruneWhenDue(): void {
    if (!this.#retention.isDue()) return;
    try {
      this.prune();
    } catch (error) {
      // Old rows staying longer harms nobody; when the disk is full, append deals with it.
      this.#log.warn({ err: error }, 'outbox: confirmed rows not pruned, will try again');
    }
  }

  #watchDisk(): void {
    const { current } = this.#file;
    if (current) this.#disk.look(current.db, (event) => this.report(event));
  }
}
