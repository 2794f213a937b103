/**
 * Lets many waits share one abort signal at the cost of one listener: a signal looks through all its listeners
 * whenever one is added or taken away, and a sweep has hundreds of requests in flight on the same one.
 */
export class AbortHub {
  readonly #waiting = new WeakMap<AbortSignal, Set<() => void>>();

  /** Calls `onAbort` when the signal aborts; the function returned takes it back. */
  add(signal: AbortSignal, onAbort: () => void): () => void {
    const waiting = this.#waiting.get(signal) ?? this.#listen(signal);
    waiting.add(onAbort);
    return () => waiting.delete(onAbort);
  }

  #listen(signal: AbortSignal): Set<() => void> {
    const waiting = new Set<() => void>();
    this.#waiting.set(signal, waiting);
    signal.addEventListener('abort', () => {
      for (const onAbort of waiting) onAbort();
    });
    return waiting;
  }
}
