import { even } from './random.ts';

const DAY_MS = 86_400_000;
const TURN = 2 * Math.PI;
/** Qatar is three hours ahead of UTC. */
const ZONE_MS = 3 * 3_600_000;
/** The hottest moment of the day, as a part of it: 15:00. */
const PEAK = 15 / 24;

/**
 * Outdoor temperature of a Gulf summer day, degC: 31 before sunrise, 45 at three in the afternoon, give or take 1.5 K
 * from one day to the next.
 */
export function ambientC(seed: number, t: number): number {
  const days = (t + ZONE_MS) / DAY_MS;
  const day = Math.floor(days);
  const part = days - day;
  const today = even(seed, day, 0, 21);
  const tomorrow = even(seed, day + 1, 0, 21);
  return 38 + 7 * Math.cos(TURN * (part - PEAK)) + 1.5 * (today + (tomorrow - today) * part);
}
