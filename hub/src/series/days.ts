import type { Span } from './steps.ts';

const DAY_MS = 86_400_000;

/** When the days of a time zone begin that touch a span, and when the last of them ends: ms since 1970. */
export function dayBoundaries({ from, to }: Span, timeZone: string): number[] {
  const zone = new Zone(timeZone);
  // Midnight of a date as if the zone were UTC: a name for the date that can be counted on.
  const first = Math.floor(zone.local(from) / DAY_MS) * DAY_MS;
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

/** The clocks on the wall of a time zone. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;

  /** Throws a RangeError on a zone that does not exist. */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** The local time at `at`, as if it were UTC, to the second. */
  local(at: number): number {
    const fields: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format.formatToParts(at)) fields[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  /**
   * The moment a local date begins: the first of two midnights where clocks are put back over it; where they are put
   * forward at midnight, the moment they are.
   */
  startOf(date: number): number {
    const before = this.#offset(date - DAY_MS);
    const after = this.#offset(date + DAY_MS);
    const isRight = (offset: number): boolean => this.#offset(date - offset) === offset;
    return date - (isRight(before) || !isRight(after) ? before : after);
  }

  #offset(at: number): number {
    return this.local(at) - at;
  }
}
