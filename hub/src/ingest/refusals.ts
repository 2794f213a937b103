import { GLOBAL_PROJECT_ID, safeText } from '@hearst/protocol';
import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { insertQuarantine } from '../db/queries/quarantine.ts';
import type { Log } from '../log.ts';
import { Limiter } from './limiter.ts';
import type { IngestStats } from './stats.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What is not believed: counted, told sparingly, kept a few times an hour for a person to look at, and never
 * acknowledged. What is kept belongs to no project: nothing proves that it came from one.
 */
export class Refusals {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #stats: IngestStats;
  readonly #warnings: Limiter;
  readonly #kept: Limiter;

  constructor(options: { pool: Pool; log: Log; now: () => number; stats: IngestStats }) {
    this.#pool = options.pool;
    this.#log = options.log;
    this.#now = options.now;
    this.#stats = options.stats;
    this.#warnings = new Limiter(12, options.now);
    this.#kept = new Limiter(20, options.now);
  }

  /** `agent` is who the message claims to be of; `payload` is null where there is nothing to look at. */
  async refuse(agent: string, reason: string, detail: string, payload: Buffer | null): Promise<void> {
    this.#stats.refused++;
    if (this.#warnings.pass(`${agent} ${reason}`))
      this.#log.warn({ agent, reason, detail }, 'a message was not believed');
    if (payload === null || !this.#kept.pass(`${reason} ${agent}`) || !this.#kept.pass('all')) return;
    await withContext(this.#pool, { projectIds: [GLOBAL_PROJECT_ID] }, (client) =>
      insertQuarantine(client, {
        projectId: GLOBAL_PROJECT_ID,
        receivedAt: new Date(this.#now()),
        agentId: UUID.test(agent) ? agent : null,
        outboxId: null,
        seq: null,
        reason,
        detail: safeText(detail, 1000) ?? '',
        envelope: null,
        payload,
      }),
    );
    this.#stats.quarantined++;
  }
}
