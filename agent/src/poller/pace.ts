/**
 * How many miners are asked at once, and how long a silence is ordinary: additive increase, multiplicative
 * decrease between a floor and the configured ceiling. Answers that grow slow, or miners that answered last
 * time and now time out together, mean that the network or this machine has too much to do.
 */
export class Pace {
  readonly #floor: number;
  readonly #ceiling: number;
  readonly #slowMs: number;
  readonly #latencies = new Float64Array(WINDOW);
  #filled = 0;
  #next = 0;
  #sinceAdjusted = 0;
  #lost = 0;
  #limit: number;
  #p95 = 0;

  /** `slowMs`: a 95th percentile above it means too many at once. */
  constructor({ ceiling, slowMs, floor = 16 }: { ceiling: number; slowMs: number; floor?: number }) {
    this.#ceiling = ceiling;
    this.#floor = Math.min(floor, ceiling);
    this.#limit = Math.min(ceiling, START);
    this.#slowMs = slowMs;
  }

  /** How many may be asked at once now. */
  get limit(): number {
    return this.#limit;
  }

  /** The running 95th percentile of the answers' latency, ms. */
  get p95Ms(): number {
    return this.#p95;
  }

  /** A request silent for longer than this gives its place to others and goes on beside them, ms. */
  get softMs(): number {
    return Math.max(250, 4 * this.#p95);
  }

  /** A device answered after `ms`. */
  answered(ms: number): void {
    this.#latencies[this.#next] = ms;
    this.#next = (this.#next + 1) % WINDOW;
    this.#filled = Math.min(WINDOW, this.#filled + 1);
    this.#count();
  }

  /** A device that answered in the last poll timed out in this one. */
  lost(): void {
    this.#lost++;
    this.#count();
  }

  #count(): void {
    this.#sinceAdjusted++;
    if (this.#sinceAdjusted < Math.max(START / 2, this.#limit)) return;
    const sorted = this.#latencies.slice(0, this.#filled).sort();
    this.#p95 = sorted[Math.floor(0.95 * this.#filled)] ?? 0;
    const tooMany = this.#lost > 0.05 * this.#sinceAdjusted || this.#p95 > this.#slowMs;
    this.#limit = tooMany
      ? Math.max(this.#floor, Math.floor(this.#limit * DECREASE))
      : Math.min(this.#ceiling, this.#limit + INCREASE);
    this.#sinceAdjusted = 0;
    this.#lost = 0;
  }
}

const WINDOW = 256;
const START = 64;
const INCREASE = 16;
const DECREASE = 0.7;
