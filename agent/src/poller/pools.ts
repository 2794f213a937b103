import { accountOf, type FramePool, type FramePools, MAX_POOLS, safeText } from '@hearst/protocol';
import type { PoolInUse } from '../drivers/driver.ts';

/** The pools of one poll of a container as they are told: each once. */
export class PoolList {
  readonly #list: FramePool[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #of: (number | null)[];

  constructor(miners: number) {
    this.#of = new Array<number | null>(miners).fill(null);
  }

  /**
   * The miner at position `index + 1` works for a pool. Where workers are named so that they fill the list the last
   * places go by address alone; where that is full too, nothing is said of the miner.
   */
  take(index: number, { url, worker }: PoolInUse): void {
    const account = safeText(worker);
    const pool = { url: safeText(url), worker: account && accountOf(account) };
    this.#of[index] = this.#find(pool, MAX_POOLS / 2) ?? this.#find({ ...pool, worker: null }, MAX_POOLS);
  }

  /** Nothing is said of the miner at position `index + 1` after all. */
  withhold(index: number): void {
    this.#of[index] = null;
  }

  /** Null where no miner told one. */
  told(): FramePools | null {
    return this.#list.length > 0 ? { list: this.#list, of: this.#of } : null;
  }

  #find(pool: FramePool, room: number): number | null {
    const key = JSON.stringify([pool.url, pool.worker]);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    if (this.#list.length >= room) return null;
    this.#indexes.set(key, this.#list.length);
    return this.#list.push(pool) - 1;
  }
}
