/** The tables of the old single-site database that are carried over. */
export const LEGACY_TABLES = ['containers', 'miners', 'metrics'] as const;
export type LegacyTable = (typeof LEGACY_TABLES)[number];

/** Why a value could not be taken, and what a person can do about it: two sentences, the value as their subject. */
export interface Fault {
  readonly why: string;
  readonly remedy: string;
}

/** What a text of the old database was read as, or why it could not be. */
export type Read<T> = { readonly value: T } | Fault;

/** Something of the old database that was not carried over: a whole row, or one value of a row that was. */
export interface Finding extends Fault {
  readonly table: LegacyTable;
  /** What names the row in the old database: its id as written there, or its time. */
  readonly id: string;
  readonly column: string;
  /** As written there, printable and not longer than 80 characters; null where there was none. */
  readonly value: string | null;
  readonly lost: 'row' | 'value';
}

const LONGEST_SHOWN = 80;

/** A value of the old database made fit for a report: what cannot be printed as \uXXXX, and not endless. */
export function printable(value: string): string {
  const shown = value
    .slice(0, LONGEST_SHOWN)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return value.length > LONGEST_SHOWN ? `${shown}...` : shown;
}
