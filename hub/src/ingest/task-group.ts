import type { Log } from '../log.ts';
import { describe, isAway } from './errors.ts';
import { Limiter } from './limiter.ts';

/**
 * Work in the background. What fails is told sparingly and touches nothing else; `stop` ends the timers and waits for
 * everything that still runs.
 */
export class TaskGroup {
  readonly #log: Log;
  readonly #warnings: Limiter;
  readonly #running = new Set<Promise<void>>();
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(options: { log: Log; now: () => number }) {
    this.#log = options.log;
    this.#warnings = new Limiter(12, options.now);
  }

  run(work: Promise<void>, what: string): void {
    const running: Promise<void> = work
      .catch((error: unknown) => this.#tell(error, what))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Does the work again and again, a turn left out while the last one still runs. */
  every(ms: number, work: () => Promise<void>): void {
    let busy = false;
    const tick = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      try {
        await work();
      } finally {
        busy = false;
      }
    };
    const timer = setInterval(() => this.run(tick(), 'timer'), ms);
    timer.unref();
    this.#timers.push(timer);
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  #tell(error: unknown, what: string): void {
    if (!this.#warnings.pass(describe(error))) return;
    const fields = { what: what.slice(0, 100), reason: describe(error) };
    if (isAway(error)) this.#log.warn(fields, 'a message was left unanswered while storage is away');
    else this.#log.error({ ...fields, stack: (error as Error).stack }, 'a message was left unanswered');
  }
}
