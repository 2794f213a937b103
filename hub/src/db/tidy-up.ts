import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type pg from 'pg';
import type { Log } from '../log.ts';
import { withContext } from './client.ts';
import { deleteOutdated } from './queries/tidy-up.ts';
import { OWNER_ROLE } from './roles.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EVERY_MS = HOUR_MS;

/** How long rows are kept after they have served their time, ms. */
const KEPT = {
  sessions: 0,
  // Whoever comes back with one is told that it was used, or has expired, and not that there is none.
  invitations: 30 * DAY_MS,
  failures: DAY_MS,
  idempotencyKeys: DAY_MS,
};

/** Removes what nobody asks for any more (ended sessions, old invitations, failures and idempotency keys), every hour. */
export class TidyUp {
  readonly #owner: pg.Pool;
  readonly #log: Log;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  /** @param owner may delete what the API's own role may not */
  constructor(owner: pg.Pool, { log, now }: { log: Log; now: () => number }) {
    this.#owner = owner;
    this.#log = log;
    this.#now = now;
  }

  /** Runs now and every hour, until `stop`. */
  start(): void {
    this.#tidy();
    this.#timer = setInterval(() => this.#tidy(), EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #tidy(): void {
    this.#running = this.run().catch((error: Error) =>
      this.#log.warn(
        { reason: error.message },
        'old sessions and keys could not be removed: will try again in an hour',
      ),
    );
  }

  async run(): Promise<void> {
    const now = this.#now();
    const removed = await withContext(this.#owner, { projectIds: [GLOBAL_PROJECT_ID] }, async (client) => {
      await client.query(`set local role ${OWNER_ROLE}`);
      return deleteOutdated(client, {
        sessions: new Date(now - KEPT.sessions),
        invitations: new Date(now - KEPT.invitations),
        failures: new Date(now - KEPT.failures),
        idempotencyKeys: new Date(now - KEPT.idempotencyKeys),
      });
    });
    this.#log.debug({ event: 'tidied_up', ...removed }, 'removed what has served its time');
  }
}
