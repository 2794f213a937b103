import type { RecordKind } from '../db/queries/retention.ts';

/** What a run has freed of one kind of rows of a project. */
export interface Freed {
  readonly rows: number;
  /** About: of a partition that went whole, the project's share of it by rows. */
  readonly bytes: number;
  /** How many whole partitions of it went. */
  readonly partitions: number;
  /** Nothing of before this moment was meant to stay. */
  readonly before: Date;
}

/** Raw frames of containers and meters, rows of `metrics` of five minutes, and records that have served their time. */
export type Kind = 'raw_frames' | 'five_minute_rows' | RecordKind;

/** Adds up what a run frees, project by project. */
export class Freeings {
  readonly #freed = new Map<string, Partial<Record<Kind, Freed>>>();

  add(projectId: string, kind: Kind, { rows, bytes, partitions, before }: Freed): void {
    if (rows === 0) return;
    const kinds = this.#freed.get(projectId) ?? {};
    const known = kinds[kind];
    this.#freed.set(projectId, {
      ...kinds,
      [kind]: {
        rows: rows + (known?.rows ?? 0),
        bytes: Math.round(bytes) + (known?.bytes ?? 0),
        partitions: partitions + (known?.partitions ?? 0),
        before: known !== undefined && known.before > before ? known.before : before,
      },
    });
  }

  /** The projects something was freed of. */
  entries(): [projectId: string, freed: Partial<Record<Kind, Freed>>][] {
    return [...this.#freed];
  }
}
