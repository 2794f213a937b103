import {
  type Ack,
  type AgentStatus,
  type Credential,
  decodeJsonMessage,
  encodeBatch,
  encodeMessage,
  failpoint,
  type HubState,
  type Lane,
  LIMITS,
  MAX_BATCHES,
  PROTOCOL_VERSION,
  ProtocolError,
  parseTopic,
  topics,
  type Welcome,
} from '@hearst/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { StoredBatch } from '../outbox/store.ts';
import { Backoff } from './backoff.ts';
import type { Connection } from './connection.ts';
import { Flight } from './flight.ts';
import { clockState, type HubClock, offsetAt } from './hub-clock.ts';
import type { LaneGuard } from './lane-guard.ts';
import type { LiveRows } from './live-rows.ts';
import { TokenBucket } from './token-bucket.ts';
import type { UplinkTimings } from './uplink.ts';

export interface SessionParts {
  credential: Credential;
  outbox: Outbox;
  clock: Clock;
  boot: string;
  program: string;
  log: Logger;
  timings: UplinkTimings;
  live: LiveRows;
  guard: LaneGuard;
  hubClock: HubClock;
  status: () => AgentStatus;
  /** Told on change: why the hub turns this agent away, null when it does not. */
  onRefused: (why: string | null) => void;
  onAck: () => void;
  onFreed: (count: number) => void;
}

/**
 * What acks name leaves the window at once and is marked in the outbox together, one fsync for all of them:
 * a crash in between costs a resend that the hub knows already.
 */
const CONFIRM_EVERY_MS = 100;
/** Longest the loop sleeps without looking around, ms. */
const LOOK_EVERY_MS = 1000;

