import type { Lane } from '@hearst/protocol';
import type { RowClass } from '../outbox/store.ts';

/** A batch that was sent and not acknowledged. */
export interface Sent {
  row: number;
  outbox: string;
  seq: number;
  class: RowClass;
  /** The ids of the containers or meters it is about, and when they were read, ms since 1970. */
  stream: string;
  at: number;
  lane: Lane;
  attempts: number;
  /** mono ms of the last sending. */
  sentAt: number;
  /** When to send it again, mono ms; infinite until the broker has taken the message. */
  dueAt: number;
  /** Handed back by the hub: it waits outside the window. */
  parked: boolean;
}

export interface FlightOptions {
  /** The shortest wait for the hub's ack after the broker's PUBACK, ms. */
  resendAfterMs: number;
  resendMaxMs: number;
}

const GOOD_ANSWER_MS = 1000;
const SLOW_ANSWER_MS = 2000;

/**
 * What is on its way. The wait before a resend counts from the PUBACK, so a message still creeping up a slow
 * line is never sent twice; it grows with the answers' usual time and doubles with each attempt.
 *
 * `backlogRoom` is how many backlog batches may be unacknowledged: it starts small, doubles while the hub
 * answers within a second and halves when an answer takes longer than two, so that on a slow line backlog
 * never stands in front of live data for long.
 */
export class Flight {
  readonly #options: FlightOptions;
  readonly #sent = new Map<number, Sent>();
  readonly rows = new Set<number>();
  #answerMs = 0;
  #backlogRoom = 2;
  resent = 0;

  constructor(options: FlightOptions) {
    this.#options = options;
  }

  has(row: number): boolean {
    return this.#sent.has(row);
  }

  /** Batches that count against the hub's window. */
  get unacked(): number {
    let count = 0;
    for (const sent of this.#sent.values()) if (!sent.parked) count++;
    return count;
  }

  /** Of those, the backlog's. */
  get backlog(): number {
    let count = 0;
    for (const sent of this.#sent.values()) if (!sent.parked && sent.lane === 'backlog') count++;
    return count;
  }

  get backlogRoom(): number {
    return this.#backlogRoom;
  }

  /** The oldest sending not answered, mono ms. */
  get oldest(): number | undefined {
    let oldest: number | undefined;
    for (const sent of this.#sent.values()) if (!sent.parked) oldest = Math.min(oldest ?? sent.sentAt, sent.sentAt);
    return oldest;
  }

  send(batch: Pick<Sent, 'row' | 'outbox' | 'seq' | 'class' | 'stream' | 'at' | 'lane'>, now: number): void {
    const before = this.#sent.get(batch.row);
    if (before) this.resent++;
    this.#sent.set(batch.row, {
      ...batch,
      attempts: (before?.attempts ?? 0) + 1,
      sentAt: now,
      dueAt: Number.POSITIVE_INFINITY,
      parked: false,
    });
    this.rows.add(batch.row);
  }

  /** The broker has taken the message: from now on the hub's answer is awaited. */
  taken(rows: readonly number[], now: number): void {
    for (const row of rows) {
      const sent = this.#sent.get(row);
      if (!sent || sent.parked) continue;
      const wait = Math.max(this.#options.resendAfterMs, 4 * this.#answerMs) * 2 ** Math.min(sent.attempts - 1, 20);
      sent.dueAt = now + Math.min(this.#options.resendMaxMs, wait);
    }
  }

  /** Removes what an ack names; returns it. */
  settle(outbox: string, ranges: readonly (readonly [number, number])[], now: number): Sent[] {
    const done = [...this.#sent.values()].filter(
      (sent) => sent.outbox === outbox && ranges.some(([from, to]) => sent.seq >= from && sent.seq <= to),
    );
    for (const sent of done) {
      this.#sent.delete(sent.row);
      this.rows.delete(sent.row);
      if (sent.attempts === 1) this.#learn(now - sent.sentAt);
    }
    return done;
  }

  /** The row needs no sending any more (its body was damaged and a tombstone tells of it). */
  forget(row: number): void {
    this.#sent.delete(row);
    this.rows.delete(row);
  }

  /** The hub hands a batch back, to be sent again after a while. */
  park(outbox: string, seq: number, until: number): void {
    for (const sent of this.#sent.values()) {
      if (sent.outbox !== outbox || sent.seq !== seq) continue;
      sent.parked = true;
      sent.dueAt = until;
    }
  }

  /** Sent batches whose time has come to be sent again, first sent first. */
  due(now: number): Sent[] {
    return [...this.#sent.values()].filter((sent) => sent.dueAt <= now).sort((a, b) => a.seq - b.seq);
  }

  /** When the next one is due, mono ms. */
  get nextDue(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const sent of this.#sent.values()) next = Math.min(next, sent.dueAt);
    return next;
  }

  /** The hub starts anew: what it has not answered is sent again at once, what it handed back too. */
  allDue(now: number): void {
    for (const sent of this.#sent.values()) sent.dueAt = now;
  }

  #learn(answerMs: number): void {
    this.#answerMs = this.#answerMs === 0 ? answerMs : 0.8 * this.#answerMs + 0.2 * answerMs;
    if (answerMs < GOOD_ANSWER_MS) this.#backlogRoom = Math.min(1000, this.#backlogRoom + 1);
    else if (answerMs > SLOW_ANSWER_MS) this.#backlogRoom = Math.max(1, Math.floor(this.#backlogRoom / 2));
  }
}
