import { type Ack, PROTOCOL_VERSION } from '@hearst/protocol';

/** What an agent is to be told about one of its batches. */
export type Answer =
  | { is: 'acked' }
  | { is: 'quarantined'; reason: string }
  | { is: 'retry'; reason: string; afterMs: number };

/** The most entries of one list in an ack, by the protocol. */
const MAX_ENTRIES = 1000;
const COALESCE_MS = 50;

interface Pending {
  readonly agent: string;
  readonly outbox: string;
  readonly acked: number[];
  readonly quarantined: Ack['quarantined'];
  readonly retry: Ack['retry'];
  rotate: boolean;
  rehello: boolean;
}

/** The parts of an ack that belong to the hub as a whole, read when it is sent. */
export interface AckContext {
  readonly hubEpoch: string;
  readonly window: number;
  readonly slowDownMs: number;
}

/**
 * Collects answers and sends them as one ack per agent and outbox: at once when nothing of the agent is in work any
 * more (it may be waiting for just this), at the latest after 50 ms. A lost ack costs one resend.
 */
export class AckBoard {
  readonly #send: (agent: string, ack: Ack) => void;
  readonly #context: () => AckContext | null;
  readonly #now: () => number;
  readonly #pending = new Map<string, Pending>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: {
    send: (agent: string, ack: Ack) => void;
    /** Null while the epoch is not known: nothing can be acknowledged then. */
    context: () => AckContext | null;
    now: () => number;
  }) {
    this.#send = options.send;
    this.#context = options.context;
    this.#now = options.now;
  }

  add(
    batch: { agent: string; outbox: string; seq: number },
    answer: Answer,
    flags: { rotate?: boolean; rehello?: boolean } = {},
  ): void {
    const pending = this.#of(batch.agent, batch.outbox);
    if (answer.is === 'acked') pending.acked.push(batch.seq);
    else if (answer.is === 'quarantined') pending.quarantined.push({ seq: batch.seq, reason: answer.reason });
    else pending.retry.push({ seq: batch.seq, reason: answer.reason, after_ms: answer.afterMs });
    pending.rotate ||= flags.rotate === true;
    pending.rehello ||= flags.rehello === true;
    if (pending.acked.length + pending.quarantined.length + pending.retry.length >= MAX_ENTRIES)
      this.flush(batch.agent);
    else this.#timer ??= setTimeout(() => this.flush(), COALESCE_MS);
  }

  /** Tells an agent the window, and nothing else. */
  tell(agent: string, outbox: string, flags: { rehello?: boolean } = {}): void {
    this.#of(agent, outbox).rehello ||= flags.rehello === true;
    this.flush(agent);
  }

  /** Sends what is collected, of one agent or of all. */
  flush(agent?: string): void {
    const context = this.#context();
    for (const [key, pending] of this.#pending) {
      if (agent !== undefined && pending.agent !== agent) continue;
      this.#pending.delete(key);
      if (context) this.#send(pending.agent, ackOf(pending, context, this.#now()));
    }
    if (this.#pending.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #of(agent: string, outbox: string): Pending {
    const key = `${agent}/${outbox}`;
    let pending = this.#pending.get(key);
    if (!pending) {
      pending = { agent, outbox, acked: [], quarantined: [], retry: [], rotate: false, rehello: false };
      this.#pending.set(key, pending);
    }
    return pending;
  }
}

function ackOf(pending: Pending, context: AckContext, sentAt: number): Ack {
  return {
    v: PROTOCOL_VERSION,
    hub_epoch: context.hubEpoch,
    outbox: pending.outbox,
    acked: rangesOf(pending.acked),
    quarantined: pending.quarantined,
    retry: pending.retry,
    window: context.window,
    slow_down_ms: context.slowDownMs,
    rotate_outbox: pending.rotate,
    rehello: pending.rehello,
    sent_at: sentAt,
  };
}

/** Inclusive ranges of the given numbers, which may repeat and come in any order. */
export function rangesOf(seqs: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const seq of [...seqs].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && seq <= last[1] + 1) last[1] = Math.max(last[1], seq);
    else ranges.push([seq, seq]);
  }
  return ranges;
}