/**
 * What is said on one connection: status, then (while any hub is online) hello and welcome, then data.
 *
 * - Nothing but status and hello is sent before a welcome, nor while every hub is offline.
 * - Never more unacknowledged batches than the hub's window; at 0 everything is held.
 * - Order: events, then live, newest poll first, then backlog, oldest first, with the room that is left.
 * - Only an ack naming a batch frees it (R3). A missing answer means unknown: it is sent again (R8).
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #connection: Connection;
  readonly #flight: Flight;
  readonly #bucket = new TokenBucket(MAX_BATCHES);
  readonly #hmacKey: Buffer;
  readonly #hubs = new Map<string, HubState>();
  readonly #helloBackoff: Backoff;
  #welcome: Welcome | undefined;
  #hello: { wall: number; mono: number; outbox: string } | undefined;
  #nextHelloAt = 0;
  #nextStatusAt = 0;
  /** What was sent before the next welcome was not taken: every hub went away, or one said so. */
  #hubForgot = false;
  #window = 0;
  #closedWindowSince: number | undefined;
  #backlogPausedUntil = 0;
  #cursor = { event: 0, readings: 0 };
  #lastAckAt: number;
  #toConfirm: { outbox: string; ranges: [number, number][] }[] = [];
  #confirmAt = Number.POSITIVE_INFINITY;
  #wake: () => void = () => undefined;
  #woken = false;
  #over = false;

  constructor(parts: SessionParts, connection: Connection) {
    this.#parts = parts;
    this.#connection = connection;
    this.#flight = new Flight(parts.timings);
    this.#hmacKey = Buffer.from(parts.credential.hmac_key, 'base64url');
    this.#helloBackoff = new Backoff(parts.timings.welcomeTimeoutMs, 30 * parts.timings.welcomeTimeoutMs);
    this.#lastAckAt = parts.clock.mono();
    parts.outbox.hold(this.#flight.rows);
  }

  get welcomed(): boolean {
    return this.#welcome !== undefined;
  }

  get window(): number {
    return this.#window;
  }

  get unacked(): number {
    return this.#flight.unacked;
  }

  get resent(): number {
    return this.#flight.resent;
  }

  /** Runs until the connection ends; resolves with the reason. */
  async run(): Promise<string> {
    const { credential } = this.#parts;
    void this.#connection.closed.then(() => {
      this.#over = true;
      this.wake();
    });
    try {
      await this.#connection.subscribe([topics.downFilter(credential.agent), topics.hubStateFilter]);
      while (!this.#over) {
        this.#woken = false;
        const until = await this.#step();
        if (this.#over || this.#woken) continue;
        await this.#rest(until);
      }
    } catch (error) {
      this.#connection.close((error as Error).message);
    } finally {
      this.#confirm();
      this.#parts.outbox.hold(new Set());
    }
    return this.#connection.closed;
  }

  /** Something happened that may allow sending. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Asks for a new comparison with the hub's clock: ours was set. */
  compareClocks(): void {
    this.#helloAgain();
    this.wake();
  }

  /** Rows that are live no longer: the backlog takes them up again. */
  rewind(rows: readonly number[]): void {
    for (const row of rows) this.#cursor.readings = Math.min(this.#cursor.readings, row - 1);
  }

  async #rest(until: number): Promise<void> {
    const { clock } = this.#parts;
    const stop = new AbortController();
    this.#wake = () => stop.abort();
    const ms = Math.min(LOOK_EVERY_MS, Math.max(1, Math.min(until, this.#confirmAt) - clock.mono()));
    await clock.sleep(ms, stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
    this.#wake = () => undefined;
  }

  /** Does what can be done now; returns when to look again at the latest (mono ms). */
  async #step(): Promise<number> {
    const { clock, live, timings } = this.#parts;
    const now = clock.mono();
    this.rewind(live.expire(now));
    if (now >= this.#confirmAt) this.#confirm();
    if (now >= this.#nextStatusAt) await this.#publishStatus(now);
    if (!this.#hubOnline()) {
      this.#hubForgot ||= this.#welcome !== undefined;
      this.#welcome = undefined;
      this.#nextHelloAt = now;
      return Number.POSITIVE_INFINITY;
    }
    if (!this.#welcome) {
      if (now >= this.#nextHelloAt) await this.#sayHello();
      return this.#nextHelloAt;
    }
    this.#watchSilence(now);
    this.#watchWindow(now);
    return Math.min(this.#send(now), this.#flight.nextDue, now + timings.statusEveryMs);
  }

  #hubOnline(): boolean {
    for (const hub of this.#hubs.values()) if (hub.state === 'online') return true;
    return false;
  }

  async #publishStatus(now: number): Promise<void> {
    const { credential, status, timings } = this.#parts;
    this.#nextStatusAt = now + timings.statusEveryMs;
    await this.#connection.publish(topics.up(credential.agent, 'status'), encodeMessage('status', status()), true);
  }

  // --- hello and welcome ------------------------------------------------------------------------------------

  async #sayHello(): Promise<void> {
    const { agent } = this.#parts.credential;
    const { outbox, clock, boot, program, hubClock } = this.#parts;
    const position = outbox.position();
    const { batches, bytes } = outbox.depth();
    const wall = Math.round(clock.wall());
    const mono = clock.mono();
    this.#hello = { wall, mono, outbox: position.outbox };
    this.#nextHelloAt = mono + this.#helloBackoff.next() + this.#parts.timings.welcomeTimeoutMs / 2;
    const hello = encodeMessage('hello', {
      v: PROTOCOL_VERSION,
      agent,
      program,
      outbox: position.outbox,
      low_watermark: position.lowWatermark,
      next_seq: position.nextSeq,
      depth: { batches, bytes },
      boot,
      lease: outbox.lease,
      clock: clockState(offsetAt(hubClock.anchor?.anchorMs ?? null, wall, mono)),
      sent_at: wall,
    });
    await this.#connection.publish(topics.up(agent, 'hello'), hello);
  }

  #onWelcome(welcome: Welcome): void {
    const { outbox, clock, boot, hubClock, log, onRefused } = this.#parts;
    const hello = this.#hello;
    // An answer to another hello (an earlier connection's, a clone's) says nothing about this one.
    if (!hello || welcome.boot !== boot || welcome.outbox !== hello.outbox || welcome.hello_sent_at !== hello.wall)
      return;
    this.#hello = undefined;
    const anchor = hubClock.exchange(hello.mono, welcome.received_at, welcome.sent_at, clock.mono());
    if (anchor) outbox.anchor(anchor.anchorMs, anchor.uncertaintyMs);
    onRefused(welcome.refused);
    if (welcome.refused !== null) return;
    this.#helloBackoff.reset();
    outbox.lease = welcome.lease;
    if (welcome.rotate_outbox) {
      this.#rotate(welcome.outbox);
      return;
    }
    if (welcome.replay_from !== null) {
      const count = outbox.replay(welcome.outbox, welcome.replay_from, welcome.hub_epoch);
      if (count > 0)
        log.warn({ count, from: welcome.replay_from }, 'uplink: the hub was restored, sending again what it lost');
    }
    this.#welcome = welcome;
    this.#window = welcome.window;
    this.#bucket.setRate(welcome.backlog_rate, clock.mono());
    this.#lastAckAt = clock.mono();
    this.#confirm();
    this.#cursor = { event: 0, readings: 0 };
    if (this.#hubForgot) this.#flight.allDue(clock.mono());
    this.#hubForgot = false;
  }

  /** Another program uses this outbox's identity too: new batches get a new one, those there keep theirs. */
  #rotate(named: string): void {
    const { outbox, log } = this.#parts;
    if (named === outbox.id) {
      const id = outbox.rotate();
      log.warn({ from: named, to: id }, 'uplink: the hub asked for a new outbox id: this outbox exists twice');
    }
    this.#helloAgain();
  }

  #helloAgain(): void {
    if (!this.#welcome && this.#hello) return;
    this.#welcome = undefined;
    this.#hello = undefined;
    this.#nextHelloAt = this.#parts.clock.mono() + this.#helloBackoff.next() / 10;
  }

  #watchSilence(now: number): void {
    const oldest = this.#flight.oldest;
    if (oldest === undefined) return;
    if (now - Math.max(oldest, this.#lastAckAt) > this.#parts.timings.silentMs) {
      this.#connection.close(
        `no ack from the hub for ${Math.round(this.#parts.timings.silentMs / 1000)} s, starting over`,
      );
    }
  }

  /** The ack that opens the window again may have been lost: ask. */
  #watchWindow(now: number): void {
    if (this.#window > 0) this.#closedWindowSince = undefined;
    else {
      this.#closedWindowSince ??= now;
      if (now - this.#closedWindowSince > 3 * this.#parts.timings.welcomeTimeoutMs) {
        this.#closedWindowSince = now;
        this.#helloAgain();
      }
    }
  }

  // --- what comes -------------------------------------------------------------------------------------------

  /** A message from the broker. Never throws: what cannot be read is logged and left. */
  receive(topic: string, payload: Buffer): void {
    try {
      const parsed = parseTopic(topic);
      if (parsed.direction === 'hub') this.#onHubState(parsed.hub, decodeJsonMessage('state', payload));
      else if (parsed.direction === 'down' && parsed.agent === this.#parts.credential.agent) {
        if (parsed.name === 'welcome') this.#onWelcome(decodeJsonMessage('welcome', payload));
        else this.#onAck(decodeJsonMessage('ack', payload));
      }
    } catch (error) {
      // A message lost here is like one lost on the way: the batch stays and is sent again.
      this.#parts.log.warn(
        { err: error, topic },
        `uplink: message not ${error instanceof ProtocolError ? 'understood' : 'processed'}`,
      );
    }
    this.wake();
  }

  #onHubState(hub: string, state: HubState): void {
    this.#hubs.set(hub, state);
    const { hub: welcomedBy, hub_epoch: epoch } = this.#welcome ?? {};
    if (state.hub === welcomedBy && state.hub_epoch !== null && state.hub_epoch !== epoch) this.#helloAgain();
  }

  #onAck(ack: Ack): void {
    failpoint('agent.ack.before');
    const { outbox, clock, live, hubClock, onAck, log } = this.#parts;
    const now = clock.mono();
    const ranges = [...ack.acked, ...ack.quarantined.map(({ seq }): [number, number] => [seq, seq])];
    const settled = this.#flight.settle(ack.outbox, ranges, now);
    for (const { row } of settled) live.remove(row);
    if (ranges.length > 0) {
      this.#toConfirm.push({ outbox: ack.outbox, ranges });
      this.#confirmAt = Math.min(this.#confirmAt, now + CONFIRM_EVERY_MS);
    }
    for (const { seq, reason } of ack.quarantined) {
      log.error({ outbox: ack.outbox, seq, reason }, 'uplink: the hub could not store a batch and put it aside');
      // A quarantined event is not reported by another event: that would go round for ever.
      const sent = settled.find((one) => one.seq === seq);
      if (!sent || sent.class === 'events') continue;
      outbox.report({
        code: 'batch.quarantined',
        severity: 'warning',
        subject: null,
        message: `The hub could not store a batch and put it in quarantine: ${reason}`,
        data: { outbox: ack.outbox, seq, reason },
      });
    }
    for (const { seq, after_ms: afterMs } of ack.retry) this.#flight.park(ack.outbox, seq, now + afterMs);
    if (ack.slow_down_ms > 0) this.#backlogPausedUntil = now + ack.slow_down_ms;
    this.#lastAckAt = now;
    onAck();
    if (!this.#welcome) return;
    this.#window = ack.window;
    this.#hubForgot ||= ack.rehello;
    if (ack.rotate_outbox) this.#rotate(ack.outbox);
    else if (ack.rehello || ack.hub_epoch !== this.#welcome.hub_epoch || hubClock.contradicts(ack.sent_at, now))
      this.#helloAgain();
  }

  /** Marks in the outbox what acks have named since the last time. */
  #confirm(): void {
    const { outbox, log, live, onFreed } = this.#parts;
    const acks = this.#toConfirm;
    this.#toConfirm = [];
    this.#confirmAt = Number.POSITIVE_INFINITY;
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
        this.#cursor = { event: 0, readings: 0 };
      }
    }
  }

  // --- what goes --------------------------------------------------------------------------------------------

  /** Sends what fits; returns when the backlog may go on if only time holds it back. */
  #send(now: number): number {
    if (this.#window === 0) return Number.POSITIVE_INFINITY;
    this.#resend(now);
    this.#sendEvents(now);
    this.#sendLive(now);
    return this.#sendBacklog(now);
  }

  #room(): number {
    return this.#window - this.#flight.unacked;
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
      const most = Math.min(this.#window, this.#flight.backlogRoom);
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
  #take(lane: 'event' | 'readings', most: number): StoredBatch[] {
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
    const { guard, clock } = this.#parts;
    failpoint('agent.publish.before');
    const message = Buffer.concat(batches.map((batch) => this.#encode(batch, lane)));
    const rows = batches.map((batch) => batch.row);
    for (const batch of batches) {
      const { row, outbox, seq } = batch;
      this.#flight.send({ row, outbox, seq, class: batch.class, lane }, now);
    }
    guard.sent(lane);
    this.#connection.publish(topics.up(this.#parts.credential.agent, lane), message).then(
      () => {
        failpoint('agent.publish.after');
        guard.taken(lane);
        this.#flight.taken(rows, clock.mono());
        this.wake();
      },
      (error: Error) => this.#connection.close(error.message),
    );
  }

  #encode(batch: StoredBatch, lane: Lane): Buffer {
    const offset = offsetAt(batch.anchorMs, batch.wall, batch.mono);
    const envelope = {
      agent: this.#parts.credential.agent,
      outbox: batch.outbox,
      seq: batch.seq,
      lane,
      kind: batch.kind,
      boot: batch.boot,
      wall: batch.wall,
      mono: batch.mono,
      clock: clockState(offset),
      offset_ms: offset,
      lease: this.#welcome?.lease ?? 0,
      n: batch.readings,
      hash: batch.hash.toString('base64url'),
    };
    return encodeBatch(envelope, batch.body, this.#hmacKey);
  }
}

/** Whether one more batch keeps the message within the largest size. */
function fits(batches: StoredBatch[], next: StoredBatch): boolean {
  const sizes = [...batches, next].map((batch) => batch.body.length + LIMITS.envelope);
  return batches.length === 0 || sizes.reduce((total, size) => total + size, 0) <= LIMITS.message;
}
