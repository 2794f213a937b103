import { type Ack, failpoint } from '@hearst/protocol';
import type { Flight } from './flight.ts';
import type { SessionParts } from './session.ts';

type AcksParts = Pick<SessionParts, 'outbox' | 'live' | 'log' | 'onFreed' | 'onStored'>;

/**
 * What acks name leaves the window at once and is marked in the outbox together, one fsync for all of them:
 * a crash in between costs a resend that the hub knows already.
 */
const CONFIRM_EVERY_MS = 100;

/** What the hub's acks say of batches. Only an ack naming a batch frees it (R3). */
export class Acks {
  readonly #parts: AcksParts;
  readonly #flight: Flight;
  #toConfirm: { outbox: string; ranges: [number, number][] }[] = [];
  #confirmAt = Number.POSITIVE_INFINITY;

  constructor(parts: AcksParts, flight: Flight) {
    this.#parts = parts;
    this.#flight = flight;
  }

  /** When `confirm` is due, mono ms. */
  get confirmAt(): number {
    return this.#confirmAt;
  }

  /** Takes what was stored or put aside off the way, and parks what the hub hands back. */
  take(ack: Ack, now: number): void {
    failpoint('agent.ack.before');
    const ranges = [...ack.acked, ...ack.quarantined.map(({ seq }): [number, number] => [seq, seq])];
    const settled = this.#flight.settle(ack.outbox, ranges, now);
    const asideSeqs = new Set(ack.quarantined.map(({ seq }) => seq));
    for (const { row, seq, stream, at } of settled) {
      this.#parts.live.remove(row);
      if (!asideSeqs.has(seq)) this.#parts.onStored(stream, at);
    }
    if (ranges.length > 0) {
      this.#toConfirm.push({ outbox: ack.outbox, ranges });
      this.#confirmAt = Math.min(this.#confirmAt, now + CONFIRM_EVERY_MS);
    }
    for (const { seq, reason } of ack.quarantined) {
      // A quarantined event is not reported by another event: that would go round for ever.
      const sent = settled.find((one) => one.seq === seq);
      this.#onQuarantined(ack.outbox, seq, reason, sent !== undefined && sent.class !== 'events');
    }
    for (const { seq, after_ms: afterMs } of ack.retry) this.#flight.park(ack.outbox, seq, now + afterMs);
  }

  /** Marks in the outbox what acks have named since the last time; false when that failed for some. */
  confirm(): boolean {
    const { outbox, log, live, onFreed } = this.#parts;
    const acks = this.#toConfirm;
    this.#toConfirm = [];
    this.#confirmAt = Number.POSITIVE_INFINITY;
    let all = true;
    for (const [id, group] of Map.groupBy(acks, (ack) => ack.outbox)) {
      try {
        const freed = outbox.confirm(
          id,
          group.flatMap((ack) => ack.ranges),
        );
        for (const row of freed) live.remove(row);
        onFreed(freed.length);
      } catch (error) {
        // They stay in the outbox and are sent again, which the hub knows how to take.
        log.error({ err: error }, 'uplink: acks could not be marked in the outbox');
        all = false;
      }
    }
    return all;
  }

  #onQuarantined(outboxId: string, seq: number, reason: string, report: boolean): void {
    const { outbox, log } = this.#parts;
    log.error({ outbox: outboxId, seq, reason }, 'uplink: the hub could not store a batch and put it aside');
    if (!report) return;
    outbox.report({
      code: 'batch.quarantined',
      severity: 'warning',
      subject: null,
      message: `The hub could not store a batch and put it in quarantine: ${reason}`,
      data: { outbox: outboxId, seq, reason },
    });
  }
}
