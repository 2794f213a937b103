import { FINE_MS } from './stretches.ts';

/** What is computed anew needs the frame that stands into it: this far before it, ms. */
const STAND_MS = 5_400_000;

/**
 * The first bucket that is computed from raw frames, where those before `rawFrom` (ms since 1970) may be gone. What comes
 * from before it is added to the buckets there are.
 */
export function computedFrom(rawFrom: number | null): number {
  return rawFrom === null ? Number.NEGATIVE_INFINITY : Math.ceil((rawFrom + STAND_MS) / FINE_MS) * FINE_MS;
}
