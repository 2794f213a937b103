import type { Clock } from '../clock.ts';

/** Waits shorter than this are not worth a timer, ms; the rate holds over longer spans. */
const SLACK_MS = 20;

/** Lets callers through one after another, so many a second, and none while it is shut. */
export class Turnstile {
  readonly #clock: Clock;
  readonly #stepMs: number;
  readonly #signal: AbortSignal;
  /** When the next one may pass, mono ms. */
  #next = 0;
  #shut: PromiseWithResolvers<void> | null = null;

  constructor(clock: Clock, perSecond: number, signal: AbortSignal) {
    this.#clock = clock;
    this.#stepMs = 1000 / perSecond;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.open(), { once: true });
  }

  get isShut(): boolean {
    return this.#shut !== null;
  }

  shut(): void {
    this.#shut ??= Promise.withResolvers();
  }

  open(): void {
    this.#shut?.resolve();
    this.#shut = null;
  }

  /** Waits for one's turn. Rejects with the signal's reason when aborted. */
  async pass(): Promise<void> {
    const now = this.#clock.mono();
    this.#next = Math.max(this.#next, now - SLACK_MS);
    const wait = this.#next - now;
    this.#next += this.#stepMs;
    if (wait > 0) await this.#clock.sleep(wait, this.#signal);
    if (this.#shut) await this.#shut.promise;
    this.#signal.throwIfAborted();
  }
}
