import type { Chosen, TablePlan } from './columns.ts';
import { type Fault, type Finding, printable, type Read } from './finding.ts';

/** A row of the source: the text of each field by its name, null where it is null there. */
export type LegacyRow = Readonly<Record<string, string | null>>;

/** What a row became: null when it cannot be taken, and what was lost of it. */
export interface Mapped<T> {
  readonly taken: T | null;
  readonly findings: readonly Finding[];
}

/** Reads the fields of one row and keeps what could not be read. */
export class RowReader {
  readonly findings: Finding[] = [];
  readonly #plan: TablePlan;
  readonly #row: LegacyRow;
  readonly #id: string;

  /** @param id what names the row in the report */
  constructor(plan: TablePlan, row: LegacyRow, id: string) {
    this.#plan = plan;
    this.#row = row;
    this.#id = printable(id);
  }

  /** The value of a field; null where the column is absent, empty, or not to be read, which is then a finding. */
  take<T>(field: string, read: (written: string, scale: number) => Read<T>): T | null {
    const written = this.#row[field];
    const chosen = this.#plan.fields[field];
    if (chosen === undefined || written === null || written === undefined || written.trim() === '') return null;
    const value = read(written, chosen.scale);
    if ('value' in value) return value.value;
    this.#note('value', chosen, written, value);
    return null;
  }

  /** The value of the field that names the row: without it the row is lost. */
  demand<T>(field: string, read: (written: string) => Read<T>): T | null {
    const written = this.#row[field] ?? null;
    const value: Read<T> =
      written === null ? { why: 'is empty', remedy: 'Fill it in in the source, then import again.' } : read(written);
    if ('value' in value) return value.value;
    this.refuse(field, value);
    return null;
  }

  /** The row cannot be taken, because of this field. */
  refuse(field: string, fault: Fault): void {
    const chosen = this.#plan.fields[field] ?? { column: field, scale: 1 };
    this.#note('row', chosen, this.#row[field] ?? null, fault);
  }

  /** A value was replaced by one that the row's id settles. */
  note(field: string, fault: Fault): void {
    const chosen = this.#plan.fields[field];
    if (chosen !== undefined) this.#note('value', chosen, this.#row[field] ?? null, fault);
  }

  #note(lost: Finding['lost'], { column }: Chosen, written: string | null, { why, remedy }: Fault): void {
    const value = written === null ? null : printable(written);
    this.findings.push({ table: this.#plan.table, id: this.#id, column, value, lost, why, remedy });
  }
}
