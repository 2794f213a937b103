/** What somebody writes in a form, set against what it was made from and what stands there meanwhile. */

type Name<Draft> = keyof Draft & string;

/** The fields that say something else than they did. */
export function changedFields<Draft extends object>(draft: Draft, base: Draft): Name<Draft>[] {
  return (Object.keys(base) as Name<Draft>[]).filter((name) => !isSame(draft[name], base[name]));
}

/** Fields that both have changed since `base`, and not to the same. */
export function conflictsOf<Draft extends object>(draft: Draft, base: Draft, theirs: Draft): Name<Draft>[] {
  return changedFields(draft, base).filter(
    (name) => !isSame(theirs[name], base[name]) && !isSame(theirs[name], draft[name]),
  );
}

/** The draft brought upon what stands there now; of fields in conflict theirs, except those that are kept. */
export function rebased<Draft extends object>(
  draft: Draft,
  base: Draft,
  theirs: Draft,
  kept: readonly string[],
): Draft {
  const conflicts: readonly string[] = conflictsOf(draft, base, theirs);
  const mine = changedFields(draft, base).filter((name) => !conflicts.includes(name) || kept.includes(name));
  return { ...theirs, ...Object.fromEntries(mine.map((name) => [name, draft[name]])) };
}

/** Spaces around a text are nothing that anybody meant. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, trimmed) === JSON.stringify(b, trimmed);
}

const trimmed = (_key: string, value: unknown): unknown => (typeof value === 'string' ? value.trim() : value);
