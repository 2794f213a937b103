import { randomUUID } from 'node:crypto';
import {
  type Ack,
  decodeBody,
  decodeJsonMessage,
  decodeMessage,
  type Envelope,
  encodeMessage,
  type Hello,
  type Lane,
  type RawBatch,
  topics,
  verifyBatch,
  type Welcome,
} from '@hearst/protocol';
import type { TestBroker } from './broker.ts';

export interface Received {
  envelope: Envelope;
  /** Decompressed and checked; read when asked for. */
  body: () => ReturnType<typeof decodeBody>;
  lane: Lane;
  /** Batches in the message it came with. */
  inMessage: number;
  at: number;
}

/**
 * The hub as the agent sees it, without a database: it verifies every batch, keeps each key once and answers as
 * the test wants it to. Change the public fields at any time.
 */
export class ScriptedHub {
  readonly #broker: TestBroker;
  readonly agent: string;
  readonly hmacKey: Buffer;
  readonly id = randomUUID();
  epoch: string = randomUUID();
  project = 'QATAR-001';
  window = 16;
  backlogRate: number | null = null;
  refused: string | null = null;
  replayFrom: number | null = null;
  rotate = false;
  /** How far this hub's clock is ahead of ours, ms. */
  clockAheadMs = 0;
  lease = 0;
  /** Decides what becomes of a message: its batches are answered, or not at all. */
  answers: (batches: Received[]) => boolean = () => true;
  /** Changes an ack before it is sent; null drops it, several are sent in order. */
  alterAck: (ack: Ack) => Ack[] = (ack) => [ack];
  /** Whether a hello is answered. */
  welcomes: (hello: Hello) => boolean = () => true;
  ackDelayMs = 0;
  /** Changes what goes out: a hub of another version says less or more. */
  says: <M extends object>(name: 'welcome' | 'ack' | 'state', message: M) => M = (_name, message) => message;

  readonly hellos: Hello[] = [];
  readonly statuses: { state: string; retain: boolean }[] = [];
  /** Everything received, duplicates included, in order. */
  readonly received: Received[] = [];
  /** What is stored: once per key. */
  readonly stored = new Map<string, Received>();
  duplicates = 0;
  messages = 0;
  /** The most batches that were ever unanswered at once. */
  mostUnanswered = 0;
  #unanswered = new Set<string>();
  readonly faults: unknown[] = [];

  constructor(broker: TestBroker, agent: string, hmacKey: Buffer) {
    this.#broker = broker;
    this.agent = agent;
    this.hmacKey = hmacKey;
  }

  /** Hears the agent and says online. Call again after the broker was started again. */
  attach(online = true): void {
    this.#broker.subscribe(topics.upFilter, (topic, payload, retain) => {
      try {
        this.#receive(topic.split('/').at(-1) ?? '', payload, retain);
      } catch (error) {
        this.faults.push(error);
      }
    });
    this.setState(online ? 'online' : 'offline');
  }

  setState(state: 'online' | 'offline'): void {
    const message = encodeMessage('state', this.says('state', { state, hub: this.id, hub_epoch: this.epoch }));
    this.#broker.publish(topics.hubState(this.id), message, { qos: 1, retain: true });
  }

  now(): number {
    return Math.round(Date.now() + this.clockAheadMs);
  }

  seqs(lane?: Lane): number[] {
    return this.received.filter((one) => !lane || one.lane === lane).map((one) => one.envelope.seq);
  }

  ack(fields: Partial<Ack> & Pick<Ack, 'outbox'>): void {
    const ack: Ack = {
      v: 1,
      hub_epoch: this.epoch,
      acked: [],
      quarantined: [],
      retry: [],
      window: this.window,
      slow_down_ms: 0,
      rotate_outbox: false,
      rehello: false,
      sent_at: this.now(),
      ...fields,
    };
    for (const one of this.alterAck(ack))
      this.#broker.publish(topics.down(this.agent, 'ack'), encodeMessage('ack', this.says('ack', one)));
    for (const [from, to] of ack.acked) {
      for (let seq = from; seq <= to; seq++) this.#unanswered.delete(`${ack.outbox} ${seq}`);
    }
  }

  welcome(hello: Hello): void {
    const at = this.now();
    const welcome: Welcome = {
      v: 1,
      hub: this.id,
      hub_epoch: this.epoch,
      project: this.project,
      outbox: hello.outbox,
      boot: hello.boot,
      lease: ++this.lease,
      window: this.window,
      backlog_rate: this.backlogRate,
      replay_from: this.replayFrom,
      rotate_outbox: this.rotate,
      refused: this.refused,
      hello_sent_at: hello.sent_at,
      received_at: at,
      sent_at: at,
    };
    this.rotate = false;
    this.#broker.publish(topics.down(this.agent, 'welcome'), encodeMessage('welcome', this.says('welcome', welcome)));
  }

  #receive(name: string, payload: Buffer, retain: boolean): void {
    if (name === 'status') {
      this.statuses.push({ state: decodeJsonMessage('status', payload).state, retain });
    } else if (name === 'hello') {
      const hello = decodeJsonMessage('hello', payload);
      this.hellos.push(hello);
      this.#unanswered.clear();
      if (this.welcomes(hello)) this.welcome(hello);
    } else this.#take(name as Lane, decodeMessage(Buffer.from(payload)));
  }

  #take(lane: Lane, raw: RawBatch[]): void {
    this.messages++;
    const batches = raw.map((one): Received => {
      verifyBatch(one, this.hmacKey);
      return {
        envelope: one.envelope,
        body: () => decodeBody(one.envelope, one.body),
        lane,
        inMessage: raw.length,
        at: Date.now(),
      };
    });
    for (const batch of batches) {
      this.received.push(batch);
      this.#unanswered.add(keyOf(batch.envelope));
    }
    this.mostUnanswered = Math.max(this.mostUnanswered, this.#unanswered.size);
    if (!this.answers(batches)) return;
    for (const batch of batches) {
      const key = keyOf(batch.envelope);
      if (this.stored.has(key)) this.duplicates++;
      else this.stored.set(key, batch);
    }
    const acks = [...Map.groupBy(batches, (batch) => batch.envelope.outbox)];
    const send = () => {
      for (const [outbox, group] of acks) {
        this.ack({ outbox, acked: group.map(({ envelope }): [number, number] => [envelope.seq, envelope.seq]) });
      }
    };
    if (this.ackDelayMs > 0) setTimeout(send, this.ackDelayMs);
    else send();
  }
}

export function keyOf(envelope: Pick<Envelope, 'outbox' | 'seq'>): string {
  return `${envelope.outbox} ${envelope.seq}`;
}
