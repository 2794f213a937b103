import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { recordActivity } from '../activity/record.ts';
import { invitationFault } from '../auth/invitations.ts';
import { hashSecret } from '../auth/secrets.ts';
import type { SessionToken } from '../auth/sessions.ts';
import { setUser, withContext } from '../db/client.ts';
import {
  type Account,
  accessOf,
  findAccount,
  lockAccount,
  renameInProjects,
  updateAccount,
  useTotpStep,
} from '../db/queries/account.ts';
import { expireInvitations, findInvitation, useInvitation } from '../db/queries/invitations.ts';
import { endSessions } from '../db/queries/sessions.ts';
import type { Services } from '../http/app.ts';
import { say } from '../http/language/bilingual.ts';
import { Problem } from '../http/problem.ts';
import { hashNewPassword } from './account.ts';
import { actorOf, attemptOn, beginSession, type Origin, secondFactor } from './sign-in.ts';

export interface Acceptance {
  readonly token: string;
  readonly password: string;
  /** Null keeps what the account says. */
  readonly name: string | null;
  readonly language: 'fr' | 'en' | null;
  /** Where the account has a second factor: a forgotten password does not switch that off. */
  readonly totp: string | null;
}

const REFUSALS = {
  token_unknown: say(
    'There is no such invitation. Copy the link again, or ask for a new one.',
    "Cette invitation n'existe pas. Recopiez le lien, ou demandez-en une autre.",
  ),
  token_used: say(
    'This invitation was used already; each works once. Sign in, or ask for a new one.',
    'Cette invitation a déjà servi ; chacune sert une fois. Connectez-vous, ou demandez-en une autre.',
  ),
  token_expired: say(
    'This invitation has expired (7 days, or a newer one was made). Ask for a new one.',
    'Cette invitation a expiré (7 jours, ou une plus récente existe). Demandez-en une autre.',
  ),
};

/**
 * Accepts an invitation: the account becomes active with the password chosen, every session it had ends, and the person
 * is signed in. All of it in one transaction; of many acceptances at once one succeeds.
 */
export async function acceptInvitation(services: Services, request: Acceptance, from: Origin): Promise<SessionToken> {
  const { api, now, passwords } = services;
  const tokenHash = hashSecret(request.token);
  const { account, projectIds } = await findInvited(services, tokenHash, from);
  const named = { ...account, name: request.name ?? account.name, language: request.language ?? account.language };
  const hash = await hashNewPassword(passwords, request.password, named, '/password');
  const attempt = account.totp_enabled_at === null ? null : await attemptOn(services, account.email, from.address);
  const step = attempt && (await secondFactor(services, account, request.totp, attempt, from));

  const context = {
    tokenHash: tokenHash.toString('hex'),
    projectIds: [GLOBAL_PROJECT_ID, ...projectIds],
    userId: account.user_id,
  };
  const started = await withContext(api, context, async (client) => {
    const at = new Date(now());
    const fresh =
      (await useInvitation(client, tokenHash, at)) &&
      (step === null || (await useTotpStep(client, account.user_id, step)));
    if (!fresh) throw refused(services, from, 'token_used');
    await activate(client, named, hash, from, at);
    return beginSession(client, named, { ...from, secondFactor: step !== null }, at);
  });
  await attempt?.succeeded();
  services.log.info(
    { event: 'invitation_accepted', request_id: from.requestId, user: account.user_id, address: from.address },
    'an invitation was accepted',
  );
  return started;
}

/** The person whom a token invites, and the projects they were given; throws what is wrong with the token. */
async function findInvited(services: Services, tokenHash: Buffer, from: Origin) {
  const { api, now, tokenGuesses } = services;
  tokenGuesses.check(from.address);
  const shown = { tokenHash: tokenHash.toString('hex'), readOnly: true };
  const { invitation, account, projectIds } = await withContext(api, shown, async (client) => {
    const invitation = await findInvitation(client, tokenHash);
    if (invitation === null) return { invitation, account: null, projectIds: [] };
    await setUser(client, invitation.userId);
    const account = await findAccount(client, invitation.userId);
    return { invitation, account, projectIds: await accessOf(client, invitation.userId) };
  });
  if (invitation === null || account === null) {
    tokenGuesses.failed(from.address);
    throw refused(services, from, 'token_unknown');
  }
  // Whoever holds a used or expired one did not guess it.
  const fault = invitationFault(invitation, now());
  if (fault !== null) throw refused(services, from, fault);
  return { account, projectIds };
}

function refused({ log }: Services, from: Origin, reason: keyof typeof REFUSALS): Problem {
  log.warn(
    { event: 'invitation_refused', request_id: from.requestId, reason, address: from.address },
    'refused an invitation',
  );
  return new Problem(reason, REFUSALS[reason]);
}

/** Sets what was chosen, and ends whatever opened the account before. */
async function activate(client: ClientBase, account: Account, hash: string, from: Origin, at: Date): Promise<void> {
  const { user_id: userId, name, language } = account;
  const before = await lockAccount(client, userId);
  if (before === null || before.status === 'disabled')
    throw new Problem(
      'forbidden',
      say('This account is disabled. Ask a super admin.', 'Ce compte est désactivé. Demandez à un super admin.'),
    );
  await expireInvitations(client, userId, at);
  await endSessions(client, userId, at);
  const chosen = { password_hash: hash, password_one_time: false, password_changed_at: at, name, language };
  await updateAccount(client, userId, { ...chosen, status: 'active' }, at);
  await renameInProjects(client, userId, name);
  const states = { before: { status: before.status }, after: { status: 'active' } };
  const target = { type: 'user', id: userId };
  await recordActivity(
    client,
    actorOf(account, from),
    { project: GLOBAL_PROJECT_ID, action: 'user.accept_invitation', target, ...states },
    at,
  );
}
