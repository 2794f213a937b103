import { createHash, randomUUID } from 'node:crypto';
import type { BatchKind } from '@hearst/protocol';
import type Database from 'better-sqlite3';

/** What a row is worth when room runs out: only `frames` and, last of all, `meters` are ever thinned. */
export type RowClass = 'events' | 'tombstone' | 'inventory' | 'frames' | 'meters';
/** `event` rows go first; `readings` rows go live or as backlog. */
export type RowLane = 'event' | 'readings';

/** A row as it is written: encoded, with the clocks of the moment. */
export interface NewRow {
  class: RowClass;
  /** The ids of the containers or meters a batch of frames is about; empty for the other classes. */
  stream: string;
  at: number;
  readings: number;
  boot: string;
  wall: number;
  mono: number;
  hash: Buffer;
  body: Buffer;
  /** The identity it had in the file it was salvaged from. */
  origin?: { outbox: string; seq: number };
}

/** An unconfirmed row, without its body. */
export interface WaitingRow {
  row: number;
  len: number;
  at: number;
}

/** A row as the uplink sends it. */
export interface StoredBatch {
  row: number;
  outbox: string;
  seq: number;
  kind: BatchKind;
  class: RowClass;
  /** As in NewRow. */
  stream: string;
  at: number;
  readings: number;
  boot: string;
  wall: number;
  mono: number;
  /** Hub time minus the boot's monotonic clock, ms; null while never compared. */
  anchorMs: number | null;
  hash: Buffer;
  body: Buffer;
  /** Whether row and body are as they were written. */
  intact: boolean;
}

/** What waits for the hub: batches, and bytes of their bodies. */
export interface Totals {
  batches: number;
  bytes: number;
}

/** One row considered for thinning. */
export interface Candidate {
  row: number;
  outbox: number;
  seq: number;
  stream: number;
  at: number;
  readings: number;
  len: number;
}

export function kindOf(rowClass: RowClass): BatchKind {
  return rowClass === 'meters' ? 'frames' : rowClass;
}

/** Whether rows of a class go in the readings lane. */
export function isReadings(rowClass: RowClass): boolean {
  return rowClass === 'frames' || rowClass === 'meters';
}

type Sealed = Pick<StoredBatch, 'outbox' | 'seq' | 'class' | 'at' | 'readings' | 'boot' | 'wall' | 'mono' | 'hash'>;

/** Eight bytes that show whether a row still says what was written: SQLite has no checksums of its own. */
function sealOf(row: Sealed): Buffer {
  const text = [row.outbox, row.seq, row.class, row.at, row.readings, row.boot, row.wall, row.mono].join(' ');
  return createHash('sha256').update(text).update(row.hash).digest().subarray(0, 8);
}

/** Whether a row and its body are exactly what was appended. */
export function isIntact(row: Sealed & { seal: Buffer; body: Buffer }): boolean {
  return sealOf(row).equals(row.seal) && createHash('sha256').update(row.body).digest().equals(row.hash);
}

/** The SQL of the outbox, one file. Decides nothing; the caller owns transactions. */
export class Store {
  readonly db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #interned = new Map<string, number>();
  #totals: Totals;

  constructor(db: Database.Database) {
    this.db = db;
    if (this.getMeta('current_outbox') === undefined) this.newOutbox();
    this.#totals = this.#count();
  }

  close(): void {
    this.db.close();
  }

  #sql(text: string): Database.Statement {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.db.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  /** Runs `work` in one transaction; what it interned and counted is forgotten again when it fails. */
  transaction<T>(work: () => T): T {
    const before = { ...this.#totals };
    try {
      return this.db.transaction(work).immediate();
    } catch (error) {
      this.#interned.clear();
      this.#totals = before;
      throw error;
    }
  }

  // --- identity ---------------------------------------------------------------------------------------------

  /** The id under which new rows travel. */
  get outboxId(): string {
    return String(this.getMeta('current_outbox'));
  }

  /** Gives new rows a new identity (R4); those there keep theirs. */
  newOutbox(): string {
    const id = randomUUID();
    this.setMeta('current_outbox', id);
    return id;
  }

  /** The number the next row gets: one past the largest this file ever gave out, deleted or not. */
  nextRow(): number {
    const last = this.#sql("SELECT seq FROM sqlite_sequence WHERE name = 'batches'").get() as
      | { seq: number }
      | undefined;
    return (last?.seq ?? 0) + 1;
  }

  /**
   * The lowest number of the current outbox that may still be sent, the next one when there is none. Confirmed
   * rows count while they are kept: a hub restored from a backup asks for them again, and must then not take
   * them for known because their keys were compacted (R9, R10).
   */
  lowWatermark(): number {
    const { first } = this.#sql(
      'SELECT min(seq) AS first FROM batches WHERE outbox = (SELECT n FROM outboxes WHERE id = ?)',
    ).get(this.outboxId) as { first: number | null };
    return first ?? this.nextRow();
  }

