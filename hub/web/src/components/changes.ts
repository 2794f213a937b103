import type { ActivityEntry } from '../api/activity.ts';

export interface Change {
  readonly name: string;
  /** Null where there was none, as of what was made. */
  readonly before: string | null;
  readonly after: string;
}

const LONGEST = 80;

/** What an entry of the activity log says has changed, field by field; empty lists say nothing. */
export function changesOf({ before, after }: Pick<ActivityEntry, 'before' | 'after'>): Change[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const isEmpty = (name: string): boolean =>
    !(before !== null && name in before) && Array.isArray(after?.[name]) && after[name].length === 0;
  return names
    .filter((name) => !isEmpty(name))
    .map((name) => ({
      name,
      before: before !== null && name in before ? written(before[name]) : null,
      after: after !== null && name in after ? written(after[name]) : '',
    }));
}

function written(value: unknown): string {
  const text = value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
