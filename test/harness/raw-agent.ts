import { randomBytes, randomUUID } from 'node:crypto';
import {
  type Ack,
  type BatchBody,
  type ContainerFrame,
  decodeJsonMessage,
  encodeBatch,
  encodeBody,
  encodeMessage,
  type Hello,
  type HubState,
  hashBody,
  type Lane,
  type MeterFrame,
  PROTOCOL_VERSION,
  parseTopic,
  statusCode,
  topics,
  type UnsignedEnvelope,
  type Welcome,
} from '@hearst/protocol';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';

export interface RawAgentOptions {
  url: string;
  agent: string;
  project: string;
  secret: string;
  hmacKey: Buffer;
  outbox?: string;
  boot?: string;
}

/** An agent for tests, without outbox or poller: it says and signs exactly what the test wants. */
export class RawAgent {
  readonly options: RawAgentOptions;
  readonly outbox: string;
  readonly boot: string;
  lease = 0;
  seq = 0;
  readonly welcomes: Welcome[] = [];
  readonly acks: Ack[] = [];
  readonly hubs: HubState[] = [];
  closed = 0;
  client: MqttClient | undefined;
  /** What is waited for. */
  readonly #looks = new Set<() => void>();

  constructor(options: RawAgentOptions) {
    this.options = options;
    this.outbox = options.outbox ?? randomUUID();
    this.boot = options.boot ?? randomUUID();
  }

  /** Connects and subscribes; rejects when the broker refuses. */
  async connect(extra: IClientOptions = {}): Promise<this> {
    const { url, agent, secret } = this.options;
    const client = connect(url, {
      clientId: agent,
      username: agent,
      password: secret,
      protocolVersion: 4,
      clean: true,
      keepalive: 30,
      reconnectPeriod: 0,
      connectTimeout: 5000,
      ...extra,
    });
    this.client = client;
    client.on('message', (topic, payload) => this.#hear(topic, payload));
    client.on('close', () => this.closed++);
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
      client.once('close', () => reject(new Error('closed before CONNACK')));
    });
    client.on('error', () => undefined);
    await client.subscribeAsync([topics.downFilter(agent), topics.hubStateFilter], { qos: 1 });
    return this;
  }

  /** Connects, says hello and waits for the welcome. */
  async join(hello: Partial<Hello> = {}): Promise<Welcome> {
    await this.connect();
    return this.hello(hello);
  }

  async hello(overrides: Partial<Hello> = {}, withinMs = 10_000): Promise<Welcome> {
    const before = this.welcomes.length;
    await this.publish(
      'hello',
      encodeMessage('hello', {
        v: PROTOCOL_VERSION,
        agent: this.options.agent,
        program: 'raw-agent',
        outbox: this.outbox,
        low_watermark: this.seq + 1,
        next_seq: this.seq + 1,
        depth: { batches: 0, bytes: 0 },
        boot: this.boot,
        lease: this.lease,
        clock: 'synced',
        sent_at: Date.now(),
        ...overrides,
      }),
    );
    const welcome = await this.#heard(
      () => this.welcomes[before],
      withinMs,
      () => 'a welcome',
    );
    if (welcome.refused === null) this.lease = welcome.lease;
    return welcome;
  }

  /** A signed batch of the given frames under the next seq (or the one given). */
  batch(
    body: BatchBody['body'],
    envelope: Partial<UnsignedEnvelope> = {},
    kind: UnsignedEnvelope['kind'] = 'frames',
  ): Buffer {
    return this.sign(encodeBody(body), { kind, ...envelope });
  }

  /** The same for bytes of any kind. */
  sign(body: Buffer, envelope: Partial<UnsignedEnvelope> = {}, key = this.options.hmacKey): Buffer {
    const unsigned: UnsignedEnvelope = {
      agent: this.options.agent,
      outbox: this.outbox,
      seq: envelope.seq ?? ++this.seq,
      lane: 'live',
      kind: 'frames',
      boot: this.boot,
      wall: Date.now(),
      mono: performance.now(),
      clock: 'synced',
      offset_ms: 0,
      lease: this.lease,
      n: 1,
      hash: hashBody(body),
      ...envelope,
    };
    return encodeBatch(unsigned, body, key);
  }

  async publish(name: 'hello' | 'status' | Lane, payload: string | Buffer, retain = false): Promise<void> {
    await this.client?.publishAsync(topics.up(this.options.agent, name), payload, { qos: 1, retain });
  }

  /** Publishes batches in one message. */
  async send(...batches: Buffer[]): Promise<void> {
    await this.publish('live', Buffer.concat(batches));
  }

  isAcked(seq: number, outbox = this.outbox): boolean {
    return this.acks.some((ack) => ack.outbox === outbox && ack.acked.some(([from, to]) => seq >= from && seq <= to));
  }

  /** How often a seq was acknowledged. */
  countAcks(seq: number): number {
    return this.acks.filter((ack) => ack.acked.some(([from, to]) => seq >= from && seq <= to)).length;
  }

  quarantined(seq: number): string | undefined {
    return this.acks.flatMap((ack) => ack.quarantined).find((entry) => entry.seq === seq)?.reason;
  }

  async acked(seq: number, withinMs = 10_000): Promise<void> {
    await this.#heard(
      () => this.isAcked(seq),
      withinMs,
      () => `an ack of ${seq}, got ${this.#told()}`,
    );
  }

  async setAside(seq: number): Promise<string> {
    return this.#heard(
      () => this.quarantined(seq),
      10_000,
      () => `quarantine of ${seq}, got ${this.#told()}`,
    );
  }

  async leave(): Promise<void> {
    await this.client?.endAsync(true);
  }

  /** Looks with every message that comes: hundreds of these agents wait at no cost. */
  #heard<T>(look: () => T | undefined | false, withinMs: number, what: () => string): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#looks.delete(attempt);
        reject(new Error(`waited ${withinMs} ms for ${what()}`));
      }, withinMs);
      const attempt = (): void => {
        const found = look();
        if (found === undefined || found === false) return;
        clearTimeout(timer);
        this.#looks.delete(attempt);
        resolve(found);
      };
      this.#looks.add(attempt);
      attempt();
    });
  }

  #told(): string {
    return JSON.stringify(this.acks.map(({ acked, quarantined, retry }) => ({ acked, quarantined, retry })));
  }

  #hear(topic: string, payload: Buffer): void {
    const parsed = parseTopic(topic);
    if (parsed.direction === 'hub') this.hubs.push(decodeJsonMessage('state', payload));
    else if (parsed.direction === 'down' && parsed.name === 'welcome')
      this.welcomes.push(decodeJsonMessage('welcome', payload));
    else if (parsed.direction === 'down') this.acks.push(decodeJsonMessage('ack', payload));
    for (const look of [...this.#looks]) look();
  }
}

