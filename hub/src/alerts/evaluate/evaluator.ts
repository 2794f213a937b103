import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import { withContext } from '../../db/client.ts';
import { evaluatedProjects } from '../../db/queries/alert-picture.ts';
import type { Log } from '../../log.ts';
import { type Evaluating, evaluateProject } from './evaluate.ts';

/** Each project is evaluated at least this often, ms. */
const SWEEP_MS = 60_000;
/** And at most this often. */
const SPACING_MS = 1_000;
/** After a failure. */
const AGAIN_MS = 5_000;
const LOOK_MS = 250;

export interface EvaluatorOptions extends Evaluating {
  readonly log: Log;
  readonly now: () => number;
  /** Deliveries may stand ready. */
  readonly onEvaluated?: () => void;
}

/**
 * Evaluates projects one after another: when a reading changed what is ripe there (`wake`), when time alone makes something
 * due, and once a minute. Several hubs may do it at once; each project is in one hub's hand at a time.
 */
export class Evaluator {
  readonly #options: EvaluatorOptions;
  /** When each project is due next, ms since 1970. */
  readonly #due = new Map<string, number>();
  #listedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: EvaluatorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Ends after the project in hand. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** A project's readings have changed what is to be evaluated. */
  wake(projectId: string): void {
    const now = this.#options.now();
    this.#due.set(projectId, Math.min(this.#due.get(projectId) ?? now, now));
  }

  #look(): void {
    this.#running ??= this.#evaluateDue().finally(() => {
      this.#running = undefined;
    });
  }

  async #evaluateDue(): Promise<void> {
    const { now } = this.#options;
    try {
      if (now() - this.#listedAt >= SWEEP_MS) await this.#list();
    } catch (error) {
      this.#options.log.warn({ reason: (error as Error).message }, 'alerts: projects cannot be listed, will try again');
      return;
    }
    for (const [projectId, at] of this.#due) {
      if (this.#stopped) return;
      if (at <= now()) await this.#evaluate(projectId);
    }
  }

  /** Finds new projects and forgets those that went; new ones take their turns over a minute. */
  async #list(): Promise<void> {
    const ids = await withContext(this.#options.pool, { role: 'super_admin' }, evaluatedProjects);
    this.#listedAt = this.#options.now();
    const wanted = new Set([GLOBAL_PROJECT_ID, ...ids]);
    for (const id of this.#due.keys()) if (!wanted.has(id)) this.#due.delete(id);
    [...wanted].forEach((id, i) => {
      if (!this.#due.has(id)) this.#due.set(id, this.#listedAt + (i * SWEEP_MS) / (10 * wanted.size));
    });
  }

  async #evaluate(projectId: string): Promise<void> {
    const { log, now, onEvaluated } = this.#options;
    const began = now();
    this.#due.set(projectId, began + SWEEP_MS);
    try {
      const evaluated = await evaluateProject(this.#options, projectId, new Date(began));
      // Another hub has it in hand, and may have read what stands there before what woke this one was committed.
      const nextAt = evaluated === null ? began : evaluated.nextAt;
      const due = this.#due.get(projectId) ?? began;
      this.#due.set(projectId, Math.max(began + SPACING_MS, Math.min(due, nextAt ?? due)));
      if (evaluated !== null && evaluated.opened.length + evaluated.resolved.length > 0)
        log.info(
          { event: 'alerts', project: projectId, opened: evaluated.opened.length, resolved: evaluated.resolved.length },
          'alerts opened or resolved',
        );
      onEvaluated?.();
    } catch (error) {
      this.#due.set(projectId, began + AGAIN_MS);
      log.warn(
        { project: projectId, reason: (error as Error).message },
        'a project could not be evaluated, will try again',
      );
    }
  }
}
