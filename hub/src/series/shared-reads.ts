/**
 * Readings that many ask for at once: the company's charts, which every screen at HQ refreshes. Whoever asks for what is
 * being read already, or was read a moment ago, is answered the same. Rows of history change every quarter of a minute.
 *
 * What tells one reading from another must name everything that the answer hangs on, what the asker may see included.
 */
export class SharedReads<T> {
  readonly #keptMs: number;
  readonly #most: number;
  readonly #now: () => number;
  /** The oldest first. */
  readonly #reads = new Map<string, { readonly until: number; readonly read: Promise<T> }>();

  /**
   * @param options.keptMs how long a reading is answered again, ms
   * @param options.most how many are kept
   */
  constructor({ keptMs, most, now }: { keptMs: number; most: number; now: () => number }) {
    this.#keptMs = keptMs;
    this.#most = most;
    this.#now = now;
  }

  /** What was read for `key`, or what `read` gives now. A reading that fails is not kept. */
  get(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#reads.get(key);
    if (known !== undefined && this.#now() < known.until) return known.read;
    const fresh = { until: this.#now() + this.#keptMs, read: read() };
    this.#reads.delete(key);
    this.#reads.set(key, fresh);
    fresh.read.catch(() => {
      if (this.#reads.get(key) === fresh) this.#reads.delete(key);
    });
    const [oldest] = this.#reads.keys();
    if (this.#reads.size > this.#most && oldest !== undefined) this.#reads.delete(oldest);
    return fresh.read;
  }
}
