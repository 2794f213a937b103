import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { findInstallation } from '../db/queries/agents.ts';
import type { Log } from '../log.ts';
import { describe } from './errors.ts';
import { Limiter } from './limiter.ts';
import type { Window } from './window.ts';

/**
 * What the hub knows of its storage: whether Postgres can be used (while it is away the window is closed), and the
 * epoch, which tells a restored database from the one it was before.
 */
export class StorageWatch {
  readonly #pool: Pool;
  readonly #window: Window;
  readonly #log: Log;
  readonly #onChange: () => void;
  readonly #onEpoch: ((hubEpoch: string) => void) | undefined;
  readonly #warnings: Limiter;
  #hubEpoch: string | null = null;

  constructor(options: {
    pool: Pool;
    window: Window;
    log: Log;
    now: () => number;
    /** Storage went away or came back. */
    onChange: () => void;
    onEpoch: ((hubEpoch: string) => void) | undefined;
  }) {
    this.#pool = options.pool;
    this.#window = options.window;
    this.#log = options.log;
    this.#onChange = options.onChange;
    this.#onEpoch = options.onEpoch;
    this.#warnings = new Limiter(12, options.now);
  }

  /** Null until Postgres answered for the first time. */
  get hubEpoch(): string | null {
    return this.#hubEpoch;
  }

  get usable(): boolean {
    return !this.#window.away && this.#hubEpoch !== null;
  }

  async probe(): Promise<void> {
    try {
      const installation = await withContext(this.#pool, { readOnly: true }, findInstallation);
      this.setEpoch(installation.hubEpoch);
      this.setAway(false);
    } catch (error) {
      this.setAway(true);
      if (this.#warnings.pass('probe')) this.#log.warn({ reason: describe(error) }, 'Postgres does not answer');
    }
  }

  setAway(away: boolean): void {
    if (!this.#window.setAway(away)) return;
    if (away) this.#log.warn('Postgres is away: agents are held, nothing is acknowledged until it is back');
    else this.#log.info('Postgres is back');
    this.#onChange();
  }

  setEpoch(hubEpoch: string): void {
    if (this.#hubEpoch === hubEpoch) return;
    this.#hubEpoch = hubEpoch;
    this.#onEpoch?.(hubEpoch);
  }
}
