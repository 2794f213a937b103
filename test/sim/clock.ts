/** Simulated time, milliseconds since 1970 UTC. */
export interface SimClock {
  now(): number;
}

export interface SimClockOptions {
  /** The real time to run by; the system's by default. */
  real?: () => number;
  /** Simulated time at the moment of creation; the real time by default. */
  startAt?: number;
  /** Simulated seconds per real second; 1 by default. */
  factor?: number;
}

/** A clock that starts at `startAt` and runs `factor` times as fast as the real one. */
export function simClock(options: SimClockOptions = {}): SimClock {
  const real = options.real ?? Date.now;
  const factor = options.factor ?? 1;
  const from = real();
  const startAt = options.startAt ?? from;
  return { now: () => startAt + (real() - from) * factor };
}
