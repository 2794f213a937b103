import {
  type Ack,
  type AgentStatus,
  type Credential,
  decodeJsonMessage,
  encodeMessage,
  ProtocolError,
  parseTopic,
  topics,
  type Welcome,
} from '@hearst/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { Acks } from './acks.ts';
import type { Connection } from './connection.ts';
import { Flight } from './flight.ts';
import { Handshake } from './handshake.ts';
import type { HubClock } from './hub-clock.ts';
import type { LaneGuard } from './lane-guard.ts';
import { Lanes } from './lanes.ts';
import type { LiveRows } from './live-rows.ts';
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
  /** The hub has stored a batch about these containers or meters (ids with spaces between), read at `at`. */
  onStored: (stream: string, at: number) => void;
}

/** Longest the loop sleeps without looking around, ms. */
const LOOK_EVERY_MS = 1000;

/**
 * What is said on one connection: status, then (while any hub is online) hello and welcome, then data.
 *
 * - Nothing but status and hello is sent before a welcome, nor while every hub is offline (handshake.ts).
 * - Never more unacknowledged batches than the hub's window; at 0 everything is held (lanes.ts).
 * - Order: events, then live, newest poll first, then backlog, oldest first, with the room that is left (lanes.ts).
 * - Only an ack naming a batch frees it (R3; acks.ts). A missing answer means unknown: it is sent again (R8;
 *   flight.ts).
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #connection: Connection;
  readonly #flight: Flight;
  readonly #handshake: Handshake;
  readonly #lanes: Lanes;
  readonly #acks: Acks;
  #nextStatusAt = 0;
  #lastAckAt: number;
  #closedWindowSince: number | undefined;
  /** What was sent before the next welcome was not taken: every hub went away, or one said so. */
  #hubForgot = false;
  #wake: () => void = () => undefined;
  #woken = false;
  #over = false;

  constructor(parts: SessionParts, connection: Connection) {
    this.#parts = parts;
    this.#connection = connection;
    this.#flight = new Flight(parts.timings);
    this.#handshake = new Handshake(parts, connection);
    this.#lanes = new Lanes(parts, connection, this.#flight, () => this.wake());
    this.#acks = new Acks(parts, this.#flight);
    this.#lastAckAt = parts.clock.mono();
    parts.outbox.hold(this.#flight.rows);
  }

  get welcomed(): boolean {
    return this.#handshake.welcome !== undefined;
  }

  get window(): number {
    return this.#lanes.window;
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
    this.#handshake.again();
    this.wake();
  }

  /** Rows that are live no longer: the backlog takes them up again. */
  rewind(rows: readonly number[]): void {
    this.#lanes.rewind(rows);
  }

  // --- the loop ---------------------------------------------------------------------------------------------

  /** Does what can be done now; returns when to look again at the latest (mono ms). */
  async #step(): Promise<number> {
    const { clock, live, timings } = this.#parts;
    const now = clock.mono();
    this.rewind(live.expire(now));
    if (now >= this.#acks.confirmAt) this.#confirm();
    if (now >= this.#nextStatusAt) await this.#publishStatus(now);
    if (!this.#handshake.hubOnline) {
      this.#hubForgot ||= this.welcomed;
      this.#handshake.pause(now);
      return Number.POSITIVE_INFINITY;
    }
    if (!this.welcomed) {
      if (now >= this.#handshake.nextHelloAt) await this.#handshake.sayHello();
      return this.#handshake.nextHelloAt;
    }
    this.#watchSilence(now);
    this.#watchWindow(now);
    return Math.min(this.#lanes.send(now), this.#flight.nextDue, now + timings.statusEveryMs);
  }

  async #rest(until: number): Promise<void> {
    const { clock } = this.#parts;
    const stop = new AbortController();
    this.#wake = () => stop.abort();
    const ms = Math.min(LOOK_EVERY_MS, Math.max(1, Math.min(until, this.#acks.confirmAt) - clock.mono()));
    await clock.sleep(ms, stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
    this.#wake = () => undefined;
  }

  async #publishStatus(now: number): Promise<void> {
    const { credential, status, timings } = this.#parts;
    this.#nextStatusAt = now + timings.statusEveryMs;
    await this.#connection.publish(topics.up(credential.agent, 'status'), encodeMessage('status', status()), true);
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
    if (this.window > 0) this.#closedWindowSince = undefined;
    else {
      this.#closedWindowSince ??= now;
      if (now - this.#closedWindowSince > 3 * this.#parts.timings.welcomeTimeoutMs) {
        this.#closedWindowSince = now;
        this.#handshake.again();
      }
    }
  }

  /** Marks in the outbox what acks have named; what could not be marked is sent again. */
  #confirm(): void {
    if (!this.#acks.confirm()) this.#lanes.startOver();
  }

  // --- what comes -------------------------------------------------------------------------------------------

  /** A message from the broker. Never throws: what cannot be read is logged and left. */
  receive(topic: string, payload: Buffer): void {
    try {
      const parsed = parseTopic(topic);
      if (parsed.direction === 'hub') this.#handshake.onHubState(parsed.hub, decodeJsonMessage('state', payload));
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

  #onWelcome(welcome: Welcome): void {
    if (!this.#handshake.onWelcome(welcome)) return;
    const now = this.#parts.clock.mono();
    this.#lastAckAt = now;
    this.#confirm();
    this.#lanes.open(welcome, now);
    if (this.#hubForgot) this.#flight.allDue(now);
    this.#hubForgot = false;
  }

  #onAck(ack: Ack): void {
    const { clock, hubClock, onAck } = this.#parts;
    const now = clock.mono();
    this.#acks.take(ack, now);
    if (ack.slow_down_ms > 0) this.#lanes.pauseBacklog(now + ack.slow_down_ms);
    this.#lastAckAt = now;
    onAck();
    const { welcome } = this.#handshake;
    if (!welcome) return;
    this.#lanes.window = ack.window;
    this.#hubForgot ||= ack.rehello;
    if (ack.rotate_outbox) this.#handshake.rotate(ack.outbox);
    else if (ack.rehello || ack.hub_epoch !== welcome.hub_epoch || hubClock.contradicts(ack.sent_at, now))
      this.#handshake.again();
  }
}
