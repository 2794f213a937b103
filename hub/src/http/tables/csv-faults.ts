import type { Bilingual, Language } from '../language/bilingual.ts';

/** What is wrong with a CSV: which line, which column (null: the whole line), a code that never changes, and words. */
export interface CsvFault {
  readonly line: number;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
}

/** Why a CSV was not taken. */
export interface CsvRefusal<Row> {
  /** The first of them, at most 1,000. */
  readonly faults: CsvFault[];
  /** Every line that has one: `5-9, 12, 50001`. */
  readonly faultyLines: string;
  /** Their numbers. */
  readonly faulty: readonly number[];
  /** How many faults there are in all. */
  readonly count: number;
  /** The rows that have none, for whoever has more to say about them. */
  readonly sound: CsvRows<Row>;
}

/** Rows, and the line each begins on. */
export interface CsvRows<Row> {
  readonly rows: Row[];
  readonly lines: number[];
}

const MAX_TOLD = 1_000;

/** Gathers faults, line by line downwards: every line is kept, the words of the first ones. */
export class CsvFaults {
  readonly language: Language;
  readonly #told: CsvFault[] = [];
  readonly #lines: number[] = [];
  count = 0;

  /** @param language of the words */
  constructor(language: Language) {
    this.language = language;
  }

  add(line: number, column: string | null, code: string, message: string | Bilingual): void {
    this.count++;
    if (this.#lines.at(-1) !== line) this.#lines.push(line);
    if (this.#told.length === MAX_TOLD) return;
    this.#told.push({ line, column, code, message: typeof message === 'string' ? message : message[this.language] });
  }

  refusal<Row>(sound: CsvRows<Row>): CsvRefusal<Row> {
    return {
      faults: this.#told,
      faultyLines: lineRanges(this.#lines),
      faulty: this.#lines,
      count: this.count,
      sound,
    };
  }
}

/** Ascending numbers as people write them: 5, 6, 7 and 9 give `5-7, 9`. */
export function lineRanges(lines: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const line of lines) {
    const range = ranges.at(-1);
    if (range !== undefined && line === range[1] + 1) range[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}
