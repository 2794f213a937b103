const DAY = 86_400_000;

/** The day of a zone that a moment lies in, found by walking: slow, plain, and nothing like the hub's own way. */
export class DateTimeFormatDays {
  readonly #format: Intl.DateTimeFormat;
  readonly #known: [begin: number, end: number][] = [];

  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' });
  }

  static utc(at: number): [begin: number, end: number] {
    const begin = Math.floor(at / DAY) * DAY;
    return [begin, begin + DAY];
  }

  of(at: number): [begin: number, end: number] {
    const known = this.#known.find(([begin, end]) => at >= begin && at < end);
    if (known) return known;
    const quarter = 900_000;
    const date = this.#format.format(at);
    let begin = Math.floor(at / quarter) * quarter;
    while (this.#format.format(begin - 1) === date) begin -= quarter;
    let end = begin + quarter;
    while (this.#format.format(end) === date) end += quarter;
    this.#known.push([begin, end]);
    return [begin, end];
  }
}
