export interface RememberedOptions<T> {
  read(key: string): Promise<T>;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** How long a value is taken as it was read: a change that nobody tells of is heeded that much later. */
  readonly lifeMs: number;
  /** After a failure it is read again this much later. */
  readonly retryMs: number;
  /** How long somebody waits for a value to be read before the last one is taken, or none; absent: until it is. */
  readonly waitMs?: number;
  /** Called with what is remembered from now on. */
  onRead?(key: string, value: T): void;
  onFailure(key: string, error: Error): void;
}

interface Entry<T> {
  /** The last that was read; null: none ever. */
  value: T | null;
  /** When it is to be read again, ms since 1970. */
  due: number;
  loading: Promise<void> | null;
}

/** Values by key, each remembered for a short while, and read once for all who ask meanwhile. */
export class Remembered<T> {
  readonly #options: RememberedOptions<T>;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(options: RememberedOptions<T>) {
    this.#options = options;
  }

  /** Never rejects: while it cannot be read the last known value stands; null where none was ever read. */
  async of(key: string): Promise<T | null> {
    const { now, waitMs } = this.#options;
    const entry = this.#entry(key);
    if (now() >= entry.due) {
      entry.loading ??= this.#load(key, entry);
      await (waitMs === undefined ? entry.loading : atMost(waitMs, entry.loading));
    }
    return entry.value;
  }

  /** The next `of` reads it again; without a key, all of them. */
  forget(key?: string): void {
    for (const [each, entry] of this.#entries)
      if (key === undefined || each === key) {
        entry.due = Number.NEGATIVE_INFINITY;
        entry.loading = null; // what is being read now may be what was
      }
  }

  #entry(key: string): Entry<T> {
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = { value: null, due: Number.NEGATIVE_INFINITY, loading: null };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  /** Never rejects. Of two readings at once the one that began later counts. */
  #load(key: string, entry: Entry<T>): Promise<void> {
    const { read, lifeMs, retryMs, onRead, onFailure } = this.#options;
    const settle = (afterMs: number): void => {
      entry.loading = null;
      entry.due = this.#options.now() + afterMs;
    };
    const loading: Promise<void> = read(key).then(
      (value) => {
        if (entry.loading !== loading) return;
        entry.value = value;
        settle(lifeMs);
        onRead?.(key, value);
      },
      (error: Error) => {
        if (entry.loading !== loading) return;
        settle(retryMs);
        onFailure(key, error);
      },
    );
    return loading;
  }
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
