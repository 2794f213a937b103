import type { Pool } from 'pg';
import type { StoredNotice } from '../ingest/notice.ts';
import type { Log } from '../log.ts';
import { LiveChannel } from './channel.ts';
import { LiveFeed } from './feed.ts';
import type { ChangeMessage } from './notice.ts';
import { StoredOutlet } from './outlet.ts';

const TICK_MS = 500;

/** Live updates of one hub: what it stores goes to all hubs, what any hub has to say comes to its streams. */
export class Live {
  readonly feed: LiveFeed;
  readonly #channel: LiveChannel;
  readonly #outlet: StoredOutlet;
  #ticking: NodeJS.Timeout | undefined;

  /**
   * @param options.pool connections as hearst_api; one is kept for listening
   * @param options.onChange hears of every change that any hub made
   */
  constructor(options: { pool: Pool; log: Log; now: () => number; onChange?: (change: ChangeMessage) => void }) {
    const { pool, log, onChange } = options;
    const feed = new LiveFeed(options);
    this.feed = feed;
    this.#outlet = new StoredOutlet({ pool, log });
    this.#channel = new LiveChannel({
      pool,
      log,
      onNotice: (notice) => {
        feed.take(notice);
        if (notice.kind === 'changed') onChange?.(notice);
      },
      onGap: () => feed.reset(),
    });
  }

  async start(): Promise<void> {
    await this.#channel.start();
    this.#ticking = setInterval(() => void this.feed.tick(), TICK_MS);
  }

  /** Tells everybody of what ingest has committed. */
  stored(notice: StoredNotice): void {
    this.#outlet.add(notice);
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticking);
    this.feed.close();
    await this.#outlet.flush();
    await this.#channel.stop();
  }
}
