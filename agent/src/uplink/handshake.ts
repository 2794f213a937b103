import { encodeMessage, type HubState, PROTOCOL_VERSION, topics, type Welcome } from '@hearst/protocol';
import { Backoff } from './backoff.ts';
import type { Connection } from './connection.ts';
import { clockState, offsetAt } from './hub-clock.ts';
import type { SessionParts } from './session.ts';

type HandshakeParts = Pick<
  SessionParts,
  'credential' | 'outbox' | 'clock' | 'boot' | 'program' | 'hubClock' | 'log' | 'timings' | 'onRefused'
>;

/**
 * Hello and welcome: which hubs are online, what this agent says of itself, and what the hub answers. A hello is
 * said while some hub is online and no welcome holds; an exchange also compares the clocks.
 */
export class Handshake {
  readonly #parts: HandshakeParts;
  readonly #connection: Connection;
  readonly #backoff: Backoff;
  readonly #hubs = new Map<string, HubState>();
  #hello: { wall: number; mono: number; outbox: string } | undefined;
  #welcome: Welcome | undefined;
  #nextHelloAt = 0;

  constructor(parts: HandshakeParts, connection: Connection) {
    this.#parts = parts;
    this.#connection = connection;
    this.#backoff = new Backoff(parts.timings.welcomeTimeoutMs, 30 * parts.timings.welcomeTimeoutMs);
  }

  /** The welcome that holds; undefined while data may not flow. */
  get welcome(): Welcome | undefined {
    return this.#welcome;
  }

  /** When to say hello (again), mono ms. */
  get nextHelloAt(): number {
    return this.#nextHelloAt;
  }

  get hubOnline(): boolean {
    for (const hub of this.#hubs.values()) if (hub.state === 'online') return true;
    return false;
  }

  /** A hub came, went, or was restored from a backup. */
  onHubState(hub: string, state: HubState): void {
    this.#hubs.set(hub, state);
    const { hub: welcomedBy, hub_epoch: epoch } = this.#welcome ?? {};
    if (state.hub === welcomedBy && state.hub_epoch !== null && state.hub_epoch !== epoch) this.again();
  }

  /** Every hub is away: no welcome holds, and hello is said as soon as one is back. */
  pause(now: number): void {
    this.#welcome = undefined;
    this.#nextHelloAt = now;
  }

  async sayHello(): Promise<void> {
    const { credential, outbox, clock, boot, program, hubClock, timings } = this.#parts;
    const { agent } = credential;
    const position = outbox.position();
    const { batches, bytes } = outbox.depth();
    const wall = Math.round(clock.wall());
    const mono = clock.mono();
    this.#hello = { wall, mono, outbox: position.outbox };
    this.#nextHelloAt = mono + this.#backoff.next() + timings.welcomeTimeoutMs / 2;
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

  /** Does what a welcome asks for; true when data may flow from now on. */
  onWelcome(welcome: Welcome): boolean {
    const { outbox, clock, boot, hubClock, log, onRefused } = this.#parts;
    const hello = this.#hello;
    // An answer to another hello (an earlier connection's, a clone's) says nothing about this one.
    if (!hello || welcome.boot !== boot || welcome.outbox !== hello.outbox || welcome.hello_sent_at !== hello.wall)
      return false;
    this.#hello = undefined;
    const anchor = hubClock.exchange(hello.mono, welcome.received_at, welcome.sent_at, clock.mono());
    if (anchor) outbox.anchor(anchor.anchorMs, anchor.uncertaintyMs);
    onRefused(welcome.refused);
    if (welcome.refused !== null) return false;
    this.#backoff.reset();
    outbox.lease = welcome.lease;
    if (welcome.rotate_outbox) {
      this.rotate(welcome.outbox);
      return false;
    }
    if (welcome.replay_from !== null) {
      const count = outbox.replay(welcome.outbox, welcome.replay_from, welcome.hub_epoch);
      if (count > 0)
        log.warn({ count, from: welcome.replay_from }, 'uplink: the hub was restored, sending again what it lost');
    }
    this.#welcome = welcome;
    return true;
  }

  /** Another program uses this outbox's identity too: new batches get a new one, those there keep theirs. */
  rotate(named: string): void {
    const { outbox, log } = this.#parts;
    if (named === outbox.id) {
      const id = outbox.rotate();
      log.warn({ from: named, to: id }, 'uplink: the hub asked for a new outbox id: this outbox exists twice');
    }
    this.again();
  }

  /** Says hello anew, unless one is on its way. */
  again(): void {
    if (!this.#welcome && this.#hello) return;
    this.#welcome = undefined;
    this.#hello = undefined;
    this.#nextHelloAt = this.#parts.clock.mono() + this.#backoff.next() / 10;
  }
}
