/** Growing waits with full jitter: many agents that lost one hub together do not come back together. */
export class Backoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  #attempt = 0;

  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
  }

  /** The next wait, ms: at least half the minimum, at most the maximum. */
  next(): number {
    const ceiling = Math.min(this.#maxMs, this.#minMs * 2 ** Math.min(this.#attempt++, 30));
    return this.#minMs / 2 + Math.random() * Math.max(0, ceiling - this.#minMs / 2);
  }

  reset(): void {
    this.#attempt = 0;
  }
}
