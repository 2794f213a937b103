import type { Column, ContainerFrame } from '@hearst/protocol';

/** What the pool had said of a container's shares at one moment, by place in the frame; NaN where it is unknown. */
export interface ShareCounters {
  readonly at: number;
  readonly positions: readonly number[];
  readonly accepted: Float64Array;
  readonly rejected: Float64Array;
}

/** Containers remembered: about 5 KB each. */
const MAX_CONTAINERS = 4000;
/** Counters further apart say what was, not what is. */
const MAX_AGE_MS = 3_600_000;

/**
 * The newest counters of each container, for rates between two frames. In memory alone: a hub that has just started
 * knows no rate until it has met the second frame with counters.
 */
export class EarlierCounters {
  readonly #byContainer = new Map<string, ShareCounters>();

  /**
   * The counters to compare the frame's with, which are remembered in their place. Null where the frame holds none,
   * where there are no earlier ones, or where they are of other miners.
   *
   * @param owner the agent that sent it: nobody else's numbers are compared with its own
   */
  exchange(owner: string, frame: ContainerFrame): ShareCounters | null {
    const { shares_accepted: accepted, shares_rejected: rejected } = frame.columns;
    if (!accepted || !rejected) return null;
    const key = `${owner} ${frame.container}`;
    const earlier = this.#byContainer.get(key);
    if (earlier && frame.at <= earlier.at) return null;
    this.#byContainer.delete(key); // the first of the map is the one that was heard longest ago
    this.#byContainer.set(key, {
      at: frame.at,
      positions: frame.positions,
      accepted: numbers(accepted),
      rejected: numbers(rejected),
    });
    if (this.#byContainer.size > MAX_CONTAINERS) {
      const [oldest = ''] = this.#byContainer.keys();
      this.#byContainer.delete(oldest);
    }
    const comparable = earlier && frame.at - earlier.at <= MAX_AGE_MS && sameList(earlier.positions, frame.positions);
    return comparable ? earlier : null;
  }
}

function numbers(column: Column): Float64Array {
  return Float64Array.from(column, (value) => value ?? Number.NaN);
}

function sameList(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
