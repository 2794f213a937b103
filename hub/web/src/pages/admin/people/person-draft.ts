import type { NewUser, User, UserChange } from '../../../api/users.ts';
import { changedFields } from '../../../components/draft.ts';

/** What is said of a person, as the form holds it. */
export interface PersonDraft {
  readonly email: string;
  readonly name: string;
  readonly role: User['role'];
  readonly language: User['language'];
  readonly projects: readonly string[];
}

export const ROLES = ['super_admin', 'project_manager', 'operator', 'viewer'] as const;

export const EMPTY: PersonDraft = { email: '', name: '', role: 'operator', language: 'fr', projects: [] };

export function draftOf({ email, name, role, language, project_ids: projects }: User): PersonDraft {
  return { email, name, role, language, projects: [...projects].sort() };
}

/** A super admin sees every project and needs none; all others need one at least. */
export function lacksProject({ role, projects }: PersonDraft): boolean {
  return role !== 'super_admin' && projects.length === 0;
}

export function newUserOf({ email, name, role, language, projects }: PersonDraft): NewUser {
  return {
    ...{ email: email.trim(), name: name.trim(), role, language },
    project_ids: role === 'super_admin' ? [] : projects,
  };
}

/** What is to be sent for a draft: what differs and nothing else. */
export function changeOf(draft: PersonDraft, user: User): UserChange {
  const wanted = { ...draft, projects: draft.role === 'super_admin' ? [] : [...draft.projects].sort() };
  const changed = changedFields(wanted, draftOf(user));
  const { project_ids: ids, ...fields } = newUserOf(wanted);
  const own = Object.entries(fields).filter(([name]) => changed.some((each) => each === name));
  return { ...Object.fromEntries(own), ...(changed.includes('projects') ? { project_ids: ids } : {}) };
}
