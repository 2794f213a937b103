/** Moments that the map can be taken back to: whole steps of the last 24 h, or further back where a link says so. */

export const STEP_MS = 300_000;
const DAY_MS = 24 * 3_600_000;

/** The moment of an address, ms since 1970; null: now, for what is no time or has not come yet. */
export function momentAsked(at: string | undefined, now: number): number | null {
  const time = at === undefined ? Number.NaN : Date.parse(at);
  return Number.isNaN(time) || time >= now ? null : time;
}

/** The slider's ends. It begins at a whole step, so that it does not slip away under the hand. */
export function span(at: number | null, now: number): { from: number; to: number } {
  const to = Math.floor(now / STEP_MS) * STEP_MS;
  return { from: Math.min(to - DAY_MS, at ?? to), to };
}

/** Where on the slider a moment lies, 0 to 1; null outside of it. */
export function along(time: number, { from, to }: { from: number; to: number }): number | null {
  return time < from || time > to ? null : (time - from) / (to - from);
}

/** As it stands in the address; null for the newest step, which is the present. */
export function written(time: number, to: number): string | undefined {
  return time >= to ? undefined : new Date(time).toISOString();
}
