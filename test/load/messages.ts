import { randomUUID } from 'node:crypto';
import { encodeBatch, encodeBody, type Frame, hashBody, type Lane, readingsIn } from '@hearst/protocol';
import { SentFrames } from './frames.ts';

interface Sender {
  agent: string;
  project: string;
  hmacKey: Buffer;
}

export interface MessagesOptions {
  sender: Sender;
  containers: number;
  intervalS: number;
  /** Batches in one message: 1 as live data travels, up to 8 as backlog does. */
  perMessage: number;
  lane: Lane;
  /** Of the first poll, ms since 1970. */
  from: number;
}

/** Polls of a site as the hub receives them: encoded, compressed, signed, some to a message. */
export class Messages {
  readonly #options: MessagesOptions;
  readonly #sent: SentFrames;
  readonly #outbox = randomUUID();
  readonly #boot = randomUUID();
  #seq = 0;
  #polls = 0;

  constructor(options: MessagesOptions) {
    const { containers, intervalS, sender } = options;
    this.#options = options;
    this.#sent = new SentFrames({ containers, intervalS, project: sender.project });
  }

  get miners(): number {
    return this.#sent.miners;
  }

  /** When the newest poll was made, ms since 1970. */
  get at(): number {
    return this.#options.from + (this.#polls - 1) * this.#options.intervalS * 1000;
  }

  /** The next poll of the containers (and meters, where wanted). */
  next({ meters = false } = {}): Buffer[] {
    const { from, intervalS, perMessage } = this.#options;
    const at = from + this.#polls++ * intervalS * 1000;
    const groups: Frame[][] = [];
    for (let c = 1; c <= this.#sent.containers; c++) groups.push([this.#sent.container(c, at)]);
    if (meters) groups.push(this.#sent.meters(at));
    const batches = groups.map((frames) => this.#batch(frames, at));
    const messages: Buffer[] = [];
    for (let i = 0; i < batches.length; i += perMessage) messages.push(Buffer.concat(batches.slice(i, i + perMessage)));
    return messages;
  }

  #batch(frames: Frame[], at: number): Buffer {
    const { sender, lane } = this.#options;
    const body = encodeBody({ frames });
    return encodeBatch(
      {
        agent: sender.agent,
        outbox: this.#outbox,
        seq: ++this.#seq,
        lane,
        kind: 'frames',
        boot: this.#boot,
        wall: at,
        mono: this.#seq,
        clock: 'synced',
        offset_ms: 0,
        lease: 0,
        n: frames.reduce((sum, frame) => sum + readingsIn(frame), 0),
        hash: hashBody(body),
      },
      body,
      sender.hmacKey,
    );
  }
}
