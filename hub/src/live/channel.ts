import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { listenLive } from '../db/queries/notify.ts';
import type { Log } from '../log.ts';
import { decodeNotice, type LiveNotice } from './notice.ts';

export interface LiveChannelOptions {
  /** One of its connections is kept for listening. */
  readonly pool: Pool;
  readonly log: Log;
  onNotice(notice: LiveNotice): void;
  /** Listening was interrupted: what was said meanwhile is lost. */
  onGap(): void;
}

const RETRY_MS = 1_000;
/** How often a connection that says nothing is asked whether it still lives. */
const PROBE_MS = 30_000;

/**
 * Hears what all hubs say, this one included. A connection that is lost is made again, for as long as it takes; the gap
 * is told once the new one listens.
 */
export class LiveChannel {
  readonly #options: LiveChannelOptions;
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: LiveChannelOptions) {
    this.#options = options;
  }

  /** Settles when the channel is heard, or the first attempt has failed. */
  async start(): Promise<void> {
    const { promise: tried, resolve } = Promise.withResolvers<void>();
    this.#running = this.#listen(resolve);
    await tried;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #listen(onTried: () => void): Promise<void> {
    const { signal } = this.#abort;
    for (let first = true; !signal.aborted; first = false) {
      try {
        const client = await this.#options.pool.connect();
        await this.#hear(client, () => {
          if (!first) this.#options.onGap();
          onTried();
        });
      } catch (error) {
        this.#options.log.warn(
          { reason: (error as Error).message },
          'live updates are interrupted: the database is not heard. Trying again',
        );
      }
      onTried();
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Listens until the connection is lost, which throws, or the channel is stopped. */
  async #hear(client: PoolClient, onListening: () => void): Promise<void> {
    const { signal } = this.#abort;
    const lost = new AbortController();
    const onEnd = () => lost.abort();
    client.on('end', onEnd);
    client.on('error', onEnd);
    client.on('notification', ({ payload }) => this.#take(payload ?? ''));
    try {
      await listenLive(client);
      onListening();
      while (!signal.aborted) {
        await sleep(PROBE_MS, undefined, { signal: AbortSignal.any([signal, lost.signal]) }).catch(() => {});
        if (!signal.aborted) await client.query('select 1');
      }
    } finally {
      // Never back into the pool: the next user would hear notices.
      client.release(true);
    }
  }

  #take(payload: string): void {
    const notice = decodeNotice(payload);
    if (notice === null)
      this.#options.log.warn({ bytes: payload.length }, 'a live notice of an unknown kind is left out');
    else this.#options.onNotice(notice);
  }
}
