import type Database from 'better-sqlite3';
import { isNoRoom, sqliteCode } from './errors.ts';
import { isIntact, type NewRow, type RowClass, type Store } from './store.ts';
import { type Loss, lossOf } from './tombstone.ts';

/**
 * Copies what can be read of a damaged (or unlinked) file into a new one.
 *
 * - A salvaged batch keeps the identity it had: the hub may have it already, and then says so.
 * - Confirmed batches come along as unconfirmed ones: a damaged mark must not cost a reading.
 * - Only rows whose seal and body hash hold are believed; the others are counted in a tombstone.
 */
export interface Salvaged {
  batches: number;
  readings: number;
  /** Batches known to have been there and not readable any more. */
  lost: number;
  tombstones: Loss[];
}

interface DamagedRow {
  row: number;
  outbox: number;
  seq: number;
  class: RowClass;
  stream: number;
  at: number;
  readings: number;
  boot: number;
  wall: number;
  mono: number;
  hash: Buffer;
  seal: Buffer;
}

interface Lost {
  outbox: string;
  seq: number;
  at: number;
  /** null when the row itself is unreadable. */
  readings: number | null;
}

/** Rows written to the new file in one transaction. */
const CHUNK = 200;
const CLASSES: readonly string[] = ['events', 'tombstone', 'inventory', 'frames', 'meters'];

