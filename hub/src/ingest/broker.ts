import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { LIMITS } from '@hearst/protocol';
import { Aedes, type AedesPublishPacket, type AuthenticateError, type Client } from 'aedes';
import type { Certificate } from '../certificate.ts';
import { HubError } from '../errors.ts';
import type { Log } from '../log.ts';
import {
  type Access,
  type AgentIdentity,
  type Identity,
  mayLeaveWill,
  mayPublish,
  maySubscribe,
  type Refusal,
} from './access.ts';
import { FrameError, FrameGuard } from './frame-guard.ts';

/** How many sockets the broker holds at once, and how long one may stay without having said who it is. */
export interface SocketLimits {
  readonly total: number;
  /** From one address: agents behind one router share it. */
  readonly perAddress: number;
  /** Not authenticated yet; the oldest of them makes room for a new one, so a flood never locks agents out. */
  readonly waiting: number;
  readonly waitingMs: number;
  /** How long a subscriber may leave its messages unread, ms: until then it holds up the others. */
  readonly drainMs: number;
}

const SOCKETS: SocketLimits = { total: 4000, perAddress: 1000, waiting: 200, waitingMs: 5000, drainMs: 8000 };
/** The largest packet before and after authentication, bytes; the second with room for a topic. */
const PACKETS = { before: 16 * 1024, after: LIMITS.message + 1024 };
const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 };
/** Where refused messages go: nobody can subscribe to it. */
const NOWHERE = '$refused';

export interface BrokerStats {
  clients: number;
  /** Logins refused. */
  loginsRefused: number;
  /** Messages and subscriptions refused. */
  refused: number;
  /** Connections replaced by another one with the same client id. */
  takeovers: number;
  /** Sockets cut because of an oversized packet, or to make room. */
  cut: number;
}

/**
 * MQTT 3.1.1 broker inside the hub (aedes), memory only: nothing it holds is a promise, the agents' outboxes are.
 *
 * - A refused publish is acknowledged and thrown away, not answered by cutting the connection: MQTT 3.1.1 has no
 *   other way to say no, and a client that resends on reconnect would cut itself again for ever. The hub never
 *   acks what it did not get, so nothing is lost; `refused` counts and the log tells (once a minute per agent).
 * - QoS 2 and persistent sessions are refused: both make the broker keep memory for a client.
 * - With a certificate it speaks TLS alone: plain MQTT on that port is no MQTT.
 * - `$SYS` and everything else outside this protocol is closed in both directions.
 */
