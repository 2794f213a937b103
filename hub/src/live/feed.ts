import type { Principal } from '../auth/principal.ts';
import type { Log } from '../log.ts';
import { History } from './history.ts';
import {
  type ChangedMessage,
  concernsAccess,
  type LiveMessage,
  mayHear,
  messageOf,
  type SnapshotMessage,
  type StreamMessage,
  type Topic,
} from './message.ts';
import type { LiveNotice } from './notice.ts';
import { Snapshots } from './snapshots.ts';
import { EventStream } from './stream.ts';

/** Who wants to hear what. */
export interface Listening {
  readonly principal: Principal;
  readonly topics: readonly Topic[];
  /** Of the principal's projects; null for all of them. */
  readonly projects: readonly string[] | null;
  /** The id of the last message heard on an earlier stream. */
  readonly lastEventId: string | null;
  /** Whether the principal may still listen as it could when it began. */
  stillHolds(): Promise<boolean>;
  /** Closes the connection. */
  cut(): void;
}

interface Listener extends Listening {
  readonly stream: EventStream;
  checkedAt: number;
  beatAt: number;
}

/** Streams of one principal, and of all. */
const MOST_EACH = 6;
const MOST = 500;
/** Messages kept for those who come back. */
const KEPT = 4_000;
const BEAT_MS = 15_000;
const CHECK_MS = 60_000;

/**
 * Who hears what. What holds:
 *
 * - a stream is told of nothing that its principal may not see: projects, role and topics are compared here, for each
 *   message; whether they still hold is asked every minute and whenever access changes, and the stream ends when not;
 * - a client that comes back with the last id it heard misses nothing, or is told `reset`;
 * - neither many streams nor slow ones hold anything up: their number is bounded, and so is what waits for each.
 */
export class LiveFeed {
  readonly #now: () => number;
  readonly #log: Log;
  readonly #history = new History<LiveMessage>(KEPT);
  readonly #snapshots: Snapshots;
  readonly #listeners = new Set<Listener>();
  #checking: Promise<void> | undefined;
  #closed = false;

  constructor({ now, log }: { now: () => number; log: Log }) {
    this.#now = now;
    this.#log = log;
    this.#snapshots = new Snapshots(now, (message) => this.#tell(message));
  }

  /** Takes what a hub, this one or another, has to say. */
  take(notice: LiveNotice): void {
    if (notice.kind === 'stored') {
      for (const [containerId, at] of notice.containers)
        this.#snapshots.add(notice.project_id, { containerId, at, offline: notice.offline.includes(containerId) });
      return;
    }
    if (concernsAccess(notice)) for (const listener of this.#listeners) listener.checkedAt = Number.NEGATIVE_INFINITY;
    const message = messageOf(notice);
    if (message !== null) this.#tell(message);
  }

  /** Something was missed: everybody is to fetch again. */
  reset(): void {
    const { id, message } = this.#history.add(this.#own('reset'));
    for (const { stream } of this.#listeners) stream.send(id, message);
  }

  /** Begins a stream; null when there are too many of this principal, or at all. */
  open(listening: Listening): ReadableStream<Uint8Array> | null {
    const { principal, lastEventId } = listening;
    const own = [...this.#listeners].filter((other) => other.principal.id === principal.id).length;
    if (own >= MOST_EACH || this.#listeners.size >= MOST) return null;
    const now = this.#now();
    const stream = new EventStream({
      now: this.#now,
      onEnd: () => this.#listeners.delete(listener),
      cut: () => listening.cut(),
    });
    const listener: Listener = { ...listening, stream, checkedAt: now, beatAt: now };
    this.#listeners.add(listener);
    const missed = lastEventId === null ? [] : this.#history.after(lastEventId);
    if (missed === null) stream.send(this.#history.last, this.#own('reset'));
    for (const { id, message } of missed ?? []) if (hears(listener, message)) stream.send(id, message);
    stream.send(this.#history.last, this.#own('ready'));
    if (this.#closed) stream.close();
    return stream.body;
  }

  get streams(): number {
    return this.#listeners.size;
  }

  /** To be called about twice a second. Settles once those whose turn it was have been checked. */
  async tick(): Promise<void> {
    this.#snapshots.flush();
    const now = this.#now();
    for (const listener of [...this.#listeners]) {
      if (now - listener.beatAt >= BEAT_MS) {
        listener.beatAt = now;
        listener.stream.beat();
      }
      listener.stream.check();
    }
    this.#checking ??= this.#check(now).finally(() => {
      this.#checking = undefined;
    });
    await this.#checking;
  }

  /** Ends all streams, and those that are begun later. */
  close(): void {
    this.#closed = true;
    for (const { stream } of [...this.#listeners]) stream.close();
  }

  /** One after the other: hundreds of streams must not take the API's connections all at once. */
  async #check(now: number): Promise<void> {
    for (const listener of [...this.#listeners]) {
      if (now - listener.checkedAt < CHECK_MS) continue;
      listener.checkedAt = now;
      try {
        if (!(await listener.stillHolds())) listener.stream.close();
      } catch (error) {
        // The database is away: there is nothing to tell either. Asked again in a minute.
        this.#log.debug({ reason: (error as Error).message }, 'a live stream could not be checked');
      }
    }
  }

  #tell(message: SnapshotMessage | ChangedMessage): void {
    const { id } = this.#history.add(message);
    for (const listener of this.#listeners) if (hears(listener, message)) listener.stream.send(id, message);
  }

  #own(type: StreamMessage['type']): StreamMessage {
    return { type, at: new Date(this.#now()).toISOString() };
  }
}

function hears({ principal, topics, projects }: Listening, message: LiveMessage): boolean {
  if (!('project_id' in message)) return true;
  const { project_id: project, type } = message;
  const own = principal.projectIds === null || principal.projectIds.includes(project);
  const wanted = topics.includes(type) && (projects === null || projects.includes(project));
  return own && wanted && mayHear(principal.role, message);
}
