import { even, hash, unit } from './random.ts';

/**
 * The ordinary noise of a real site. Per day 2 % of the miners reboot, 1 % stay away for 5 to 60 minutes, one
 * reply in 2,000 is cut short, and sensors jitter by 1 K. Everything is a function of seed, miner and time.
 */

const REBOOTS_PER_DAY = 0.02;
const AWAY_PER_DAY = 0.01;
export const CUT_REPLIES = 1 / 2000;
/** The most by which a sensor strays to either side, K. */
export const JITTER_K = 1;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** How far back to look for the last restart: one miner in 60,000 has none in a year. */
const LOOK_BACK_DAYS = 365;
/** Before this the site did not exist: the start of the mining process where nothing has restarted it since. */
const COMMISSIONED = Date.UTC(2025, 3, 1);

const REBOOT = 11;
const AWAY = 12;
const CUT = 13;

/** Since when a miner runs, or until when it is gone. */
export interface Presence {
  /** Start of the mining process, ms. Meaningless while away. */
  bootedAt: number;
  /** Why it cannot be reached: it reboots, or it is away. */
  gone: 'rebooting' | 'away' | null;
}

/**
 * Where each miner is. The last restart before yesterday does not change within a day, and finding it means looking
 * back a month: it is kept per miner (12 bytes), so that asking costs a few hashes.
 */
export class Presences {
  readonly #seed: number;
  readonly #noise: boolean;
  readonly #day: Int32Array;
  readonly #bootBefore: Float64Array;

  constructor(seed: number, miners: number, noise: boolean) {
    this.#seed = seed;
    this.#noise = noise;
    this.#day = new Int32Array(noise ? miners : 0);
    this.#bootBefore = new Float64Array(noise ? miners : 0);
  }

  /** Where a miner is at `t`; writes into `into` and returns it, because it is asked for every reply. */
  at(index: number, t: number, into: Presence): Presence {
    into.gone = null;
    into.bootedAt = COMMISSIONED + unit(this.#seed, index, 10) * DAY_MS;
    if (!this.#noise) return into;
    const today = Math.floor(t / DAY_MS);
    if (this.#day[index] !== today) this.#lookBack(index, today, t, into);
    into.bootedAt = this.#bootBefore[index] ?? into.bootedAt;
    lookAtDay(this.#seed, index, today - 1, t, into);
    lookAtDay(this.#seed, index, today, t, into);
    return into;
  }

  /** Finds the last restart up to the day before yesterday. */
  #lookBack(index: number, today: number, t: number, into: Presence): void {
    const commissioned = into.bootedAt;
    let day = today - 2;
    while (into.bootedAt === commissioned && day > today - LOOK_BACK_DAYS) lookAtDay(this.#seed, index, day--, t, into);
    this.#day[index] = today;
    this.#bootBefore[index] = into.bootedAt;
  }
}

function lookAtDay(seed: number, index: number, day: number, t: number, into: Presence): void {
  if (unit(seed, index, day, REBOOT) < REBOOTS_PER_DAY) {
    const h = hash(seed, index, day, REBOOT + 100);
    const start = startOf(day, h);
    note(t, start, start + 90_000 + (h & 63) * 1000, 'rebooting', into);
  }
  if (unit(seed, index, day, AWAY) < AWAY_PER_DAY) {
    const h = hash(seed, index, day, AWAY + 100);
    const start = startOf(day, h);
    note(t, start, start + (5 + ((h & 1023) / 1023) * 55) * MINUTE_MS, 'away', into);
  }
}

function startOf(day: number, h: number): number {
  return day * DAY_MS + ((h >>> 10) / 4194304) * DAY_MS;
}

function note(t: number, start: number, end: number, gone: 'rebooting' | 'away', into: Presence): void {
  if (t >= start && t < end) into.gone = gone;
  else if (end <= t && end > into.bootedAt) into.bootedAt = end;
}

/** Where to cut a reply of `length` bytes that is asked at `t`; null for nearly all of them. */
export function cutAt(seed: number, index: number, t: number, length: number): number | null {
  if (unit(seed, index, t, CUT) >= CUT_REPLIES) return null;
  return 1 + Math.floor(unit(seed, index, t, CUT + 100) * (length - 2));
}

/** What a sensor adds to the truth: between -1 and 1 K, another value every ten seconds. */
export function jitter(seed: number, sensor: number, t: number): number {
  return even(seed, sensor, Math.floor(t / 10_000), 14) * JITTER_K;
}