/**
 * A container's frame with `size` miners. The numbers vary by position and time, so that they compress like real ones;
 * `over` replaces whole fields.
 */
export function containerFrame(
  project: string,
  container: string,
  at: number,
  size = 4,
  over: Partial<ContainerFrame> = {},
): ContainerFrame {
  const positions = Array.from({ length: size }, (_, i) => i + 1);
  const noise = randomBytes(8 * size);
  const column = (base: number, spread: number, digits: number, lane: number): number[] =>
    positions.map((_, i) => Number((base + (noise[i * 8 + lane]! / 255 - 0.5) * spread).toFixed(digits)));
  return {
    kind: 'container',
    project,
    container,
    at,
    interval_s: 60,
    positions,
    status: positions.map(() => statusCode('hashing')),
    columns: {
      hashrate_ths: column(473, 20, 1, 0),
      hashrate_avg_ths: column(473, 8, 1, 1),
      hashrate_expected_ths: positions.map(() => 473),
      power_w: column(5676, 120, 0, 2),
      temp_chip_c: column(62, 12, 1, 3),
      temp_board_c: column(55, 10, 1, 4),
      temp_inlet_c: column(35, 2, 1, 5),
      temp_outlet_c: column(45, 3, 1, 6),
      boards_active: positions.map(() => 3),
      hw_errors: positions.map((i) => (i * 7) % 40),
      uptime_s: positions.map((i) => 86_400 + Math.floor((at / 1000) % 86_400) + i),
    },
    cooling: {
      temp_supply_c: 35.2,
      temp_return_c: 45.1,
      flow_m3h: 128.5,
      pressure_supply_bar: 2.9,
      pressure_return_bar: 1.4,
      power_box1_kw: 880,
      power_box2_kw: 870,
    },
    cooling_expected: true,
    ...over,
  };
}

export function meterFrame(project: string, meter: string, at: number, over: Partial<MeterFrame> = {}): MeterFrame {
  const values = { active_power_kw: 3400, apparent_power_kva: 3500, power_factor: 0.97, energy_import_kwh: 123_456.5 };
  return { kind: 'meter', project, meter, transformer: null, at, interval_s: 60, values, ...over };
}
