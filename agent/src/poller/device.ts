import type { LaneName } from './lanes.ts';

/**
 * What the poller remembers of one device from poll to poll: whether it answers, how promptly, and when a
 * dead one is asked again. A dead device is asked in the next poll, then every second, fourth and at last
 * every fifth poll, so that one that is back is noticed within five.
 */
export class Device<T> {
  /** What people call it: `QATAR-C01-M001`. */
  readonly id: string;
  /** The request in flight, if any: a device never has two. Resolves to null when it gave no reading. */
  inFlight: Promise<T | null> | null = null;
  /** Polls in a row that brought no reading. */
  #misses = 0;
  /** Polls to sit out before it is asked again. */
  #rest = 0;
  #slow = false;
  #everAnswered = false;
  readonly #stagger: number;

  /** `index` only spreads the polls in which dead devices are asked. */
  constructor(id: string, index: number) {
    this.id = id;
    this.#stagger = index;
  }

  /** Whether it has been silent long enough that nobody waits for it. */
  get dead(): boolean {
    return this.#misses >= DEAD_AFTER;
  }

  /** Whether the latest request brought a reading. */
  get alive(): boolean {
    return this.#everAnswered && this.#misses === 0;
  }

  /** The lane for this poll's request, or null when this poll is sat out. `lane`: where it belongs when well. */
  plan(lane: LaneName): LaneName | null {
    if (this.dead) {
      if (this.#rest === 0) return 'probe';
      this.#rest--;
      return null;
    }
    return this.#misses > 0 || this.#slow ? 'slow' : lane;
  }

  /** It gave a reading after `ms`; `softMs` is what counts as slow. */
  answered(ms: number, softMs: number): void {
    this.#misses = 0;
    this.#rest = 0;
    this.#everAnswered = true;
    this.#slow = ms > softMs;
  }

  /** It gave none. */
  missed(): void {
    this.#misses++;
    this.#rest =
      this.#misses < REST.length ? (REST[this.#misses] ?? 0) : LONGEST_REST - ((this.#stagger + this.#misses) % 2);
  }

  /** Ask again in the next poll: something speaks for its being back. */
  wake(): void {
    this.#rest = 0;
  }
}

const DEAD_AFTER = 2;
/** Polls sat out after the n-th miss. */
const REST = [0, 0, 1, 3];
const LONGEST_REST = 4;
