import type { TablePlan } from './columns.ts';
import { printable } from './finding.ts';
import type { Mapped } from './row-reader.ts';

/**
 * Of rows that mean the same id the first is taken, the others are lost: neither is put in another's place, and no row
 * is made of two.
 */
export class OneRowPerId {
  /** The ids taken, and what names the row of each. */
  readonly #names = new Map<string, string>();
  readonly #plan: TablePlan;

  constructor(plan: TablePlan) {
    this.#plan = plan;
  }

  get ids(): Iterable<string> {
    return this.#names.keys();
  }

  /**
   * @param id of a row that was taken
   * @param name what names the row in the report
   */
  admit<T>(mapped: Mapped<T>, id: (taken: T) => string, name: string): Mapped<T> {
    if (mapped.taken === null) return mapped;
    const meant = id(mapped.taken);
    const first = this.#names.get(meant);
    if (first === undefined) {
      this.#names.set(meant, name);
      return mapped;
    }
    const shown = printable(name);
    const finding = {
      table: this.#plan.table,
      id: shown,
      column: this.#plan.fields.id?.column ?? 'id',
      value: shown,
      lost: 'row',
      why: `means ${meant}, and so does another row (${printable(first)}), which was taken`,
      remedy: 'Delete the wrong one of the two in the source or give it an id of its own, then import again.',
    } as const;
    return { taken: null, findings: [finding] };
  }
}
