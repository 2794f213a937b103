/**
 * What a table file is made from. Columns have a key and a kind; the key is also what stands in the header and never
 * changes with the language. Null is an empty cell.
 */

export type ColumnKind = 'text' | 'number' | 'integer' | 'time' | 'boolean' | 'json';

/** One column of rows of a type. `get` answers what the kind says (a time may be a Date or RFC 3339), or null. */
export interface Column<Row> {
  readonly key: string;
  readonly kind: ColumnKind;
  get(row: Row): unknown;
}

/** When a row was observed, and the time zone people there live by (`Asia/Qatar`). */
export interface RowTime {
  readonly at: Date | null;
  readonly timeZone: string;
}

export interface Table<Row> {
  /** The file's name without its ending, in small letters: `qatar_containers_2026-11-23`. */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly Column<Row>[];
  /**
   * Read as the client takes them and returned (`return()`) when it leaves. What the rows hold on to, such as a
   * transaction, has to be opened and released inside their iteration.
   */
  readonly rows: Iterable<Row> | AsyncIterable<Row>;
  /** What fills the first two columns, `time_utc` and `time_local`. */
  readonly timeOf: (row: Row) => RowTime;
  /** What the rows are: range, step, filters, coverage, author. A CSV has no place for them. */
  readonly facts: Readonly<Record<string, string>>;
}

/** The columns that stand first in every table. */
export const TIME_COLUMNS = ['time_utc', 'time_local'] as const;

/** A cell without regard to the format it will be written in. */
export type Cell = string | number | boolean | Date | null;

/** The cells of a row, as the kinds of its columns say; what has no value of that kind is null. */
export function cellsOf<Row>(columns: readonly Column<Row>[], row: Row): Cell[] {
  return columns.map((column) => cellOf(column.kind, column.get(row)));
}

function cellOf(kind: ColumnKind, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case 'text':
      return String(value);
    case 'number':
      return finite(withoutDust(Number(value)));
    case 'integer':
      return finite(Number(value));
    case 'boolean':
      return Boolean(value);
    case 'time':
      return timeOf(value);
    case 'json':
      return JSON.stringify(value) ?? null;
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** 0.1 + 0.2 as 0.3: a double has 15 decimal digits that mean something, which are also all that Excel keeps. */
function withoutDust(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}

function timeOf(value: unknown): Date | null {
  const time = value instanceof Date ? value : new Date(String(value));
  return Number.isNaN(time.getTime()) ? null : time;
}
