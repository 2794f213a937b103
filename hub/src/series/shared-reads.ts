/**
 * Readings that many ask for at once: charts, which every screen at HQ refreshes. Whoever asks for what is being read
 * already, or was read a moment ago, is answered the same.
 *
 * What tells one reading from another must name everything that the answer hangs on, what the asker may see included.
 */
export class SharedReads<T> {
  readonly #most: number;
  readonly #now: () => number;
  /** The oldest first. */
  readonly #reads = new Map<string, { until: number; readonly read: Promise<T> }>();

  /** @param options.most how many are kept */
  constructor({ most, now }: { most: number; now: () => number }) {
    this.#most = most;
    this.#now = now;
  }

  /**
   * What is being read for `key`, or was; else what `read` gives now. A reading that fails is not kept.
   *
   * @param keptMs how long it is answered again once it is there, ms
   */
  get(key: string, keptMs: number, read: () => Promise<T>): Promise<T> {
    const known = this.#reads.get(key);
    if (known !== undefined && this.#now() < known.until) return known.read;
    const fresh = { until: Number.POSITIVE_INFINITY, read: read() };
    this.#reads.delete(key);
    this.#reads.set(key, fresh);
    const forget = (): void => {
      if (this.#reads.get(key) === fresh) this.#reads.delete(key);
    };
    fresh.read.then(() => {
      if (keptMs === 0) forget();
      else fresh.until = this.#now() + keptMs;
    }, forget);
    const [oldest] = this.#reads.keys();
    if (this.#reads.size > this.#most && oldest !== undefined) this.#reads.delete(oldest);
    return fresh.read;
  }
}