export class EmbeddedBroker {
  readonly #options: {
    host: string;
    port: number;
    access: Access;
    log: Log;
    now: () => number;
    sockets: SocketLimits;
    tls: Certificate | null;
  };
  readonly #identities = new WeakMap<Client, Identity>();
  readonly #wills = new WeakMap<Client, { topic: string; payload: Uint8Array }>();
  readonly #connections = new Map<string, Client>();
  readonly #sockets = new Set<FrameGuard>();
  readonly #perAddress = new Map<string, number>();
  readonly #warned = new Map<string, number>();
  #counts = { loginsRefused: 0, refused: 0, takeovers: 0, cut: 0 };
  #aedes: Aedes | undefined;
  #server: Server | undefined;

  constructor(options: {
    host: string;
    port: number;
    access: Access;
    log: Log;
    now?: () => number;
    sockets?: Partial<SocketLimits>;
    tls?: Certificate | null;
  }) {
    const { now = Date.now, tls = null } = options;
    this.#options = { ...options, now, tls, sockets: { ...SOCKETS, ...options.sockets } };
  }

  async start(): Promise<{ port: number }> {
    const broker = await Aedes.createBroker({
      connectTimeout: this.#options.sockets.waitingMs,
      drainTimeout: this.#options.sockets.drainMs,
      keepaliveLimit: 120,
      maxInflightInbound: 1,
      maxClientsIdLength: 64,
      maxTopicLevels: 8,
      preConnect: (client, packet, done) => {
        if (packet.will)
          this.#wills.set(client, { topic: packet.will.topic, payload: Buffer.from(packet.will.payload) });
        done(null, true);
      },
      authenticate: (client, user, password, done) => void this.#authenticate(client, user, password, done),
      authorizePublish: (client, packet, done) => done(this.#filterPublish(client, packet as AedesPublishPacket)),
      authorizeSubscribe: (client, subscription, done) => {
        const who = this.#identities.get(client);
        if (who && maySubscribe(who, subscription.topic)) return done(null, subscription);
        this.#refuse(who, 'subscription', subscription.topic);
        done(null, null);
      },
    });
    this.#aedes = broker;
    broker.on('clientDisconnect', (client: Client) => this.#forget(client));
    broker.on('clientError', (client: Client, error: Error) => this.#note(client.id, error));
    broker.on('connectionError', (_client: Client, error: Error) =>
      this.#note('a client that had not signed in', error),
    );
    // A listener is needed: without one, trouble of one client's will would end the process.
    (broker as NodeJS.EventEmitter).on('error', (error: Error) =>
      this.#options.log.error({ err: error }, 'broker error'),
    );

    const { tls, sockets } = this.#options;
    const take = (socket: Socket): void => this.#accept(broker, socket);
    const server =
      tls === null
        ? createServer(SOCKET_OPTIONS, take)
        : createTlsServer(
            { ...SOCKET_OPTIONS, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: sockets.waitingMs },
            take,
          );
    // Sockets that have not shaken hands yet are not counted below.
    server.maxConnections = sockets.total + sockets.waiting;
    this.#server = server;
    try {
      await listen(server, this.#options.host, this.#options.port);
    } catch (error) {
      await this.stop();
      throw error;
    }
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : this.#options.port;
    this.#options.log.info({ host: this.#options.host, port }, 'broker listening');
    return { port };
  }

  async stop(): Promise<void> {
    const server = this.#server;
    const broker = this.#aedes;
    this.#server = undefined;
    this.#aedes = undefined;
    const closed = server && new Promise<void>((resolve) => server.close(() => resolve()));
    if (broker) await new Promise<void>((resolve) => broker.close(resolve));
    for (const guard of this.#sockets) guard.destroy();
    await closed;
  }

  stats(): BrokerStats {
    return { clients: this.#connections.size, ...this.#counts };
  }

  /** The agents connected now. */
  agents(): AgentIdentity[] {
    return [...this.#connections.values()].flatMap((client) => {
      const who = this.#identities.get(client);
      return who?.kind === 'agent' ? [who] : [];
    });
  }

  /** Closes an agent's connection, if it has one. */
  disconnect(agentId: string): void {
    this.#connections.get(agentId)?.close();
  }

  #accept(broker: Aedes, socket: Socket): void {
    const { sockets } = this.#options;
    const address = socket.remoteAddress ?? '';
    const here = this.#perAddress.get(address) ?? 0;
    if (this.#sockets.size >= sockets.total || here >= sockets.perAddress) {
      this.#counts.cut++;
      socket.destroy();
      return;
    }
    this.#makeRoom();
    const guard = new FrameGuard(socket, PACKETS);
    this.#sockets.add(guard);
    this.#perAddress.set(address, here + 1);
    const late = setTimeout(() => guard.admitted || guard.destroy(), 2 * sockets.waitingMs);
    guard.once('close', () => {
      clearTimeout(late);
      this.#sockets.delete(guard);
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#perAddress.set(address, left);
      else this.#perAddress.delete(address);
    });
    broker.handle(guard);
  }

  #makeRoom(): void {
    let waiting = 0;
    let oldest: FrameGuard | undefined;
    for (const guard of this.#sockets) {
      if (guard.admitted || guard.destroyed) continue;
      oldest ??= guard;
      waiting++;
    }
    if (waiting < this.#options.sockets.waiting) return;
    this.#counts.cut++;
    oldest?.destroy();
  }

  async #authenticate(
    client: Client,
    user: string | undefined,
    password: Uint8Array | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): Promise<void> {
    const will = this.#wills.get(client);
    const who = await this.#options.access.authenticate(client.id, user, password);
    const refusal = typeof who === 'string' ? who : this.#objection(client, who, will);
    if (refusal !== null || typeof who === 'string') {
      this.#counts.loginsRefused++;
      if (this.#mayWarn(`login ${client.id}`))
        this.#options.log.warn({ client: client.id, reason: refusal }, 'refused a login at the broker');
      done(loginError(refusal), null);
      return;
    }
    if (who.kind === 'agent') {
      if (this.#connections.has(who.id)) this.#counts.takeovers++;
      this.#connections.set(who.id, client);
    }
    this.#identities.set(client, who);
    if (client.conn instanceof FrameGuard) client.conn.admit();
    done(null, true);
  }

  #objection(client: Client, who: Identity, will: { topic: string; payload: Uint8Array } | undefined): string | null {
    if (!(client as { clean?: boolean }).clean) return 'persistent_session';
    return will && !mayLeaveWill(who, will) ? 'foreign_will' : null;
  }

  /** Also called for wills, then perhaps without a client: those were checked at CONNECT. */
  #filterPublish(client: Client | null, packet: AedesPublishPacket): Error | null {
    const who = client ? this.#identities.get(client) : undefined;
    if (packet.qos === 2) return new Error('QoS 2 is not used by this protocol');
    const verdict = who ? mayPublish(who, packet.topic, packet.retain) : 'refuse';
    if (verdict !== 'allow') packet.retain = false;
    if (verdict === 'refuse') {
      this.#refuse(who, 'message', packet.topic);
      packet.topic = NOWHERE;
      packet.payload = Buffer.alloc(0);
    }
    return null;
  }

  #refuse(who: Identity | undefined, what: string, topic: string): void {
    this.#counts.refused++;
    const id = who?.id ?? 'unknown';
    if (this.#mayWarn(`${what} ${id}`))
      this.#options.log.warn({ client: id, topic: topic.slice(0, 200) }, `refused a ${what} at the broker`);
  }

  /** A repeating fault is told once a minute. */
  #mayWarn(key: string): boolean {
    const now = this.#options.now();
    if (now - (this.#warned.get(key) ?? Number.NEGATIVE_INFINITY) < 60_000) return false;
    if (this.#warned.size > 1000) this.#warned.clear();
    this.#warned.set(key, now);
    return true;
  }

  #forget(client: Client): void {
    if (this.#connections.get(client.id) === client) this.#connections.delete(client.id);
  }

  #note(client: string, error: Error): void {
    if (error instanceof FrameError) this.#counts.cut++;
    if (this.#mayWarn(`error ${client}`)) this.#options.log.info({ client, reason: error.message }, 'connection ended');
  }
}

/** 3 (server unavailable) says "try again", 5 (not authorized) says "not with this credential". */
function loginError(refusal: Refusal | string | null): AuthenticateError {
  const returnCode = refusal === 'unavailable' ? 3 : 5;
  return Object.assign(new Error(`login refused: ${refusal}`), { returnCode });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'another program uses it' : error.message;
      reject(
        new HubError(
          `The broker cannot listen on ${host}:${port}: ${reason}. ` +
            'Stop that program, set HEARST_MQTT_PORT to a free port (0 takes any), or use an external broker by MQTT_URL.',
          { cause: error },
        ),
      );
    });
    server.listen(port, host, () => resolve());
  });
}
