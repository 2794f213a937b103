import type { MinerStatus } from '@hearst/protocol';
import { isOfBoard, isRare, type MinerColumn, type MinerQuantity } from './quantities.ts';
import { boardCount, type MinerInFrame } from './unpack.ts';

/** What is known of one bucket of one quantity. */
interface Level {
  sum: number;
  count: number;
  min: number;
  max: number;
  last: number;
}

/** How many readings of a miner had each status. */
export type StatusCounts = Partial<Record<MinerStatus, number>>;

/**
 * Adds up a miner's readings bucket by bucket, in order of time. Quantities that do not go along with every poll take any
 * frame; the others only those that were picked for their place in time, so that their average is one over time.
 */
export class MinerTally {
  readonly #buckets: number;
  readonly #quantities: readonly MinerQuantity[];
  readonly #byBoard: boolean;
  /** By board (1, 2, ...; 0: the miner as a whole) and quantity, a list by bucket. */
  readonly #levels = new Map<number, Partial<Record<MinerQuantity, (Level | undefined)[]>>>();
  readonly #power: (Level | undefined)[] = [];
  readonly #rate: (Level | undefined)[] = [];
  readonly #statuses: (StatusCounts | undefined)[] = [];

  constructor(buckets: number, columns: readonly MinerColumn[], byBoard: boolean) {
    this.#buckets = buckets;
    this.#quantities = [...new Set(columns.map(({ quantity }) => quantity))];
    this.#byBoard = byBoard;
  }

  /** One reading; `even`: picked for its place in time. */
  add(bucket: number, miner: MinerInFrame, even: boolean): void {
    if (even) {
      this.#statuses[bucket] ??= {};
      const counts = this.#statuses[bucket];
      counts[miner.status] = (counts[miner.status] ?? 0) + 1;
    }
    if (this.#byBoard) this.#addBoards(bucket, miner);
    else this.#addWhole(bucket, miner, even);
  }

  /** The boards that were told of, in order; `[0]` for the miner as a whole. */
  boards(): number[] {
    return this.#byBoard ? [...this.#levels.keys()].sort((a, b) => a - b) : [0];
  }

  /** A value for each bucket; null where nothing is known. */
  values(board: number, { quantity, agg }: MinerColumn): (number | null)[] {
    if (quantity === 'efficiency_j_per_th')
      return this.#each((i) => {
        const rate = this.#rate[i]?.sum ?? 0;
        return rate > 0 ? (this.#power[i]?.sum ?? 0) / rate : null;
      });
    const levels = this.#levels.get(board)?.[quantity];
    return this.#each((i) => {
      const level = levels?.[i];
      if (level === undefined) return null;
      return agg === 'avg' ? level.sum / level.count : level[agg];
    });
  }

  /** Null for buckets without a reading. */
  statuses(): (StatusCounts | null)[] {
    return this.#each((i) => this.#statuses[i] ?? null);
  }

  #addWhole(bucket: number, { values }: MinerInFrame, even: boolean): void {
    for (const quantity of this.#quantities) {
      if (quantity === 'efficiency_j_per_th') {
        const { power_w: watts = null, hashrate_ths: ths = null } = values;
        if (!even || watts === null || ths === null) continue;
        addTo(this.#power, bucket, watts);
        addTo(this.#rate, bucket, ths);
      } else if (even || isRare(quantity)) addTo(this.#of(0, quantity), bucket, values[quantity] ?? null);
    }
  }

  #addBoards(bucket: number, { boards }: MinerInFrame): void {
    if (boards === null) return;
    const count = boardCount(boards);
    for (const quantity of this.#quantities) {
      if (!isOfBoard(quantity)) continue;
      const values = boards[quantity] ?? [];
      for (let i = 0; i < count; i++) addTo(this.#of(i + 1, quantity), bucket, values[i] ?? null);
    }
  }

  #of(board: number, quantity: MinerQuantity): (Level | undefined)[] {
    const levels = this.#levels.get(board) ?? {};
    this.#levels.set(board, levels);
    levels[quantity] ??= [];
    return levels[quantity];
  }

  #each<T>(of: (bucket: number) => T): T[] {
    return Array.from({ length: this.#buckets }, (_, i) => of(i));
  }
}

function addTo(levels: (Level | undefined)[], bucket: number, value: number | null): void {
  if (value === null) return;
  const level = levels[bucket];
  if (level === undefined) {
    levels[bucket] = { sum: value, count: 1, min: value, max: value, last: value };
    return;
  }
  level.sum += value;
  level.count++;
  level.min = Math.min(level.min, value);
  level.max = Math.max(level.max, value);
  level.last = value;
}
