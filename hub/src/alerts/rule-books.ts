import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { ruleOverrides } from '../db/queries/rule-overrides.ts';
import type { Log } from '../log.ts';
import { Remembered } from '../remembered.ts';
import type { RuleBook } from './rule.ts';
import { type BadOverride, ruleBook } from './rule-book.ts';

/** How long rules are taken as they were read: a change made through another hub is heeded that much later. */
const LIFE_MS = 30_000;
/** How long somebody waits for rules to be read before the last ones are taken, or none. */
const WAIT_MS = 500;
/** After a failure they are asked for again this much later. */
const RETRY_MS = 5_000;

/** As they were read, with the overrides that cannot be understood. */
interface Read {
  readonly book: RuleBook;
  readonly bad: readonly BadOverride[];
}

/**
 * The rules of each project, remembered for a short while. Whoever judges readings waits at most half a second for them
 * and never fails because of them.
 */
export class RuleBooks {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #books: Remembered<Read>;
  /** The bad overrides told last, by project, so that each is told once. */
  readonly #told = new Map<string, string>();

  /** @param options.pool of role hearst_ingest */
  constructor(options: { pool: Pool; log: Log; now?: () => number }) {
    this.#pool = options.pool;
    this.#log = options.log;
    this.#books = new Remembered({
      read: (projectId) => this.#read(projectId),
      now: options.now ?? Date.now,
      lifeMs: LIFE_MS,
      retryMs: RETRY_MS,
      waitMs: WAIT_MS,
      onRead: (projectId, { bad }) => this.#tell(projectId, bad),
      onFailure: (project, { message: reason }) =>
        this.#log.warn({ project, reason }, 'the alert rules cannot be read; the last known ones stand'),
    });
  }

  /**
   * The rules that hold in a project now. While they cannot be read the last known ones stand; null when none were ever
   * read, and nothing can be judged.
   */
  async of(projectId: string): Promise<RuleBook | null> {
    return (await this.#books.of(projectId))?.book ?? null;
  }

  /** The next `of` reads them again: somebody changed them. For HEARST-000: those of all projects. */
  forget(projectId: string): void {
    this.#books.forget(projectId === GLOBAL_PROJECT_ID ? undefined : projectId);
  }

  async #read(projectId: string): Promise<Read> {
    const context = { projectIds: [projectId, GLOBAL_PROJECT_ID], readOnly: true };
    const overrides = await withContext(this.#pool, context, (client) => ruleOverrides(client, projectId));
    const bad: BadOverride[] = [];
    return { book: ruleBook(overrides, (one) => bad.push(one)), bad };
  }

  #tell(projectId: string, bad: readonly BadOverride[]): void {
    const told = JSON.stringify(bad);
    if (told !== (this.#told.get(projectId) ?? '[]'))
      for (const { projectId, ruleId, reason } of bad)
        this.#log.warn(
          { project: projectId, rule: ruleId, reason },
          'a change of an alert rule cannot be understood and is left out; set it anew',
        );
    this.#told.set(projectId, told);
  }
}
