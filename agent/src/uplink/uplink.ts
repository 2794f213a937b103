import { type AgentStatus, type ClockState, type Credential, encodeMessage, topics } from '@hearst/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { Backoff } from './backoff.ts';
import { ClockWatch } from './clock-watch.ts';
import { Connection, ConnectionError } from './connection.ts';
import { clockState, HubClock, offsetAt } from './hub-clock.ts';
import { LaneGuard } from './lane-guard.ts';
import { LiveRows } from './live-rows.ts';
import { Session } from './session.ts';

/** Every wait of the uplink, ms where the name does not say otherwise. */
export interface UplinkTimings {
  reconnectMinMs: number;
  reconnectMaxMs: number;
  connectTimeoutMs: number;
  keepaliveS: number;
  /** How long the broker may take to answer a publish before the connection counts as dead. */
  publishDeadlineMs: number;
  welcomeTimeoutMs: number;
  resendAfterMs: number;
  resendMaxMs: number;
  /** How long a fresh batch is live; about two polls. */
  liveWithinMs: number;
  statusEveryMs: number;
  /** Unacknowledged batches and no ack for this long: a new connection. */
  silentMs: number;
  /** No ack for this long although batches wait and the hub takes them: `onStuck`. */
  stuckMs: number;
}

export const TIMINGS: UplinkTimings = {
  reconnectMinMs: 500,
  reconnectMaxMs: 60_000,
  connectTimeoutMs: 10_000,
  keepaliveS: 30,
  publishDeadlineMs: 30_000,
  welcomeTimeoutMs: 10_000,
  resendAfterMs: 15_000,
  resendMaxMs: 300_000,
  liveWithinMs: 120_000,
  statusEveryMs: 60_000,
  silentMs: 120_000,
  stuckMs: 900_000,
};

export interface UplinkOptions {
  credential: Credential;
  outbox: Outbox;
  clock: Clock;
  /** This run of the agent, a UUID; the outbox's too. */
  boot: string;
  /** Name and version, for the hub's list of agents. */
  program: string;
  log: Logger;
  /** What the rest of the agent adds to its status. */
  status?: () => Partial<AgentStatus>;
  timings?: Partial<UplinkTimings>;
  /** Called once when nothing was acknowledged for 15 min although it should be: the supervisor's turn. */
  onStuck?: () => void;
}

export interface UplinkState {
  /** Not connected; connected, and no hub takes data; data may flow. */
  phase: 'connecting' | 'waiting' | 'sending';
  /** When the phase began, ms since 1970. */
  since: number;
  window: number;
  unacked: number;
  lastAckAt: number | null;
  /** Batches sent more than once in this run, and batches freed. */
  resent: number;
  freed: number;
  /** Why broker or hub turn this agent away and what to do about it; null when they do not. */
  refused: string | null;
  /** Why the last connection ended or could not be made; null while connected. */
  trouble: string | null;
  /** Hub's clock minus ours, ms; null while never compared. */
  clockOffsetMs: number | null;
  clock: ClockState;
  /** To the hub and back when the clocks were last compared, ms; null while never. */
  roundTripMs: number | null;
  /** Lanes the broker refuses, resting. */
  heldLanes: string[];
  /** By container or meter: when the newest reading was taken that the hub confirmed in this run, ms since 1970. */
  stored: Record<string, number>;
}

