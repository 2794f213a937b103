import { CsvError, parse } from 'csv-parse/sync';
import { type Bilingual, say } from '../language/bilingual.ts';

const LF = 0x0a;
const CR = 0x0d;
const SEPARATORS = [',', ';', '\t'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** Thrown through csv-parse, which knows no other way to stop. */
const ENOUGH = new Error('enough');

/** Why a line's quotes make no sense, by csv-parse's code. */
const QUOTE_FAULTS: Readonly<Record<string, Bilingual>> = {
  CSV_QUOTE_NOT_CLOSED: say(
    'The quote that opens a cell on this line is never closed: close it, or double it ("") where it belongs to the text.',
    'Le guillemet qui ouvre une cellule de cette ligne n\'est jamais fermé : fermez-le, ou doublez-le ("") s\'il fait partie du texte.',
  ),
  CSV_INVALID_CLOSING_QUOTE: say(
    'The quote that opens a cell on this line is not closed at the end of a cell: close it there, and double ("") each quote that belongs to the text.',
    'Le guillemet qui ouvre une cellule de cette ligne n\'est pas fermé à la fin d\'une cellule : fermez-le là, et doublez ("") chaque guillemet du texte.',
  ),
  INVALID_OPENING_QUOTE: say(
    'A cell on this line holds a quote but does not begin with one: put the whole cell in quotes and double ("") those inside.',
    'Une cellule de cette ligne contient un guillemet sans commencer par un : mettez toute la cellule entre guillemets et doublez ("") ceux du texte.',
  ),
};

/** Hears of each record with the number of the line it begins on, from 1. */
export interface RecordVisitor {
  /** Answers false to hear of no more. */
  record(line: number, cells: string[]): boolean;
  /** A record that is no CSV; reading goes on with the line after the one it begins on. */
  broken(line: number, why: Bilingual): boolean;
}

/** The separator that the first line with anything on it holds most of; comma when it holds none. */
export function separatorOf(text: Buffer): Separator {
  const start = skipEmptyLines(text, 0);
  const line = text.toString('latin1', start, endOfLine(text, start));
  const count = (separator: Separator) => line.split(separator).length;
  return SEPARATORS.reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

/** Goes through the records of a CSV, lines ended by CRLF or LF; empty lines are none. */
export function visitRecords(text: Buffer, separator: Separator, visitor: RecordVisitor): void {
  const place = new Place(text);
  while (place.offset < text.length) {
    const from = place.offset;
    const ended = readFrom(text.subarray(from), separator, (cells, end) => {
      place.moveTo(skipEmptyLines(text, place.offset));
      const { line } = place;
      place.moveTo(from + end);
      return visitor.record(line, cells);
    });
    if (ended === 'done') return;
    place.moveTo(skipEmptyLines(text, from + ended.end));
    if (!visitor.broken(place.line, ended.why)) return;
    place.moveTo(endOfLine(text, place.offset));
  }
}

/** A cell that cannot be read; `end` is where the one before it ends. */
interface Broken {
  readonly end: number;
  readonly why: Bilingual;
}

function readFrom(
  text: Buffer,
  separator: Separator,
  onRecord: (cells: string[], end: number) => boolean,
): 'done' | Broken {
  try {
    parse(text, {
      delimiter: separator,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { bytes }) => {
        if (!onRecord(cells, bytes)) throw ENOUGH;
        return null;
      },
    });
    return 'done';
  } catch (error) {
    if (error === ENOUGH) return 'done';
    const why = error instanceof CsvError ? QUOTE_FAULTS[error.code] : undefined;
    if (why === undefined) throw error;
    return { end: Number((error as CsvError).bytes), why };
  }
}

/** A place in a text that only moves on, and the number of its line. */
class Place {
  readonly #text: Buffer;
  offset = 0;
  line = 1;

  constructor(text: Buffer) {
    this.#text = text;
  }

  moveTo(offset: number): void {
    for (let at = this.#text.indexOf(LF, this.offset); at !== -1 && at < offset; at = this.#text.indexOf(LF, at + 1))
      this.line++;
    this.offset = offset;
  }
}

function skipEmptyLines(text: Buffer, offset: number): number {
  let at = offset;
  for (;;) {
    if (text[at] === LF) at += 1;
    else if (text[at] === CR && text[at + 1] === LF) at += 2;
    else return at;
  }
}

/** Where the line after begins. */
function endOfLine(text: Buffer, offset: number): number {
  const at = text.indexOf(LF, offset);
  return at === -1 ? text.length : at + 1;
}
