import { WallClock } from '../wall-clock.ts';
import type { Span } from './steps.ts';

const DAY_MS = 86_400_000;

/** When the days of a time zone begin that touch a span, and when the last of them ends: ms since 1970. */
export function dayBoundaries({ from, to }: Span, timeZone: string): number[] {
  const zone = new Zone(timeZone);
  const first = zone.dateAt(from);
  let last = zone.startOf(first);
  const boundaries = [last];
  for (let date = first + DAY_MS; last < to; date += DAY_MS) {
    const begins = zone.startOf(date);
    // A date that a zone left out when it crossed the date line has no day.
    if (begins > last) boundaries.push(begins);
    last = begins;
  }
  return boundaries;
}

/** A date of a time zone, `2026-11-25`, from its beginning to its end; null where the zone left it out. */
export function dayOf(date: string, timeZone: string): Span | null {
  const zone = new Zone(timeZone);
  const at = Date.parse(date);
  const span = { from: zone.startOf(at), to: zone.startOf(at + DAY_MS) };
  return span.from < span.to ? span : null;
}

/** When the days begin that are so many dates before those that begin at `boundaries`. */
export function daysBefore(boundaries: readonly number[], days: number, timeZone: string): number[] {
  const zone = new Zone(timeZone);
  return boundaries.map((at) => zone.startOf(zone.dateAt(at) - days * DAY_MS));
}

/** When days of a time zone begin. Dates are given as midnights in UTC, which can be counted on. */
class Zone {
  readonly #clock = new WallClock();
  readonly #timeZone: string;

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  dateAt(at: number): number {
    return Math.floor(this.#local(at) / DAY_MS) * DAY_MS;
  }

  /**
   * The moment a date begins: the first of two midnights where clocks are put back over it; where they are put forward
   * at midnight, the moment they are.
   */
  startOf(date: number): number {
    const before = this.#offset(date - DAY_MS);
    const after = this.#offset(date + DAY_MS);
    const isRight = (offset: number): boolean => this.#offset(date - offset) === offset;
    return date - (isRight(before) || !isRight(after) ? before : after);
  }

  #offset(at: number): number {
    return this.#local(at) - at;
  }

  #local(at: number): number {
    return this.#clock.read(new Date(at), this.#timeZone).getTime();
  }
}
