import type { Principal } from '../../auth/principal.ts';
import type { Account as AccountRow } from '../../db/queries/account.ts';
import type { SessionEntry } from '../../db/queries/sessions.ts';
import type { Account, OwnSession, Session } from '../schemas/account.ts';

/** @param projects the ids of the projects that the asker may see */
export function presentPrincipal(principal: Principal, projects: string[]): Session {
  const person = principal.kind === 'user' ? principal : null;
  return {
    kind: principal.kind,
    id: principal.id,
    name: principal.name,
    email: person?.email ?? null,
    language: person?.language ?? null,
    role: principal.role,
    projects,
    verbs: [...principal.verbs],
    duty: person?.duty ?? null,
    totp_enabled: person?.totpEnabled ?? null,
    session_id: person?.sessionId ?? null,
    proved_at: person === null ? null : new Date(person.provedAt).toISOString(),
  };
}

export function presentAccount(row: AccountRow): Account {
  return {
    user_id: row.user_id,
    email: row.email,
    name: row.name,
    role: row.role,
    language: row.language,
    totp_enabled: row.totp_enabled_at !== null,
    password_changed_at: row.password_changed_at?.toISOString() ?? null,
    signed_in_at: row.signed_in_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** @param current the id of the session that asks */
export function presentSession(row: SessionEntry, current: string): OwnSession {
  return {
    session_id: row.session_id,
    current: row.session_id === current,
    created_at: row.created_at.toISOString(),
    last_seen_at: row.last_seen_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    second_factor: row.second_factor,
    address: row.address,
    user_agent: row.user_agent,
  };
}
