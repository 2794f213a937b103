import type { ClientBase, Pool } from 'pg';
import { setUser, withContext } from '../db/client.ts';
import { findSession, findSessionUser, insertSession, type SessionRow, touchSession } from '../db/queries/sessions.ts';
import type { Duty, Person, Role } from './principal.ts';
import { VERBS } from './principal.ts';
import { hashSecret, newSecret } from './secrets.ts';

/**
 * Sessions: 256 random bits in a cookie, only their SHA-256 in the database. A session ends after 12 h without use, after
 * 7 days (a super admin's after 8 h), when it is revoked, and when its person is disabled. Role and status are read with
 * every request, so a change of either counts at once.
 */
export const SESSION_COOKIE = '__Host-hearst';
const IDLE_MS = 12 * 3_600_000;
const LONGEST_MS = 7 * 24 * 3_600_000;
const LONGEST_SUPER_ADMIN_MS = 8 * 3_600_000;

/** What begins further ahead than the clocks of two hubs differ was made by a clock that was wrong, and counts for nothing. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** `last_seen_at` is written at most this often. */
const TOUCH_EVERY_MS = 60_000;

export interface SessionPlace {
  readonly pool: Pool;
  readonly now: () => number;
  /** Whether super admins and project managers must have a second factor. */
  readonly requireTotp: boolean;
}

/** A session's token and when it ends: for the cookie, and kept nowhere else. */
export interface SessionToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Starts a session for somebody who has just shown who they are, in a transaction with their id in its context. */
export async function startSession(
  client: ClientBase,
  user: { userId: string; role: Role },
  from: { address: string; userAgent: string | null; secondFactor: boolean },
  at: Date,
): Promise<SessionToken & { sessionId: string }> {
  const token = newSecret();
  const expiresAt = new Date(+at + longestOf(user.role));
  const session = { tokenHash: hashSecret(token), userId: user.userId, at, expiresAt, ...from };
  return { token, sessionId: await insertSession(client, session), expiresAt };
}

/** The person that a cookie's token stands for; null when there is no such session, or it has ended. */
export async function authenticateSession(place: SessionPlace, token: string): Promise<Person | null> {
  const hash = hashSecret(token);
  const now = place.now();
  const found = await withContext(place.pool, { tokenHash: hash.toString('hex'), readOnly: true }, async (client) => {
    const session = await findSession(client, hash);
    if (session === null) return null;
    await setUser(client, session.userId);
    const user = await findSessionUser(client, session.userId);
    return user?.status === 'active' && !hasEnded(session, user.role, now) ? { session, user } : null;
  });
  if (found === null) return null;
  const { session, user } = found;
  if (now - +session.lastSeenAt >= TOUCH_EVERY_MS)
    await withContext(place.pool, { userId: session.userId }, (client) =>
      touchSession(client, session.sessionId, new Date(now), new Date(now - TOUCH_EVERY_MS)),
    );
  return {
    kind: 'user',
    id: session.userId,
    name: user.name || user.email,
    email: user.email,
    language: user.language,
    role: user.role,
    projectIds: user.role === 'super_admin' ? null : user.projectIds,
    verbs: VERBS,
    sessionId: session.sessionId,
    provedAt: +session.provedAt,
    totpEnabled: user.totpEnabled,
    duty: dutyOf(user, place.requireTotp),
  };
}

/** Sessions not used since then have ended. `now` in ms since 1970. */
export function idleSince(now: number): Date {
  return new Date(now - IDLE_MS);
}

function longestOf(role: Role): number {
  return role === 'super_admin' ? LONGEST_SUPER_ADMIN_MS : LONGEST_MS;
}

/** By the role of now: who has become a super admin since signing in has a super admin's session. */
function hasEnded(session: SessionRow, role: Role, now: number): boolean {
  return (
    session.revokedAt !== null ||
    +session.expiresAt <= now ||
    +session.createdAt + longestOf(role) <= now ||
    +session.createdAt > now + CLOCK_SKEW_MS ||
    +session.lastSeenAt <= +idleSince(now)
  );
}

function dutyOf(
  user: { role: Role; passwordOneTime: boolean; totpEnabled: boolean },
  requireTotp: boolean,
): Duty | null {
  if (user.passwordOneTime) return 'change_password';
  const demanded = requireTotp && (user.role === 'super_admin' || user.role === 'project_manager');
  return demanded && !user.totpEnabled ? 'set_up_totp' : null;
}
