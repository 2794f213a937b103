import { encodeMessage, type HubState, type MessageName, type MessageOf, topics } from '@hearst/protocol';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Log } from '../log.ts';

export interface LinkOptions {
  /** `mqtt://` or `mqtts://`, with user and password where the broker wants them and `login` does not say. */
  readonly url: string;
  readonly login?: { readonly user: string; readonly password: string };
  /** Over TLS: certificates in PEM to believe instead of the usual authorities, and whether the name in them counts. */
  readonly trust?: { readonly ca: string; readonly anyName: boolean } | null;
  /** This hub's id: in its state topic, and client id as `hub-<id>`. */
  readonly hub: string;
  readonly hubEpoch: () => string | null;
  /** Several hubs on one external broker share the work: each message goes to one of them. */
  readonly shared?: boolean;
  /** Called for every message; must return at once (the parser waits, and with it the keepalive). */
  readonly onMessage: (topic: string, payload: Buffer, retained: boolean) => void;
  readonly onUp?: () => void;
  readonly log: Log;
}

const BACKOFF = { least: 500, most: 15_000 };
const SHARED_FILTER = `$share/hearst-hub/${topics.upFilter}`;

/**
 * The hub's own MQTT client (3.1.1), the same against the embedded broker (over loopback) and any other.
 *
 * - Every connection is a new client object with a clean session; the loop that makes them is ours, with full-jitter
 *   back-off, and never ends before `stop`.
 * - While it is up, the retained state of this hub says online; its last will says offline.
 * - Nothing is published while it is down: acks and welcomes are QoS 0 and may be lost, the agent asks again.
 */
export class HubLink {
  readonly #options: LinkOptions;
  #client: MqttClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #attempt = 0;
  #up = false;
  #stopped = true;
  #toldDown = false;
  #problem: Error | null = null;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get up(): boolean {
    return this.#up;
  }

  /** Why it is down, as far as it knows: the last error since it was up. A refused login has the MQTT code 4 or 5. */
  get problem(): Error | null {
    return this.#problem;
  }

  start(): void {
    this.#stopped = false;
    this.#connect();
  }

  /** Says offline, then closes. Returns when the connection is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    if (!client) return;
    if (this.#up) await this.#publishState(client, 'offline');
    this.#up = false;
    await within(1000, (done) => client.end(false, {}, done));
    client.end(true);
  }

  /** Publishes a message to an agent, if the link is up. */
  send<N extends MessageName & ('welcome' | 'ack')>(agent: string, name: N, message: MessageOf<N>): void {
    if (this.#up) this.#client?.publish(topics.down(agent, name), encodeMessage(name, message), { qos: 0 });
  }

  /** Tells the state again, after the epoch became known. */
  async announce(): Promise<void> {
    if (this.#up && this.#client) await this.#publishState(this.#client, 'online');
  }

  #connect(): void {
    const { url, login, hub, trust } = this.#options;
    const options: IClientOptions = {
      clientId: `hub-${hub}`,
      protocolVersion: 4,
      clean: true,
      keepalive: 30,
      connectTimeout: 10_000,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      will: { topic: topics.hubState(hub), payload: Buffer.from(this.#stateMessage('offline')), qos: 1, retain: true },
      ...(login ? { username: login.user, password: login.password } : {}),
      // A server certificate may stand for itself: its own broker is believed by exactly that.
      ...(trust ? { ca: trust.ca, allowPartialTrustChain: true } : {}),
      ...(trust?.anyName ? { checkServerIdentity: () => undefined } : {}),
    };
    const client = connect(url, options);
    this.#client = client;
    // A refused CONNECT may leave the socket open: after any error this client is given up.
    client.on('error', (error) => {
      this.#problem = error;
      this.#options.log.debug({ reason: error.message }, 'link to the broker: error');
      this.#again(client);
    });
    client.on('message', (topic, payload, packet) => this.#options.onMessage(topic, payload, packet.retain));
    client.once('connect', () => void this.#ready(client));
    client.once('close', () => this.#again(client));
  }

  async #ready(client: MqttClient): Promise<void> {
    const filter = this.#options.shared ? SHARED_FILTER : topics.upFilter;
    try {
      const granted = await client.subscribeAsync(filter, { qos: 1 });
      if (granted.some((grant) => grant.qos > 2)) throw new Error(`the broker refused the subscription to ${filter}`);
      if (client !== this.#client) return;
      this.#up = true;
      this.#problem = null;
      this.#attempt = 0;
      this.#toldDown = false;
      this.#options.log.info({ filter }, 'connected to the broker');
      this.#options.onUp?.();
      await this.#publishState(client, 'online');
    } catch (error) {
      if (client !== this.#client) return;
      this.#options.log.error(
        { reason: (error as Error).message },
        "the broker does not let the hub listen: check its access rules for the hub's login",
      );
      client.end(true);
    }
  }

  #again(client: MqttClient): void {
    client.end(true);
    if (client !== this.#client || this.#stopped) return;
    this.#up = false;
    this.#client = undefined;
    const ceiling = Math.min(BACKOFF.most, BACKOFF.least * 2 ** this.#attempt++);
    const delay = Math.random() * ceiling;
    if (!this.#toldDown)
      this.#options.log.warn(
        { reason: this.#problem?.message },
        'the link to the broker is down: trying again until it is back',
      );
    this.#toldDown = true;
    this.#timer = setTimeout(() => this.#connect(), delay);
  }

  #publishState(client: MqttClient, state: HubState['state']): Promise<void> {
    const publish = (done: () => void): unknown =>
      client.publish(topics.hubState(this.#options.hub), this.#stateMessage(state), { qos: 1, retain: true }, done);
    return within(2000, publish);
  }

  #stateMessage(state: HubState['state']): string {
    return encodeMessage('state', { state, hub: this.#options.hub, hub_epoch: this.#options.hubEpoch() });
  }
}

/** mqtt.js callbacks may never come after a close: waits for one, but not longer than `ms`. */
function within(ms: number, start: (done: () => void) => unknown): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    start(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
