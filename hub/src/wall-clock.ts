/** What the clocks on the wall say in time zones of the IANA database. Keep one while going through many times. */
export class WallClock {
  readonly #zones = new Map<string, Intl.DateTimeFormat>();
  /** Rows of one time come together, and asking the calendar costs more than all else of a row. */
  #last = { at: Number.NaN, timeZone: '', local: Number.NaN };

  /**
   * A date whose UTC fields read as the local time at `at`, to the second: for writing it out, never for reckoning.
   * Throws a RangeError on a zone that does not exist.
   */
  read(at: Date, timeZone: string): Date {
    if (at.getTime() !== this.#last.at || timeZone !== this.#last.timeZone)
      this.#last = { at: at.getTime(), timeZone, local: this.#ask(at, timeZone) };
    return new Date(this.#last.local);
  }

  #ask(at: Date, timeZone: string): number {
    const fields: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#zone(timeZone).formatToParts(at)) fields[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  #zone(timeZone: string): Intl.DateTimeFormat {
    let zone = this.#zones.get(timeZone);
    if (zone === undefined) {
      zone = new Intl.DateTimeFormat('en', {
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
      this.#zones.set(timeZone, zone);
    }
    return zone;
  }
}
