import type { LiveMessage, StreamMessage } from '@hearst/hub/live/message.ts';
import type { Query, QueryClient } from '@tanstack/react-query';
import type { LiveMeta } from './live-meta.ts';

/** How the stream stands: `closed` where another connection is tried, or none was made yet. */
export interface LiveState {
  readonly open: boolean;
  /** When the newest reading was told, ms since 1970; null: none yet. */
  readonly heardAt: number | null;
}

/** Messages of so long are answered by one round of questions: a site's poll is dozens of them. */
const COLLECT_MS = 1_000;
const RETRY_MS = 3_000;

/**
 * Hears what changes and asks again for what is on the screen and depends on it. After a gap everything is asked again,
 * so that nothing on the screen is older than it looks.
 */
export class Live {
  readonly #queries: QueryClient;
  readonly #listeners = new Set<() => void>();
  #source: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #collecting: ReturnType<typeof setTimeout> | undefined;
  /** Queries that are large, by their hash: they wait for their turn. */
  readonly #waiting = new Map<string, ReturnType<typeof setTimeout>>();
  #messages: LiveMessage[] = [];
  #state: LiveState = { open: false, heardAt: null };

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  start(): void {
    if (this.#source === undefined) this.#connect();
  }

  stop(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#collecting);
    this.#collecting = undefined;
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    this.#source?.close();
    this.#source = undefined;
    this.#set({ open: false, heardAt: null });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): LiveState => this.#state;

  #connect(): void {
    const source = new EventSource('/api/events');
    this.#source = source;
    source.onmessage = ({ data }: MessageEvent<string>) => this.#take(JSON.parse(data));
    source.onerror = () => {
      this.#set({ ...this.#state, open: false });
      // A browser gives up for good after a refusal; whether somebody is still signed in is then asked by the next question.
      if (source.readyState !== EventSource.CLOSED) return;
      this.#retry = setTimeout(() => this.#connect(), RETRY_MS);
    };
  }

  #take(message: LiveMessage): void {
    if (isOfStream(message)) {
      const gap = message.type === 'reset' || this.#state.heardAt !== null;
      this.#set({ ...this.#state, open: true });
      if (gap) void this.#queries.invalidateQueries({ predicate: (query) => metaOf(query) !== null });
      return;
    }
    if (message.type === 'snapshot') this.#set({ open: true, heardAt: Date.now() });
    this.#messages.push(message);
    this.#collecting ??= setTimeout(() => this.#askAgain(), COLLECT_MS);
  }

  #askAgain(): void {
    const messages = this.#messages;
    this.#messages = [];
    this.#collecting = undefined;
    void this.#queries.invalidateQueries({
      predicate: (query) => {
        const meta = metaOf(query);
        if (meta === null || !messages.some((message) => concerns(meta, message))) return false;
        const wait = waitOf(meta, query.state.dataUpdatedAt, Date.now());
        if (wait > 0) this.#askLater(query, wait);
        return wait <= 0;
      },
    });
  }

  #askLater({ queryHash, queryKey }: Query, ms: number): void {
    if (this.#waiting.has(queryHash)) return;
    const ask = (): void => {
      this.#waiting.delete(queryHash);
      void this.#queries.invalidateQueries({ queryKey, exact: true });
    };
    this.#waiting.set(queryHash, setTimeout(ask, ms));
  }

  #set(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function isOfStream(message: LiveMessage): message is StreamMessage {
  return message.type === 'ready' || message.type === 'reset';
}

function metaOf({ meta }: Query): LiveMeta | null {
  return meta !== undefined && 'topics' in meta ? (meta as LiveMeta) : null;
}

/** How long a query has yet to wait, ms; 0 or less: no longer. */
function waitOf({ every }: Pick<LiveMeta, 'every'>, answeredAt: number, now: number): number {
  return every - (now - answeredAt);
}

/** Whether a message may have changed what was answered. */
export function concerns({ topics, project, container }: LiveMeta, message: LiveMessage): boolean {
  if (isOfStream(message) || !topics.includes(message.type)) return false;
  if (project !== undefined && project !== message.project_id) return false;
  return message.type !== 'snapshot' || container === undefined || container === message.container_id;
}