  getMeta(key: string): string | number | undefined {
    return (this.#sql('SELECT value FROM meta WHERE key = ?').get(key) as { value: string | number } | undefined)
      ?.value;
  }

  setMeta(key: string, value: string | number): void {
    this.#sql('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(key, value);
  }

  /** The number of a name in one of the look-up tables, made when it is new. */
  intern(table: 'outboxes' | 'boots' | 'streams', name: string): number {
    const key = `${table} ${name}`;
    const known = this.#interned.get(key);
    if (known !== undefined) return known;
    const column = table === 'streams' ? 'name' : 'id';
    this.#sql(`INSERT INTO ${table} (${column}) VALUES (?) ON CONFLICT DO NOTHING`).run(name);
    const { n } = this.#sql(`SELECT n FROM ${table} WHERE ${column} = ?`).get(name) as { n: number };
    this.#interned.set(key, n);
    return n;
  }

  nameOfOutbox(n: number): string {
    return (this.#sql('SELECT id FROM outboxes WHERE n = ?').get(n) as { id: string }).id;
  }

  /** Anchors a boot's monotonic clock to the hub's clock. */
  setAnchor(boot: string, anchorMs: number, uncertaintyMs: number): void {
    const n = this.intern('boots', boot);
    this.#sql('UPDATE boots SET anchor_ms = ?, uncertainty_ms = ? WHERE n = ?').run(anchorMs, uncertaintyMs, n);
  }

  // --- rows -------------------------------------------------------------------------------------------------

  /** Writes rows under the next numbers and returns the seqs under which they travel. */
  append(rows: readonly NewRow[]): number[] {
    const first = this.nextRow();
    const { outboxId } = this;
    return rows.map((fresh, i) => this.#insert(first + i, fresh.origin ?? { outbox: outboxId, seq: first + i }, fresh));
  }

  #insert(row: number, { outbox, seq }: { outbox: string; seq: number }, fresh: NewRow): number {
    this.#sql(
      `INSERT INTO batches (row, outbox, seq, class, readings_lane, stream, at, readings, boot, wall, mono, hash, len, seal)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      row,
      this.intern('outboxes', outbox),
      seq,
      fresh.class,
      isReadings(fresh.class) ? 1 : 0,
      this.intern('streams', fresh.stream),
      fresh.at,
      fresh.readings,
      this.intern('boots', fresh.boot),
      fresh.wall,
      fresh.mono,
      fresh.hash,
      fresh.body.length,
      sealOf({ ...fresh, outbox, seq }),
    );
    this.#sql('INSERT INTO bodies VALUES (?, ?)').run(row, fresh.body);
    this.#totals.batches++;
    this.#totals.bytes += fresh.body.length;
    return seq;
  }

  /** Unconfirmed rows of a lane after `row`, oldest first. */
  waiting(lane: RowLane, after: number, limit: number): WaitingRow[] {
    return this.#sql(
      `SELECT row, len, at FROM batches INDEXED BY batches_waiting
       WHERE confirmed IS NULL AND readings_lane = ? AND row > ? ORDER BY row LIMIT ?`,
    ).all(lane === 'event' ? 0 : 1, after, limit) as WaitingRow[];
  }

  /** One row with its body (empty when the body is gone); undefined when it is confirmed or deleted. */
  read(row: number): StoredBatch | undefined {
    const found = this.#sql(
      `SELECT b.row, o.id AS outbox, b.seq, b.class, s.name AS stream, b.at, b.readings, t.id AS boot, b.wall, b.mono,
              t.anchor_ms AS anchorMs, b.hash, b.seal, d.body
       FROM batches b JOIN outboxes o ON o.n = b.outbox JOIN boots t ON t.n = b.boot
       JOIN streams s ON s.n = b.stream LEFT JOIN bodies d ON d.row = b.row WHERE b.row = ? AND b.confirmed IS NULL`,
    ).get(row) as (Omit<StoredBatch, 'kind' | 'body' | 'intact'> & { seal: Buffer; body: Buffer | null }) | undefined;
    if (!found) return undefined;
    const body = found.body ?? Buffer.alloc(0);
    return { ...found, kind: kindOf(found.class), body, intact: isIntact({ ...found, body }) };
  }

  /** Marks what an ack names; returns the rows that were still waiting. */
  confirm(outboxId: string, from: number, to: number, runningMs: number): number[] {
    const rows = this.#sql(
      `UPDATE batches SET confirmed = ? WHERE outbox = (SELECT n FROM outboxes WHERE id = ?)
       AND seq BETWEEN ? AND ? AND confirmed IS NULL RETURNING row, len`,
    ).all(runningMs, outboxId, from, to) as { row: number; len: number }[];
    for (const { len } of rows) this.#leaves(len);
    return rows.map(({ row }) => row);
  }

  /** Like `confirm`, but the rows go at once: what is left when there is not even room for the mark. */
  confirmAndRemove(outboxId: string, from: number, to: number): number[] {
    const rows = this.#sql(
      `SELECT row FROM batches WHERE outbox = (SELECT n FROM outboxes WHERE id = ?)
       AND seq BETWEEN ? AND ? AND confirmed IS NULL`,
    ).all(outboxId, from, to) as { row: number }[];
    for (const { row } of rows) this.remove(row);
    return rows.map(({ row }) => row);
  }

  /** Makes confirmed rows wait again: those of `outboxId` from `seq` on, and those of all other identities. */
  unconfirm(outboxId: string, seq: number): number {
    const { changes } = this.#sql(
      `UPDATE batches SET confirmed = NULL WHERE confirmed IS NOT NULL
       AND (seq >= ? OR outbox <> ifnull((SELECT n FROM outboxes WHERE id = ?), -1))`,
    ).run(seq, outboxId);
    this.#totals = this.#count();
    return changes;
  }

  remove(row: number): void {
    this.#sql('DELETE FROM bodies WHERE row = ?').run(row);
    const gone = this.#sql('DELETE FROM batches WHERE row = ? RETURNING len, confirmed').get(row) as
      | { len: number; confirmed: number | null }
      | undefined;
    if (gone?.confirmed === null) this.#leaves(gone.len);
  }

  // --- what may be given up ---------------------------------------------------------------------------------

  /** Confirmed rows, first confirmed first. */
  retained(limit: number, confirmedBefore = Number.MAX_SAFE_INTEGER): { row: number; len: number }[] {
    return this.#sql(
      `SELECT row, len FROM batches INDEXED BY batches_retained
       WHERE confirmed IS NOT NULL AND confirmed < ? ORDER BY confirmed, row LIMIT ?`,
    ).all(confirmedBefore, limit) as { row: number; len: number }[];
  }

  /** Unconfirmed rows of a class taken before `before`, in the order they were written. */
  *candidates(rowClass: RowClass, before: number): Generator<Candidate> {
    const page = this.#sql(
      `SELECT row, outbox, seq, stream, at, readings, len FROM batches INDEXED BY batches_waiting
       WHERE confirmed IS NULL AND readings_lane = 1 AND row > ? AND class = ? AND at < ? ORDER BY row LIMIT 1000`,
    );
    for (let after = 0; ; ) {
      const rows = page.all(after, rowClass, before) as Candidate[];
      yield* rows;
      const last = rows.at(-1);
      if (!last) return;
      after = last.row;
    }
  }

  // --- figures ----------------------------------------------------------------------------------------------

  /** Pages the file may still use, those inside it and those it may grow by. */
  freePages(): number {
    const [most, used, free] = ['max_page_count', 'page_count', 'freelist_count'].map((name) =>
      Number(this.db.pragma(name, { simple: true })),
    ) as [number, number, number];
    return most - used + free;
  }

  /** Unconfirmed batches and their bytes. */
  get totals(): Totals {
    return { ...this.#totals };
  }

  #leaves(bytes: number): void {
    this.#totals.batches--;
    this.#totals.bytes -= bytes;
  }

  #count(): Totals {
    return this.#sql(
      'SELECT count(*) AS batches, ifnull(sum(len), 0) AS bytes FROM batches WHERE confirmed IS NULL',
    ).get() as Totals;
  }

  /** When the oldest unconfirmed row was taken, ms since 1970. */
  oldestAt(): number | null {
    const times = (['event', 'readings'] as const).flatMap((lane) => this.waiting(lane, 0, 1).map((row) => row.at));
    return times.length === 0 ? null : Math.min(...times);
  }
}
