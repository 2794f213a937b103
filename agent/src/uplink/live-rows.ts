import type { WaitingRow } from '../outbox/store.ts';

interface Group {
  mono: number;
  rows: Map<number, WaitingRow>;
}

/** The rows appended in this run that are still young enough to go first, newest poll first. */
export class LiveRows {
  readonly #withinMs: number;
  #groups: Group[] = [];
  readonly #known = new Set<number>();

  /** `withinMs`: how long a row is live; about two polls. */
  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  add(rows: WaitingRow[], now: number): void {
    this.#groups.push({ mono: now, rows: new Map(rows.map((row) => [row.row, row])) });
    for (const row of rows) this.#known.add(row.row);
  }

  has(row: number): boolean {
    return this.#known.has(row);
  }

  /** Rows that became too old now: they are backlog from here on. */
  expire(now: number): number[] {
    const old: number[] = [];
    while (this.#groups[0] && now - this.#groups[0].mono > this.#withinMs) {
      for (const row of this.#groups.shift()?.rows.keys() ?? []) {
        old.push(row);
        this.#known.delete(row);
      }
    }
    return old;
  }

  /** The next row to send that `skip` does not name. */
  next(skip: (row: number) => boolean): WaitingRow | undefined {
    for (let i = this.#groups.length - 1; i >= 0; i--) {
      for (const row of this.#groups[i]?.rows.values() ?? []) if (!skip(row.row)) return row;
    }
    return undefined;
  }

  remove(row: number): void {
    if (!this.#known.delete(row)) return;
    for (const group of this.#groups) group.rows.delete(row);
    this.#groups = this.#groups.filter((group) => group.rows.size > 0);
  }

  clear(): void {
    this.#groups = [];
    this.#known.clear();
  }
}
