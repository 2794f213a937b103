import type { Project, ProjectChange } from '../../api/projects.ts';

/** What people may change of a project here, as texts of a form. */

export const FIELDS = [
  'name',
  'status',
  'location',
  'time_zone',
  'planned_start',
  'target_hashrate_eh',
  'target_power_mw',
] as const;
export type Field = (typeof FIELDS)[number];
export type Draft = Readonly<Record<Field, string>>;

const NUMBERS: readonly Field[] = ['target_hashrate_eh', 'target_power_mw'];
/** Those that may not be empty. */
const REQUIRED: readonly Field[] = ['name', 'status', 'time_zone'];

export function draftOf(project: Project): Draft {
  return Object.fromEntries(FIELDS.map((field) => [field, String(project[field] ?? '')])) as Draft;
}

/** The fields whose text says something else than the project. */
export function changedFields(draft: Draft, project: Project): Field[] {
  const original = draftOf(project);
  return FIELDS.filter((field) => draft[field].trim() !== original[field]);
}

/** Why a field cannot be sent; null where it can. */
export function faultOf(field: Field, text: string): 'required' | 'number' | null {
  const value = text.trim();
  if (value === '') return REQUIRED.includes(field) ? 'required' : null;
  return NUMBERS.includes(field) && numberOf(value) === null ? 'number' : null;
}

/** What is to be sent for a draft: what differs and nothing else, so that others' changes of other fields stay. */
export function changeOf(draft: Draft, project: Project): ProjectChange {
  const changed = changedFields(draft, project).map((field) => {
    const value = draft[field].trim();
    if (value === '') return [field, null];
    return [field, NUMBERS.includes(field) ? numberOf(value) : value];
  });
  return Object.fromEntries(changed) as ProjectChange;
}

/** Fields that both have changed since `base`, and not to the same. */
export function conflictsOf(draft: Draft, base: Project, theirs: Project): Field[] {
  const [before, now] = [draftOf(base), draftOf(theirs)];
  return changedFields(draft, base).filter(
    (field) => now[field] !== before[field] && now[field] !== draft[field].trim(),
  );
}

/** The draft brought upon what stands there now; of fields in conflict theirs, except those that are kept. */
export function rebased(draft: Draft, base: Project, theirs: Project, kept: readonly Field[]): Draft {
  const conflicts = conflictsOf(draft, base, theirs);
  const mine = changedFields(draft, base).filter((field) => !conflicts.includes(field) || kept.includes(field));
  return { ...draftOf(theirs), ...Object.fromEntries(mine.map((field) => [field, draft[field]])) };
}

/** As people write it, also with a comma. */
function numberOf(text: string): number | null {
  const value = Number(text.replace(',', '.'));
  return Number.isFinite(value) ? value : null;
}
