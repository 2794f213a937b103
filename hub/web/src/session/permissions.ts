import type { Session } from '../api/session.ts';

type Role = Session['role'];

/**
 * What a person does here, and which roles may. The hub decides by itself; this is for not offering what it would refuse.
 */
const ALLOWED = {
  /** Container and miner pages, alerts, activity, exports. */
  inside: ['super_admin', 'project_manager', 'operator'],
  /** Acknowledge, resolve, silence, maintenance, thresholds, containers, agents. */
  work: ['super_admin', 'project_manager'],
  /** Projects, people, keys of others. */
  administer: ['super_admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof ALLOWED;

export function may(session: Pick<Session, 'role' | 'verbs'>, permission: Permission): boolean {
  const changes = permission !== 'inside';
  return (
    (ALLOWED[permission] as readonly Role[]).includes(session.role) && (!changes || session.verbs.includes('write'))
  );
}

/** Who may, the least first. */
export const rolesWith = (permission: Permission): readonly Role[] => ALLOWED[permission].toReversed();
