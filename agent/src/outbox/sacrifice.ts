import { encodeBody, failpoint, type TombstoneBody } from '@hearst/protocol';
import type { Candidate, RowClass, Store } from './store.ts';

/**
 * What is given up when room runs out, in this order, each pass one transaction:
 *
 * 1. confirmed batches that were only kept for a hub restored from a backup
 * 2. frames over 72 h old: one per container and quarter of an hour stays
 * 3. frames over 24 h old: one per container and five minutes stays
 * 4. frames, oldest first, only when nothing else is left
 * 5. meters over an hour old: one per quarter of an hour stays (their counters lose nothing but detail)
 *
 * Never: events, inventory, tombstones, the newest meter readings, and what is on its way to the hub.
 * Invariant: a row that was not confirmed leaves together with a tombstone that counts it, or not at all (R6).
 * A tombstone says "given up here"; the hub may hold such a batch all the same when its ack was lost.
 */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Step {
  class: RowClass;
  olderThanMs: number;
  /** One batch per stream and slot of this many ms stays; 0: none stays. */
  slotMs: number;
  tombstone: TombstoneBody['class'];
  reason: string;
}

const STEPS: readonly Step[] = [
  {
    class: 'frames',
    olderThanMs: 72 * HOUR,
    slotMs: 15 * MINUTE,
    tombstone: 'thinned_15min',
    reason: 'outbox full: over 72 h old',
  },
  {
    class: 'frames',
    olderThanMs: 24 * HOUR,
    slotMs: 5 * MINUTE,
    tombstone: 'thinned_5min',
    reason: 'outbox full: over 24 h old',
  },
  {
    class: 'frames',
    olderThanMs: 0,
    slotMs: 0,
    tombstone: 'dropped',
    reason: 'outbox full: nothing older was left to thin',
  },
  {
    class: 'meters',
    olderThanMs: HOUR,
    slotMs: 15 * MINUTE,
    tombstone: 'thinned_15min',
    reason: 'outbox full: only meters were left',
  },
];

export interface Sacrifice {
  /** Unconfirmed rows that went. */
  batches: number;
  tombstones: TombstoneBody[];
  /** Confirmed rows that went. */
  retained: number;
}

export interface SacrificeRequest {
  /** Bytes to free in this pass. */
  bytes: number;
  /** Wall clock, ms since 1970. */
  now: number;
  project: string;
  /** Rows on their way to the hub. */
  held: ReadonlySet<number>;
  /** Appends a tombstone to the transaction. */
  bury(body: TombstoneBody, encoded: Buffer): void;
}

/**
 * Frees about `bytes`, going on to the next step when one has not enough to give (a single small row frees less
 * than its tombstone takes); undefined when there is nothing to give.
 */
export function sacrifice(store: Store, request: SacrificeRequest): Sacrifice | undefined {
  const retained = dropRetained(store, request.bytes);
  if (retained > 0) return { batches: 0, tombstones: [], retained };
  const chosen: { step: Step; rows: Candidate[] }[] = [];
  const taken = new Set(request.held);
  let missing = request.bytes;
  for (const step of STEPS) {
    if (missing <= 0) break;
    const rows = choose(store, step, request.now, missing, taken);
    for (const row of rows) taken.add(row.row);
    missing -= sum(rows, (row) => row.len);
    if (rows.length > 0) chosen.push({ step, rows });
  }
  if (chosen.length === 0) return undefined;
  const tombstones = store.transaction(() => chosen.flatMap(({ step, rows }) => bury(store, step, rows, request)));
  failpoint('agent.thin.after');
  return { batches: sum(tombstones, (stone) => stone.batches), tombstones, retained: 0 };
}

function dropRetained(store: Store, bytes: number): number {
  return store.transaction(() => {
    let freed = 0;
    let count = 0;
    for (const row of store.retained(10_000)) {
      if (freed >= bytes) break;
      store.remove(row.row);
      freed += row.len;
      count++;
    }
    return count;
  });
}

/** The rows this step gives up, oldest first, until they hold as many bytes as are needed. */
function choose(store: Store, step: Step, now: number, bytes: number, taken: ReadonlySet<number>): Candidate[] {
  const kept = new Set<string>();
  const doomed: Candidate[] = [];
  const before = step.olderThanMs === 0 ? Number.MAX_SAFE_INTEGER : now - step.olderThanMs;
  let freed = 0;
  for (const row of store.candidates(step.class, before)) {
    if (freed >= bytes) break;
    if (step.slotMs > 0) {
      const slot = `${row.stream} ${Math.floor(row.at / step.slotMs)}`;
      if (!kept.has(slot)) {
        kept.add(slot);
        continue;
      }
    }
    if (taken.has(row.row)) continue;
    doomed.push(row);
    freed += row.len;
  }
  return doomed;
}

/** Deletes the rows and writes one tombstone for each identity they travelled under. */
function bury(store: Store, step: Step, doomed: Candidate[], request: SacrificeRequest): TombstoneBody[] {
  for (const row of doomed) store.remove(row.row);
  failpoint('agent.thin.inside');
  const tombstones = [...Map.groupBy(doomed, (row) => row.outbox)].map(
    ([outbox, rows]): TombstoneBody => ({
      project: request.project,
      class: step.tombstone,
      outbox: store.nameOfOutbox(outbox),
      ...rangeOf(rows),
      batches: rows.length,
      readings: sum(rows, (row) => row.readings),
      reason: step.reason,
    }),
  );
  for (const tombstone of tombstones) request.bury(tombstone, encodeBody(tombstone));
  return tombstones;
}

/** The ranges of numbers and times of some rows. They need not be all rows within. */
export function rangeOf(
  rows: { seq: number; at: number }[],
): Pick<TombstoneBody, 'seq_from' | 'seq_to' | 'at_from' | 'at_to'> {
  const range = { seq_from: Infinity, seq_to: 0, at_from: Infinity, at_to: 0 };
  for (const { seq, at } of rows) {
    range.seq_from = Math.min(range.seq_from, seq);
    range.seq_to = Math.max(range.seq_to, seq);
    range.at_from = Math.min(range.at_from, at);
    range.at_to = Math.max(range.at_to, at);
  }
  return range;
}

function sum<T>(items: T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