export function salvage(source: Database.Database, target: Store): Salvaged {
  const reader = new DamagedReader(source);
  const result: Salvaged = { batches: 0, readings: 0, lost: 0, tombstones: [] };
  const lost: Lost[] = [];
  const seen = new Set<string>();
  let chunk: NewRow[] = [];
  let room = true;
  const flush = () => {
    const rows = chunk;
    chunk = [];
    try {
      target.transaction(() => target.append(rows));
      result.batches += rows.length;
      result.readings += rows.reduce((total, row) => total + row.readings, 0);
    } catch (error) {
      if (!isNoRoom(error)) throw error;
      // The file that was set aside keeps them; a person can free the disk and salvage again.
      room = false;
      for (const row of rows) if (row.origin) lost.push({ ...row.origin, at: row.at, readings: row.readings });
    }
  };
  for (const found of reader.rows()) {
    if ('lost' in found) lost.push(found.lost);
    else {
      const key = `${found.fresh.origin?.outbox} ${found.fresh.origin?.seq}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (room) chunk.push(found.fresh);
      else if (found.fresh.origin) {
        lost.push({ ...found.fresh.origin, at: found.fresh.at, readings: found.fresh.readings });
      }
    }
    if (chunk.length >= CHUNK) flush();
  }
  if (chunk.length > 0) flush();
  for (const [boot, anchorMs, uncertaintyMs] of reader.anchors()) target.setAnchor(boot, anchorMs, uncertaintyMs);
  result.lost = lost.length;
  result.tombstones = [...Map.groupBy(lost, (row) => row.outbox)].map(([outbox, rows]) => entomb(outbox, rows, room));
  return result;
}

function entomb(outbox: string, rows: Lost[], room: boolean): Loss {
  const unknown = rows.filter((row) => row.readings === null).length;
  const why = room ? 'damaged file' : 'damaged file, no room to salvage all';
  return lossOf(rows, {
    class: 'damaged',
    outbox,
    reason: unknown === 0 ? why : `${why}; readings of up to ${unknown} of these batches are unknown`,
  });
}

/** Reads a file in which any page may be damaged: each statement may throw, and each is tried alone. */
class DamagedReader {
  readonly #db: Database.Database;
  readonly #outboxes: Map<number, string>;
  readonly #boots: Map<number, { id: string; anchor: number | null; uncertainty: number | null }>;
  readonly #streams: Map<number, string>;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#outboxes = new Map(this.#table<{ n: number; id: string }>('outboxes').map((row) => [row.n, row.id]));
    this.#streams = new Map(this.#table<{ n: number; name: string }>('streams').map((row) => [row.n, row.name]));
    this.#boots = new Map(
      this.#table<{ n: number; id: string; anchor_ms: number | null; uncertainty_ms: number | null }>('boots').map(
        (row) => [row.n, { id: row.id, anchor: row.anchor_ms, uncertainty: row.uncertainty_ms }],
      ),
    );
  }

  *anchors(): Generator<[boot: string, anchorMs: number, uncertaintyMs: number]> {
    for (const boot of this.#boots.values()) {
      if (boot.anchor !== null) yield [boot.id, boot.anchor, boot.uncertainty ?? 0];
    }
  }

  *rows(): Generator<{ fresh: NewRow } | { lost: Lost }> {
    const last = this.#lastRow();
    let place: { outbox: string; at: number } | undefined;
    let hidden: [from: number, to: number] | undefined;
    for (let after = 0; ; ) {
      let found = this.#next(after);
      if (found === 'damaged') {
        const readable = this.#pastDamage(after, last);
        hidden = [after + 1, readable];
        after = readable;
        found = after >= last ? 'end' : this.#next(after);
      }
      const known = found !== 'end' && found !== 'damaged' ? this.#placeOf(found) : undefined;
      place = place ?? known;
      if (hidden && place) {
        for (let seq = hidden[0]; seq <= hidden[1]; seq++) yield { lost: { ...place, seq, readings: null } };
        hidden = undefined;
      }
      if (found === 'end' || found === 'damaged') return;
      place = known ?? place;
      after = Math.max(found.row, after + 1);
      const taken = this.#take(found);
      if (taken) yield { fresh: taken };
      else if (known)
        yield { lost: { ...known, seq: found.seq, readings: isCount(found.readings) ? found.readings : null } };
    }
  }

  #placeOf(found: DamagedRow): { outbox: string; at: number } | undefined {
    const outbox = this.#outboxes.get(found.outbox);
    return outbox && isCount(found.at) && isCount(found.seq) ? { outbox, at: found.at } : undefined;
  }

  /**
   * A damaged page hides all rows on it. Finds the smallest number after which rows can be read again: one by
   * one over a page's worth, then in doubling strides (an inner page hides thousands), going back by halves.
   */
  #pastDamage(after: number, last: number): number {
    let damaged = after;
    for (let stride = 1; ; stride = damaged - after < 100 ? 1 : stride * 2) {
      const next = Math.min(damaged + stride, last);
      if (next >= last || this.#next(next) !== 'damaged') return this.#firstReadable(damaged, next);
      damaged = next;
    }
  }

  #firstReadable(damaged: number, readable: number): number {
    let low = damaged;
    let high = readable;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#next(middle) === 'damaged') low = middle;
      else high = middle;
    }
    return high;
  }

  /** The row with its body when both are what was written. */
  #take(found: DamagedRow): NewRow | undefined {
    const body = this.#body(found.row);
    const outbox = this.#outboxes.get(found.outbox);
    const boot = this.#boots.get(found.boot)?.id;
    if (!body || !outbox || !boot || !CLASSES.includes(found.class)) return undefined;
    if (!Buffer.isBuffer(found.hash) || !Buffer.isBuffer(found.seal)) return undefined;
    if (!isIntact({ ...found, outbox, boot, body })) return undefined;
    const { row: _row, seal: _seal, seq, ...rest } = found;
    return {
      ...rest,
      boot,
      body,
      stream: this.#streams.get(found.stream) ?? `stream ${found.stream}`,
      origin: { outbox, seq },
    };
  }

  #next(after: number): DamagedRow | 'damaged' | 'end' {
    const row = this.#try<DamagedRow | undefined>(
      `SELECT row, outbox, seq, class, stream, at, readings, boot, wall, mono, hash, seal
       FROM batches NOT INDEXED WHERE row > ? ORDER BY row LIMIT 1`,
      after,
    );
    if (row === 'damaged') return row;
    return row ?? 'end';
  }

  #body(row: number): Buffer | undefined {
    const found = this.#try<{ body: Buffer } | undefined>('SELECT body FROM bodies WHERE row = ?', row);
    return found === 'damaged' || !Buffer.isBuffer(found?.body) ? undefined : found.body;
  }

  /** The largest row number the file may hold. */
  #lastRow(): number {
    const given = this.#try<{ seq: number } | undefined>(
      "SELECT seq FROM sqlite_sequence WHERE name = 'batches' AND seq > ?",
      0,
    );
    const last = this.#try<{ row: number } | undefined>(
      'SELECT row FROM batches NOT INDEXED WHERE row > ? ORDER BY row DESC LIMIT 1',
      0,
    );
    const numbers = [given === 'damaged' ? 0 : given?.seq, last === 'damaged' ? 0 : last?.row].map((n) => n ?? 0);
    const most = Math.max(...numbers);
    return isCount(most) ? most : 0;
  }

  #table<T>(name: string): T[] {
    const rows: T[] = [];
    try {
      for (const row of this.#db.prepare(`SELECT * FROM ${name} NOT INDEXED`).iterate()) rows.push(row as T);
    } catch (error) {
      if (sqliteCode(error) === '') throw error;
    }
    return rows;
  }

  #try<T>(sql: string, parameter: number): T | 'damaged' {
    try {
      return this.#db.prepare(sql).get(parameter) as T;
    } catch (error) {
      if (sqliteCode(error) === '') throw error;
      return 'damaged';
    }
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 8.64e15;
}
