import type { ClientBase } from 'pg';
import type { Role } from '../schema.ts';

/** A session with the person it belongs to, as every request with its cookie needs them. */
export interface SessionRow {
  readonly sessionId: string;
  readonly userId: string;
  readonly provedAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
}

export interface SessionUserRow {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly status: 'invited' | 'active' | 'disabled';
  readonly language: 'fr' | 'en';
  readonly passwordOneTime: boolean;
  readonly totpEnabled: boolean;
  readonly projectIds: readonly string[];
}

/** The session of a token, read in the context of the token's own hash. */
export async function findSession(client: ClientBase, tokenHash: Buffer): Promise<SessionRow | null> {
  const { rows } = await client.query<SessionRow>(
    `select session_id as "sessionId", user_id as "userId", proved_at as "provedAt", last_seen_at as "lastSeenAt",
            expires_at as "expiresAt", revoked_at as "revokedAt"
       from sessions where token_hash = $1`,
    [tokenHash],
  );
  return rows[0] ?? null;
}

/** The person of a session and where their role holds, read in the context of their own id. */
export async function findSessionUser(client: ClientBase, userId: string): Promise<SessionUserRow | null> {
  const { rows } = await client.query<SessionUserRow>(
    `select email, name, role, status, language, password_one_time as "passwordOneTime",
            totp_enabled_at is not null as "totpEnabled",
            array(select a.project_id from user_project_access a where a.user_id = u.user_id order by 1) as "projectIds"
       from users u where user_id = $1`,
    [userId],
  );
  return rows[0] ?? null;
}

/** Notes that a session was used, unless that was noted since `ifBefore`. */
export async function touchSession(client: ClientBase, sessionId: string, at: Date, ifBefore: Date): Promise<void> {
  await client.query('update sessions set last_seen_at = $2 where session_id = $1 and last_seen_at <= $3', [
    sessionId,
    at,
    ifBefore,
  ]);
}

export async function insertSession(
  client: ClientBase,
  session: {
    tokenHash: Buffer;
    userId: string;
    at: Date;
    expiresAt: Date;
    secondFactor: boolean;
    address: string;
    userAgent: string | null;
  },
): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into sessions (token_hash, user_id, created_at, proved_at, last_seen_at, expires_at, second_factor, address,
       user_agent)
     values ($1, $2, $3, $3, $3, $4, $5, $6, $7) returning session_id as id`,
    [
      session.tokenHash,
      session.userId,
      session.at,
      session.expiresAt,
      session.secondFactor,
      session.address,
      session.userAgent,
    ],
  );
  return rows[0]!.id;
}
