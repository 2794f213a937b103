import { setTimeout as delay } from 'node:timers/promises';

/** The two clocks of a machine, and waiting by them. Passed in everywhere, so that tests can move time. */
export interface Clock {
  /** Wall clock: ms since 1970 UTC. May jump. */
  wall(): number;
  /** Monotonic clock: ms since an arbitrary point of this boot. Never jumps, never goes back. */
  mono(): number;
  /** Waits `ms` by the monotonic clock; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clocks. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  mono: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
};
