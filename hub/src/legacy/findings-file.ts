import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { HubError } from '../errors.ts';
import type { Finding, LegacyTable } from './finding.ts';

const COLUMNS = ['table', 'id', 'column', 'value', 'lost', 'why', 'remedy'] as const satisfies (keyof Finding)[];
/** Written together: a file has millions of lines where a whole column is wrong. */
const LINES_A_WRITE = 1_000;

/** How much was lost. */
export interface Lost {
  readonly rows: number;
  readonly values: number;
}

/**
 * Takes every finding of an import into a CSV file and counts them; keeps in memory only the first `kept`. There is no
 * file where there is no finding.
 */
export class FindingsFile {
  readonly path: string;
  /** The first of them. */
  readonly first: Finding[] = [];
  readonly #kept: number;
  readonly #lost: Record<LegacyTable, { rows: number; values: number }> = {
    containers: { rows: 0, values: 0 },
    miners: { rows: 0, values: 0 },
    metrics: { rows: 0, values: 0 },
  };
  #waiting: Finding[] = [];
  #file: number | null = null;

  constructor(path: string, kept: number) {
    this.path = path;
    this.#kept = kept;
  }

  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.#lost[finding.table][finding.lost === 'row' ? 'rows' : 'values']++;
      if (this.first.length < this.#kept) this.first.push(finding);
      this.#waiting.push(finding);
    }
    if (this.#waiting.length >= LINES_A_WRITE) this.#write();
  }

  lost(table: LegacyTable): Lost {
    return { ...this.#lost[table] };
  }

  /** How many findings there are in all. */
  get count(): number {
    return Object.values(this.#lost).reduce((sum, { rows, values }) => sum + rows + values, 0);
  }

  /** Completes the file; answers its path, or null when there was nothing to write. */
  finish(): string | null {
    this.#write();
    if (this.#file === null) return null;
    closeSync(this.#file);
    this.#file = null;
    return this.path;
  }

  /** Removes what was written: the import has failed, and its findings would be half the truth. */
  discard(): void {
    this.#waiting = [];
    const written = this.finish();
    if (written !== null) rmSync(written, { force: true });
  }

  #write(): void {
    if (this.#waiting.length === 0) return;
    this.#file ??= this.#open();
    writeSync(this.#file, stringify(this.#waiting, { columns: [...COLUMNS], escape_formulas: true }));
    this.#waiting = [];
  }

  #open(): number {
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      const file = openSync(this.path, 'w', 0o600);
      writeSync(file, stringify([COLUMNS]));
      return file;
    } catch (error) {
      throw new HubError(
        `The report cannot be written to ${this.path}: ${(error as Error).message}. ` +
          'Name another file with --report. Nothing was imported.',
        { cause: error },
      );
    }
  }
}