/**
 * Outbox to hub, for ever: one connection after another, each with a client object of its own, full-jitter waits
 * in between. Every error is retried; what broker or hub object to is told by `state()` and logged on change.
 */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #timings: UplinkTimings;
  readonly #backoff: Backoff;
  readonly #live: LiveRows;
  readonly #guard = new LaneGuard();
  readonly #hubClock = new HubClock();
  readonly #watch: ClockWatch;
  #stopping = new AbortController();
  #running: Promise<unknown> | undefined;
  #unsubscribe: () => void = () => undefined;
  #connection: Connection | undefined;
  #session: Session | undefined;
  #phase: UplinkState['phase'] = 'connecting';
  #since: number;
  #lastAckAt: number | null = null;
  #refused: string | null = null;
  #trouble: string | null = null;
  #resentBefore = 0;
  #freed = 0;
  readonly #stored = new Map<string, number>();
  #unansweredMs = 0;
  #toldStuck = false;

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#timings = { ...TIMINGS, ...options.timings };
    this.#backoff = new Backoff(this.#timings.reconnectMinMs, this.#timings.reconnectMaxMs);
    this.#live = new LiveRows(this.#timings.liveWithinMs);
    this.#watch = new ClockWatch(options.clock);
    this.#since = options.clock.wall();
  }

  start(): void {
    if (this.#running) return;
    this.#stopping = new AbortController();
    const { outbox, clock } = this.#options;
    this.#unsubscribe = outbox.subscribe({
      appended: (rows) => {
        this.#session?.rewind(this.#live.expire(clock.mono()));
        this.#live.add(rows, clock.mono());
        this.#session?.wake();
      },
      reset: () => {
        this.#live.clear();
        this.#connection?.close('the outbox was rebuilt');
      },
    });
    this.#running = Promise.all([this.#connectForEver(), this.#lookAround()]);
  }

  /** Says goodbye and stops; batches on their way stay in the outbox. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#unsubscribe();
    const connection = this.#connection;
    if (connection) {
      const topic = topics.up(this.#options.credential.agent, 'status');
      // A broker that does not answer any more must not hold up the stop; the last will says the same.
      const goodbye = connection.publish(topic, encodeMessage('status', { state: 'offline' }), true);
      await Promise.race([goodbye.catch(() => undefined), this.#options.clock.sleep(2000)]);
      await Promise.race([connection.end(), this.#options.clock.sleep(2000)]);
      connection.close();
    }
    await this.#running;
    this.#running = undefined;
  }

  state(): UplinkState {
    const { clock } = this.#options;
    this.#setPhase();
    const { anchor } = this.#hubClock;
    const offset = offsetAt(anchor?.anchorMs ?? null, clock.wall(), clock.mono());
    return {
      phase: this.#phase,
      since: this.#since,
      window: this.#session?.window ?? 0,
      unacked: this.#session?.unacked ?? 0,
      lastAckAt: this.#lastAckAt,
      resent: this.#resentBefore + (this.#session?.resent ?? 0),
      freed: this.#freed,
      refused: this.#refused,
      trouble: this.#trouble,
      clockOffsetMs: offset,
      clock: clockState(offset),
      roundTripMs: anchor ? 2 * anchor.uncertaintyMs : null,
      heldLanes: this.#guard.held(clock.mono()),
      stored: Object.fromEntries(this.#stored),
    };
  }

  #setPhase(): void {
    const phase = this.#session?.welcomed ? 'sending' : this.#connection ? 'waiting' : 'connecting';
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#since = this.#options.clock.wall();
    this.#options.log.info({ phase }, `uplink: ${phase}`);
  }

  async #connectForEver(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let reason: string;
      try {
        reason = await this.#connectOnce(signal);
      } catch (error) {
        reason = (error as Error).message;
        if (error instanceof ConnectionError && error.refused) this.#setRefused(reason);
      }
      this.#setPhase();
      if (signal.aborted) return;
      const held = this.#guard.lost(clock.mono());
      if (held) this.#reportHeldLane(held.lane, held.forMs, held.first);
      if (reason !== this.#trouble) log.warn({ reason }, 'uplink: not connected, will keep trying');
      this.#trouble = reason;
      await clock.sleep(this.#backoff.next(), signal).catch(() => undefined);
    }
  }

  /** One connection from beginning to end; resolves with why it ended. */
  async #connectOnce(signal: AbortSignal): Promise<string> {
    const { credential } = this.#options;
    const early: [string, Buffer][] = [];
    let session: Session | undefined;
    const connection = await Connection.open(
      {
        credential,
        will: { topic: topics.up(credential.agent, 'status'), payload: encodeMessage('status', { state: 'offline' }) },
        connectTimeoutMs: this.#timings.connectTimeoutMs,
        keepaliveS: this.#timings.keepaliveS,
        deadlineMs: this.#timings.publishDeadlineMs,
      },
      (topic, payload) => (session ? session.receive(topic, payload) : early.push([topic, payload])),
      signal,
    );
    if (signal.aborted) {
      connection.close();
      return 'stopped';
    }
    this.#connection = connection;
    this.#guard.opened();
    session = new Session(this.#sessionParts(), connection);
    this.#session = session;
    for (const [topic, payload] of early) session.receive(topic, payload);
    try {
      return await session.run();
    } finally {
      this.#resentBefore += session.resent;
      this.#session = undefined;
      this.#connection = undefined;
    }
  }

  #sessionParts(): ConstructorParameters<typeof Session>[0] {
    const { credential, outbox, clock, boot, program, log } = this.#options;
    return {
      credential,
      outbox,
      clock,
      boot,
      program,
      log,
      timings: this.#timings,
      live: this.#live,
      guard: this.#guard,
      hubClock: this.#hubClock,
      status: () => this.#status(),
      onRefused: (why) => {
        this.#setRefused(why);
        if (why !== null) return;
        this.#trouble = null;
        this.#backoff.reset();
      },
      onAck: () => {
        this.#backoff.reset();
        this.#lastAckAt = clock.wall();
        this.#unansweredMs = 0;
      },
      onStored: (stream, at) => {
        for (const id of stream.split(' '))
          if (id !== '') this.#stored.set(id, Math.max(at, this.#stored.get(id) ?? 0));
      },
      onFreed: (count) => {
        this.#freed += count;
      },
    };
  }

  #status(): AgentStatus {
    const { outbox, boot, program, status } = this.#options;
    const { batches, bytes, oldestAt } = outbox.depth();
    return {
      program,
      boot,
      since: Math.round(this.#since),
      outbox: { batches, bytes, oldest_at: oldestAt },
      ...status?.(),
      state: 'online',
    };
  }

  #setRefused(why: string | null): void {
    if (why === this.#refused) return;
    this.#refused = why;
    if (why === null) this.#options.log.info('uplink: accepted again');
    else this.#options.log.error({ why }, `uplink: turned away: ${why}`);
  }

  #reportHeldLane(lane: string, forMs: number, first: boolean): void {
    const { log, outbox } = this.#options;
    log.error({ lane, forMs }, `uplink: the broker closes the connection on ${lane} data; check its access rules`);
    if (!first) return;
    outbox.report({
      code: 'uplink.lane_refused',
      severity: 'critical',
      subject: null,
      message: `The broker closes the connection whenever ${lane} data is published: check its access rules. The data is kept.`,
      data: { lane },
    });
  }

  /** Once a second: has the wall clock been set, is the hub silent though it should answer. */
  async #lookAround(): Promise<void> {
    const { clock, outbox, log } = this.#options;
    const { signal } = this.#stopping;
    for (let before = clock.mono(); ; before = clock.mono()) {
      await clock.sleep(1000, signal).catch(() => undefined);
      if (signal.aborted) return;
      this.#setPhase();
      const step = this.#watch.step();
      // The poller tells the hub of it; here it means that the hub's clock has to be compared anew.
      if (step !== undefined) this.#session?.compareClocks();
      try {
        this.#watchAnswers(clock.mono() - before, outbox.depth().batches);
      } catch (error) {
        log.warn({ err: error }, 'uplink: outbox does not answer');
      }
    }
  }

  #watchAnswers(passedMs: number, waiting: number): void {
    const session = this.#session;
    if (waiting === 0) this.#unansweredMs = 0;
    else if (session?.welcomed && session.window > 0) this.#unansweredMs += passedMs;
    if (this.#unansweredMs < this.#timings.stuckMs || this.#toldStuck) return;
    this.#toldStuck = true;
    this.#options.log.fatal('uplink: nothing acknowledged for too long, asking to be restarted');
    this.#options.onStuck?.();
  }
}
