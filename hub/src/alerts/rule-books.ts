import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { Pool } from 'pg';
import { withContext } from '../db/client.ts';
import { ruleOverrides } from '../db/queries/rule-overrides.ts';
import type { Log } from '../log.ts';
import type { RuleBook } from './rule.ts';
import { type BadOverride, ruleBook } from './rule-book.ts';

/** How long rules are taken as they were read: a change made through another hub is heeded that much later. */
const LIFE_MS = 30_000;
/** How long somebody waits for rules to be read before the last ones are taken, or none. */
const WAIT_MS = 500;
/** After a failure they are asked for again this much later. */
const RETRY_MS = 5_000;

interface Entry {
  /** The last that were read; null: none ever. */
  book: RuleBook | null;
  /** When they are to be read again, ms since 1970. */
  due: number;
  loading: Promise<void> | null;
  /** The bad overrides told last, so that each is told once. */
  told: string;
}

/**
 * The rules of each project, remembered for a short while. Whoever judges readings waits at most half a second for them
 * and never fails because of them.
 */
export class RuleBooks {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();

  /** @param options.pool of role hearst_ingest */
  constructor(options: { pool: Pool; log: Log; now?: () => number }) {
    this.#pool = options.pool;
    this.#log = options.log;
    this.#now = options.now ?? Date.now;
  }

  /**
   * The rules that hold in a project now. While they cannot be read the last known ones stand; null when none were ever
   * read, and nothing can be judged.
   */
  async of(projectId: string): Promise<RuleBook | null> {
    const entry = this.#entry(projectId);
    if (this.#now() >= entry.due) {
      entry.loading ??= this.#load(projectId, entry);
      await atMost(WAIT_MS, entry.loading);
    }
    return entry.book;
  }

  /** The next `of` reads them again: somebody changed them. For HEARST-000: those of all projects. */
  forget(projectId: string): void {
    for (const [id, entry] of this.#entries)
      if (id === projectId || projectId === GLOBAL_PROJECT_ID) {
        entry.due = Number.NEGATIVE_INFINITY;
        entry.loading = null; // what is being read now may be what was
      }
  }

  #entry(projectId: string): Entry {
    let entry = this.#entries.get(projectId);
    if (!entry) {
      entry = { book: null, due: Number.NEGATIVE_INFINITY, loading: null, told: '[]' };
      this.#entries.set(projectId, entry);
    }
    return entry;
  }

  /** Never rejects. Of two readings at once the one that began later counts. */
  #load(projectId: string, entry: Entry): Promise<void> {
    const context = { projectIds: [projectId, GLOBAL_PROJECT_ID], readOnly: true };
    const loading: Promise<void> = withContext(this.#pool, context, (client) => ruleOverrides(client, projectId)).then(
      (overrides) => {
        if (entry.loading !== loading) return;
        const bad: BadOverride[] = [];
        entry.book = ruleBook(overrides, (one) => bad.push(one));
        this.#settle(entry, LIFE_MS);
        this.#tell(entry, bad);
      },
      (error: unknown) => {
        if (entry.loading !== loading) return;
        this.#settle(entry, RETRY_MS);
        const fields = { project: projectId, reason: (error as Error).message };
        this.#log.warn(fields, 'the alert rules cannot be read; the last known ones stand');
      },
    );
    return loading;
  }

  #settle(entry: Entry, lifeMs: number): void {
    entry.loading = null;
    entry.due = this.#now() + lifeMs;
  }

  #tell(entry: Entry, bad: readonly BadOverride[]): void {
    const told = JSON.stringify(bad);
    if (told !== entry.told)
      for (const { projectId, ruleId, reason } of bad)
        this.#log.warn(
          { project: projectId, rule: ruleId, reason },
          'a change of an alert rule cannot be understood and is left out; set it anew',
        );
    entry.told = told;
  }
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
