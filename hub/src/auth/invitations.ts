import type { ClientBase } from 'pg';
import { expireInvitations, type InvitationRow, insertInvitation } from '../db/queries/invitations.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { CLOCK_SKEW_MS } from './sessions.ts';

/**
 * Invitations: a one-time token with which somebody chooses a password, to begin with or because they forgot theirs.
 * It lives 7 days, works once, and only its SHA-256 is stored. A person has one at a time.
 */
const LIFETIME_MS = 7 * 24 * 3_600_000;

/**
 * Makes an invitation for a person who is there already; earlier ones end. The token is shown once.
 *
 * @param client a transaction of a super admin, or of the owner, with `HEARST-000` in its context
 * @param createdBy who invites, as the activity log names them
 */
export async function issueInvitation(
  client: ClientBase,
  userId: string,
  createdBy: string,
  at: Date,
): Promise<{ token: string; expiresAt: Date }> {
  const token = `hiv_${newSecret()}`;
  const expiresAt = new Date(+at + LIFETIME_MS);
  await expireInvitations(client, userId, at);
  await insertInvitation(client, { tokenHash: hashSecret(token), userId, createdBy, createdAt: at, expiresAt });
  return { token, expiresAt };
}

/** Why an invitation opens nothing; null when it does. One from the future was made by a clock that was wrong. */
export function invitationFault(invitation: InvitationRow, now: number): 'token_used' | 'token_expired' | null {
  if (invitation.usedAt !== null) return 'token_used';
  const late = +invitation.expiresAt <= now || +invitation.createdAt + LIFETIME_MS <= now;
  return late || +invitation.createdAt > now + CLOCK_SKEW_MS ? 'token_expired' : null;
}
