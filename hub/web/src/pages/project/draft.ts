import type { Project, ProjectChange } from '../../api/projects.ts';
import { changedFields } from '../../components/draft.ts';
import { numberOf } from '../../components/number-of.ts';

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

/** Why a field cannot be sent; null where it can. */
export function faultOf(field: Field, text: string): 'required' | 'number' | null {
  const value = text.trim();
  if (value === '') return REQUIRED.includes(field) ? 'required' : null;
  return NUMBERS.includes(field) && numberOf(value) === null ? 'number' : null;
}

/** What is to be sent for a draft: what differs and nothing else, so that others' changes of other fields stay. */
export function changeOf(draft: Draft, project: Project): ProjectChange {
  const changed = changedFields(draft, draftOf(project)).map((field) => {
    const value = draft[field].trim();
    if (value === '') return [field, null];
    return [field, NUMBERS.includes(field) ? numberOf(value) : value];
  });
  return Object.fromEntries(changed) as ProjectChange;
}
