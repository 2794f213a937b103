import type { ClientBase } from 'pg';

export interface InvitationRow {
  readonly userId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

export async function insertInvitation(
  client: ClientBase,
  invitation: { tokenHash: Buffer; userId: string; createdBy: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await client.query(
    `insert into invitations (token_hash, user_id, created_by, created_at, expires_at) values ($1, $2, $3, $4, $5)`,
    [invitation.tokenHash, invitation.userId, invitation.createdBy, invitation.createdAt, invitation.expiresAt],
  );
}

/** The invitation of a token, read in the context of the token's own hash. */
export async function findInvitation(client: ClientBase, tokenHash: Buffer): Promise<InvitationRow | null> {
  const { rows } = await client.query<InvitationRow>(
    `select user_id as "userId", created_at as "createdAt", expires_at as "expiresAt", used_at as "usedAt"
       from invitations where token_hash = $1`,
    [tokenHash],
  );
  return rows[0] ?? null;
}

/** Uses an invitation up. False when it was used or has expired by then: of many at once, one gets true. */
export async function useInvitation(client: ClientBase, tokenHash: Buffer, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    'update invitations set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2',
    [tokenHash, at],
  );
  return rowCount === 1;
}

/** Lets every invitation of a person that is still open expire. */
export async function expireInvitations(client: ClientBase, userId: string, at: Date): Promise<void> {
  await client.query(
    'update invitations set expires_at = $2 where user_id = $1 and used_at is null and expires_at > $2',
    [userId, at],
  );
}
