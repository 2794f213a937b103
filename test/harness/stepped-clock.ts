import type { Clock } from '../../agent/src/clock.ts';

interface Sleeper {
  at: number;
  wake: () => void;
}

/** A clock that stands still until `pass` moves it, waking whoever sleeps on the way in the right order. */
export class SteppedClock implements Clock {
  #now = 0;
  readonly #startedAt: number;
  #sleepers: Sleeper[] = [];

  constructor(startedAt = Date.UTC(2026, 5, 15, 12)) {
    this.#startedAt = startedAt;
  }

  wall(): number {
    return this.#startedAt + this.#now;
  }

  mono(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper: Sleeper = { at: this.#now + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      });
    });
  }

  /** Lets `ms` pass. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#sleepers.reduce<Sleeper | null>(
        (first, sleeper) => (sleeper.at <= end && (!first || sleeper.at < first.at) ? sleeper : first),
        null,
      );
      if (!next) break;
      this.#now = Math.max(this.#now, next.at);
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      next.wake();
      await settle();
    }
    this.#now = end;
  }
}

/** Until everything that can go on without time passing has gone on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}
