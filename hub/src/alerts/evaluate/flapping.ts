/** So many changes within this time are flapping, and it is over when nothing has changed for as long. */
const FLAPPING_CHANGES = 4;
export const FLAPPING_MS = 10 * 60_000;

/** The changes of a condition that still count at `now`, with those that are new. */
export function changesAt(now: number, changes: readonly number[], ...added: number[]): number[] {
  return [...changes, ...added].filter((at) => at > now - FLAPPING_MS);
}

/** Whether a condition with these changes flaps at `now`. */
export function flapsAt(now: number, changes: readonly number[], flapping: boolean): boolean {
  const recent = changesAt(now, changes);
  return flapping ? recent.length > 0 : recent.length >= FLAPPING_CHANGES;
}
