import { useSyncExternalStore } from 'react';

const KEPT = 'hearst.alerts.seen';
/** More than anybody looks back at, and a few kilobytes. */
const MOST = 1_000;

/** Which alerts were opened on this device, the newest last. */
export class SeenAlerts {
  readonly #keep: Pick<Storage, 'getItem' | 'setItem'> | undefined;
  readonly #listeners = new Set<() => void>();
  #ids: ReadonlySet<number>;

  constructor(keep: Pick<Storage, 'getItem' | 'setItem'> | undefined) {
    this.#keep = keep;
    this.#ids = read(keep);
  }

  readonly ids = (): ReadonlySet<number> => this.#ids;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(...ids: readonly number[]): void {
    if (ids.every((id) => this.#ids.has(id))) return;
    this.#ids = new Set([...this.#ids, ...ids].slice(-MOST));
    try {
      this.#keep?.setItem(KEPT, JSON.stringify([...this.#ids]));
    } catch {
      // A device that keeps nothing shows them as new next time.
    }
    for (const listener of this.#listeners) listener();
  }
}

function read(keep: Pick<Storage, 'getItem'> | undefined): ReadonlySet<number> {
  try {
    const kept: unknown = JSON.parse(keep?.getItem(KEPT) ?? '[]');
    return new Set(Array.isArray(kept) ? kept.filter((id) => Number.isSafeInteger(id)) : []);
  } catch {
    return new Set();
  }
}

function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

export const seenAlerts = new SeenAlerts(storage());

export function useSeen(): ReadonlySet<number> {
  return useSyncExternalStore(seenAlerts.subscribe, seenAlerts.ids);
}
