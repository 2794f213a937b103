/** How much may be on its way at once, as told to the agents. */
export interface WindowOptions {
  /** Unacknowledged batches per agent in good times. */
  readonly normal: number;
  /** Bytes of batches waiting in this hub at which agents are held. */
  readonly maxBytes: number;
}

/**
 * Back-pressure: full window while little waits, half of it from half the limit, none at the limit or while storage is
 * away. Once closed it opens again only below 80 % of the limit, so that it does not flutter.
 */
export class Window {
  readonly #options: WindowOptions;
  #bytes = 0;
  #full = false;
  #away = false;
  #told: number;

  constructor(options: WindowOptions) {
    this.#options = options;
    this.#told = options.normal;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get away(): boolean {
    return this.#away;
  }

  /** False: there is no room, the batch must be left to be sent again. */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > this.#options.maxBytes) {
      this.#full = true;
      return false;
    }
    this.#bytes += bytes;
    if (this.#bytes >= 0.95 * this.#options.maxBytes) this.#full = true;
    return true;
  }

  give(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes < 0.8 * this.#options.maxBytes) this.#full = false;
  }

  /** Storage is away, or back; true when that is news. */
  setAway(away: boolean): boolean {
    if (this.#away === away) return false;
    this.#away = away;
    return true;
  }

  size(): number {
    if (this.#away || this.#full) return 0;
    const half = Math.max(1, Math.floor(this.#options.normal / 2));
    return this.#bytes > 0.5 * this.#options.maxBytes ? half : this.#options.normal;
  }

  /** Whether the size is another one than when this was asked last: agents are to be told. */
  changed(): boolean {
    const size = this.size();
    if (size === this.#told) return false;
    this.#told = size;
    return true;
  }
}
