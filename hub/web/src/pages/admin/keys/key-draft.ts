import type { ApiKey, NewKey } from '../../../api/keys.ts';

/** A key to be made, as the form holds it. */
export interface KeyDraft {
  readonly name: string;
  readonly role: ApiKey['role'];
  readonly rights: 'read' | 'write';
  readonly projects: readonly string[];
  readonly lasts: Lasts;
}

/** For how many days a key may be good. */
export const LASTS = ['30', '90', '365', 'ever'] as const;
type Lasts = (typeof LASTS)[number];

const DAY_MS = 86_400_000;

export const EMPTY: KeyDraft = { name: '', role: 'viewer', rights: 'read', projects: [], lasts: '365' };

/** Why it cannot be made; null where it can. A manager makes keys of one own project each. */
export function faultOf(draft: KeyDraft, isManager: boolean): 'project' | 'oneProject' | null {
  if (isManager && draft.projects.length !== 1) return 'oneProject';
  return draft.role !== 'super_admin' && draft.projects.length === 0 ? 'project' : null;
}

export function newKeyOf({ name, role, rights, projects, lasts }: KeyDraft, now: number): NewKey {
  return {
    ...{ name: name.trim(), role },
    verbs: rights === 'write' ? ['read', 'write'] : ['read'],
    project_ids: role === 'super_admin' ? [] : projects,
    expires_at: lasts === 'ever' ? null : new Date(now + Number(lasts) * DAY_MS).toISOString(),
  };
}

export type KeyState = 'good' | 'expired' | 'revoked';

export function stateOf({ revoked_at: revoked, expires_at: expires }: ApiKey, now: number): KeyState {
  if (revoked !== null) return 'revoked';
  return expires !== null && Date.parse(expires) <= now ? 'expired' : 'good';
}
