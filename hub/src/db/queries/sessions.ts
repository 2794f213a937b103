import type { ClientBase } from 'pg';
import type { Role } from '../schema.ts';

/** A session as every request with its cookie needs it. */
export interface SessionRow {
  readonly sessionId: string;
  readonly userId: string;
  readonly createdAt: Date;
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
    `select session_id as "sessionId", user_id as "userId", created_at as "createdAt", proved_at as "provedAt",
            last_seen_at as "lastSeenAt", expires_at as "expiresAt", revoked_at as "revokedAt"
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

/** A session as its person sees it in the list of their own. */
export interface SessionEntry {
  readonly session_id: string;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly expires_at: Date;
  readonly second_factor: boolean;
  readonly address: string | null;
  readonly user_agent: string | null;
}

/** The sessions of a person that have not ended, the last used first. `idleSince`: when those unused ended. */
export async function listSessions(
  client: ClientBase,
  userId: string,
  at: Date,
  idleSince: Date,
  limit: number,
): Promise<SessionEntry[]> {
  const { rows } = await client.query<SessionEntry>(
    `select session_id, created_at, last_seen_at, expires_at, second_factor, address, user_agent
       from sessions
      where user_id = $1 and revoked_at is null and expires_at > $2 and last_seen_at > $3
      order by last_seen_at desc, session_id limit $4`,
    [userId, at, idleSince, limit],
  );
  return rows;
}

/** Ends one session of a person, again if need be; false when they have none of that id. */
export async function endSession(client: ClientBase, userId: string, sessionId: string, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `update sessions set revoked_at = coalesce(revoked_at, $3) where user_id = $1 and session_id = $2`,
    [userId, sessionId, at],
  );
  return rowCount === 1;
}

/** Ends every session of a person, but for the one kept; answers how many that were. */
export async function endSessions(
  client: ClientBase,
  userId: string,
  at: Date,
  kept: string | null = null,
): Promise<number> {
  const { rowCount } = await client.query(
    `update sessions set revoked_at = $2
      where user_id = $1 and revoked_at is null and session_id is distinct from $3`,
    [userId, at, kept],
  );
  return rowCount ?? 0;
}

/** Gives a session another token: whoever knows the old one has nothing. Answers when the session ends. */
export async function replaceToken(
  client: ClientBase,
  session: { userId: string; sessionId: string; tokenHash: Buffer; secondFactor: boolean; provedAt: Date },
): Promise<Date | null> {
  const { rows } = await client.query<{ at: Date }>(
    `update sessions set token_hash = $3, second_factor = $4, proved_at = $5
      where user_id = $1 and session_id = $2 and revoked_at is null returning expires_at as at`,
    [session.userId, session.sessionId, session.tokenHash, session.secondFactor, session.provedAt],
  );
  return rows[0]?.at ?? null;
}

/** Notes that the password was shown again. */
export async function noteProof(client: ClientBase, userId: string, sessionId: string, at: Date): Promise<void> {
  await client.query('update sessions set proved_at = $3 where user_id = $1 and session_id = $2', [
    userId,
    sessionId,
    at,
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
