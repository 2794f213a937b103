import { failpoint } from '@hearst/protocol';
import type { Candidate, RowClass, Store } from './store.ts';
import { type Loss, lossOf } from './tombstone.ts';

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
  tombstone: Loss['class'];
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

export interface Evicted {
  /** Unconfirmed rows that went; 0 when it was only retained ones. */
  batches: number;
  tombstones: Loss[];
}

export interface EvictionRequest {
  /** Bytes to free in this pass. */
  bytes: number;
  /** Wall clock, ms since 1970. */
  now: number;
  /** Rows on their way to the hub. */
  held: ReadonlySet<number>;
  /** Appends a tombstone to the transaction. */
  bury(loss: Loss): void;
}

/**
 * Frees about `bytes`, going on to the next step when one has not enough to give (a single small row frees less
 * than its tombstone takes); undefined when there is nothing to give.
 */
export function evict(store: Store, request: EvictionRequest): Evicted | undefined {
  if (dropRetained(store, request.bytes)) return { batches: 0, tombstones: [] };
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
  return { batches: sum(tombstones, (stone) => stone.batches), tombstones };
}

/** Whether there were any. */
function dropRetained(store: Store, bytes: number): boolean {
  return store.transaction(() => {
    let freed = 0;
    for (const row of store.retained(10_000)) {
      if (freed >= bytes) break;
      store.remove(row.row);
      freed += row.len;
    }
    return freed > 0;
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
function bury(store: Store, step: Step, doomed: Candidate[], request: EvictionRequest): Loss[] {
  for (const row of doomed) store.remove(row.row);
  failpoint('agent.thin.inside');
  const losses = [...Map.groupBy(doomed, (row) => row.outbox)].map(([outbox, rows]) =>
    lossOf(rows, { class: step.tombstone, outbox: store.nameOfOutbox(outbox), reason: step.reason }),
  );
  for (const loss of losses) request.bury(loss);
  return losses;
}

function sum<T>(items: T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
