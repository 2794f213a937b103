/** Lets through `perSecond` items a second on average, at most a second's worth (or `burst`) at once. */
export class TokenBucket {
  #perSecond: number | null = null;
  #tokens = 0;
  #at = 0;
  readonly #burst: number;

  constructor(burst: number) {
    this.#burst = burst;
  }

  /** null: no limit. */
  setRate(perSecond: number | null, now: number): void {
    if (perSecond === this.#perSecond) return;
    this.#perSecond = perSecond;
    this.#tokens = Math.min(this.#tokens, this.#most());
    this.#at = now;
  }

  /** How many may go now (mono ms). */
  available(now: number): number {
    if (this.#perSecond === null) return Number.POSITIVE_INFINITY;
    this.#tokens = Math.min(this.#most(), this.#tokens + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    return Math.floor(this.#tokens);
  }

  take(count: number): void {
    if (this.#perSecond !== null) this.#tokens -= count;
  }

  #most(): number {
    return Math.max(this.#burst, this.#perSecond ?? 0);
  }
}
