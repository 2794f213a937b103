/** Lets a few things pass per key and hour, so that a repeating fault fills neither log nor quarantine. */
export class Limiter {
  readonly #perHour: number;
  readonly #now: () => number;
  readonly #counts = new Map<string, { since: number; count: number }>();

  constructor(perHour: number, now: () => number) {
    this.#perHour = perHour;
    this.#now = now;
  }

  pass(key: string): boolean {
    const now = this.#now();
    let entry = this.#counts.get(key);
    if (!entry || now - entry.since > 3_600_000) {
      if (this.#counts.size >= 10_000) this.#counts.clear();
      entry = { since: now, count: 0 };
      this.#counts.set(key, entry);
    }
    return ++entry.count <= this.#perHour;
  }
}
