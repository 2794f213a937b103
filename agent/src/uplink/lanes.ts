import { failpoint, type Lane, MAX_BATCHES, topics, type Welcome } from '@hearst/protocol';
import type { RowLane, StoredBatch } from '../outbox/store.ts';
import type { Connection } from './connection.ts';
import type { Flight } from './flight.ts';
import { encodeBatches, fits } from './message.ts';
import type { SessionParts } from './session.ts';
import { TokenBucket } from './token-bucket.ts';

type LanesParts = Pick<SessionParts, 'credential' | 'outbox' | 'clock' | 'live' | 'guard'>;

/**
 * What goes, and in which order: what is due to be sent again, events, then live, newest poll first, then backlog,
 * oldest first, with the room that is left in the hub's window. Of backlog no more than the hub's rate, nor than
 * the line carries without holding up live data (see `Flight.backlogRoom`).
 */
export class Lanes {
  readonly #parts: LanesParts;
  readonly #connection: Connection;
  readonly #flight: Flight;
  readonly #onTaken: () => void;
  readonly #hmacKey: Buffer;
  readonly #bucket = new TokenBucket(MAX_BATCHES);
  /** The most batches that may be unacknowledged, as the hub last said; 0 holds everything. */
  window = 0;
  #lease = 0;
  #backlogPausedUntil = 0;
  /** Rows up to these were taken up. */
  #cursor: Record<RowLane, number> = { event: 0, readings: 0 };

  /** `onTaken`: the broker took a message, which may allow sending more. */
  constructor(parts: LanesParts, connection: Connection, flight: Flight, onTaken: () => void) {
    this.#parts = parts;
    this.#connection = connection;
    this.#flight = flight;
    this.#onTaken = onTaken;
    this.#hmacKey = Buffer.from(parts.credential.hmac_key, 'base64url');
  }

  /** Goes by what the hub's welcome allows, from the oldest row on. */
  open(welcome: Welcome, now: number): void {
    this.window = welcome.window;
    this.#lease = welcome.lease;
    this.#bucket.setRate(welcome.backlog_rate, now);
    this.startOver();
  }

  /** Takes up again every row that is not on its way. */
  startOver(): void {
    this.#cursor = { event: 0, readings: 0 };
  }

  /** Rows that are live no longer: the backlog takes them up again. */
  rewind(rows: readonly number[]): void {
    for (const row of rows) this.#cursor.readings = Math.min(this.#cursor.readings, row - 1);
  }

  pauseBacklog(until: number): void {
    this.#backlogPausedUntil = until;
  }

  /** Sends what fits; returns when the backlog may go on if only time holds it back (mono ms). */
  send(now: number): number {
    if (this.window === 0) return Number.POSITIVE_INFINITY;
    this.#resend(now);
    this.#sendEvents(now);
    this.#sendLive(now);
    return this.#sendBacklog(now);
  }

  #room(): number {
    return this.window - this.#flight.unacked;
  }

  #resend(now: number): void {
    const due = this.#flight.due(now);
    for (const lane of ['event', 'backlog'] as const) {
      const rows = due.filter((sent) => (sent.lane === 'event') === (lane === 'event'));
      for (let batches: StoredBatch[] = []; rows.length > 0 && this.#parts.guard.allows(lane, now); batches = []) {
        while (rows[0] && batches.length < MAX_BATCHES) {
          if (rows[0].parked && this.#room() - batches.length <= 0) return;
          const row = rows[0].row;
          const batch = this.#parts.outbox.read(row);
          if (batch && !fits(batches, batch)) break;
          rows.shift();
          if (batch) batches.push(batch);
          else this.#flight.forget(row);
        }
        if (batches.length > 0) this.#publish(lane, batches, now);
      }
    }
  }

  #sendEvents(now: number): void {
    while (this.#room() > 0 && this.#parts.guard.allows('event', now)) {
      const batches = this.#take('event', Math.min(this.#room(), MAX_BATCHES));
      if (batches.length === 0) return;
      this.#publish('event', batches, now);
    }
  }

  #sendLive(now: number): void {
    const { live, outbox, guard } = this.#parts;
    while (this.#room() > 0 && guard.allows('live', now)) {
      const row = live.next((number) => this.#flight.has(number));
      if (!row) return;
      const batch = outbox.read(row.row);
      if (batch) this.#publish('live', [batch], now);
      else live.remove(row.row);
    }
  }

  #sendBacklog(now: number): number {
    if (now < this.#backlogPausedUntil) return this.#backlogPausedUntil;
    while (this.#parts.guard.allows('backlog', now)) {
      const most = Math.min(this.window, this.#flight.backlogRoom);
      const room = Math.min(this.#room(), most - this.#flight.backlog);
      // Full messages are cheaper: wait for a message's worth of room unless nothing else is on its way.
      if (room <= 0 || (room < Math.min(MAX_BATCHES, Math.ceil(most / 2)) && this.#flight.backlog > 0)) break;
      const tokens = this.#bucket.available(now);
      if (tokens <= 0) return now + 50;
      const batches = this.#take('readings', Math.min(room, tokens, MAX_BATCHES));
      if (batches.length === 0) break;
      this.#bucket.take(batches.length);
      this.#publish('backlog', batches, now);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** The next rows of a lane that are neither on their way nor live, as many as fit into one message. */
  #take(lane: RowLane, most: number): StoredBatch[] {
    const { outbox, live } = this.#parts;
    const batches: StoredBatch[] = [];
    while (batches.length < most) {
      const page = outbox.next(lane, this.#cursor[lane], 64);
      if (page.length === 0) return batches;
      for (const { row } of page) {
        if (batches.length === most) return batches;
        if (this.#flight.has(row) || live.has(row)) {
          this.#cursor[lane] = row;
          continue;
        }
        const batch = outbox.read(row);
        if (batch && !fits(batches, batch)) return batches;
        this.#cursor[lane] = row;
        if (batch) batches.push(batch);
      }
    }
    return batches;
  }

  #publish(lane: Lane, batches: StoredBatch[], now: number): void {
    const { guard, clock, credential } = this.#parts;
    failpoint('agent.publish.before');
    const message = encodeBatches(batches, lane, {
      agent: credential.agent,
      hmacKey: this.#hmacKey,
      lease: this.#lease,
    });
    const rows = batches.map((batch) => batch.row);
    for (const { row, outbox, seq, class: rowClass, stream, at } of batches) {
      this.#flight.send({ row, outbox, seq, class: rowClass, stream, at, lane }, now);
    }
    guard.sent(lane);
    this.#connection.publish(topics.up(credential.agent, lane), message).then(
      () => {
        failpoint('agent.publish.after');
        guard.taken(lane);
        this.#flight.taken(rows, clock.mono());
        this.#onTaken();
      },
      (error: Error) => this.#connection.close(error.message),
    );
  }
}
