import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import { difference } from '../activity/chain.ts';
import { passwordFault } from '../auth/password-rules.ts';
import type { Passwords } from '../auth/passwords.ts';
import type { Person } from '../auth/principal.ts';
import { hashSecret, newSecret } from '../auth/secrets.ts';
import type { SessionToken } from '../auth/sessions.ts';
import { newTotp, totpStep } from '../auth/totp.ts';
import { type Account, accessOf, lockAccount, renameInProjects, updateAccount } from '../db/queries/account.ts';
import { expireInvitations } from '../db/queries/invitations.ts';
import { endSession, endSessions, replaceToken } from '../db/queries/sessions.ts';
import { sessionEnded } from '../http/access.ts';
import type { Change } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { missing } from '../http/missing.ts';
import { Problem, refusedField } from '../http/problem.ts';
import type { KeyFile } from '../keys.ts';

/** What people may do to their own account. Each runs in `changeOwnAccount`. */

/**
 * The hash of a new password, once it keeps the rules; 422 at `pointer` where it does not. Not inside a transaction:
 * hashes wait for each other.
 */
export async function hashNewPassword(
  passwords: Passwords,
  password: string,
  person: { email: string; name: string; current?: string },
  pointer: string,
): Promise<string> {
  const fault = passwordFault(password, person);
  if (fault !== null) throw refusedField(pointer, fault.code, fault.message);
  return passwords.hash(password);
}

/** Changes name and language; the name's copies beside the person's projects follow. */
export async function changeAccount(
  change: Change,
  account: Account,
  fields: { name?: string; language?: 'fr' | 'en' },
): Promise<void> {
  const differs = difference(
    Object.fromEntries(Object.keys(fields).map((key) => [key, account[key as keyof typeof fields]])),
    { ...fields },
  );
  if (differs === null) return;
  await updateAccount(change.client, account.user_id, fields, change.at);
  if (fields.name !== undefined) await renameEverywhere(change, account.user_id, fields.name);
  await recordOwn(change, 'user.update', differs);
}

/** The copies of a name, also in projects that are not in the change's own list: a super admin's. */
async function renameEverywhere(change: Change, userId: string, name: string): Promise<void> {
  const seen = change.principal.projectIds ?? [];
  for (const id of await accessOf(change.client, userId)) if (!seen.includes(id)) await change.include(id);
  await renameInProjects(change.client, userId, name);
}

/**
 * Sets a password that was chosen: ends every other session and open invitation, and gives this session a new token.
 *
 * @param proved what was stored of the password that was shown; another one by now is 409
 */
export async function changePassword(
  change: Change,
  person: Person,
  { proved, hash }: { proved: string; hash: string },
): Promise<SessionToken> {
  if ((await lockOwn(change, person)).password_hash !== proved)
    throw new Problem(
      'conflict',
      say(
        'Your password was changed meanwhile. Sign in again.',
        'Votre mot de passe a changé entre-temps. Reconnectez-vous.',
      ),
    );
  const set = { password_hash: hash, password_one_time: false, password_changed_at: change.at };
  await updateAccount(change.client, person.id, set, change.at);
  await expireInvitations(change.client, person.id, change.at);
  const token = await renewSession(change, person, { secondFactor: person.totpEnabled, provedAt: change.at });
  await recordOwn(change, 'user.change_password', {});
  return token;
}

/** Makes a secret for the second factor. It counts from `confirmTotp` on; another call takes its place until then. */
export async function beginTotp(
  change: Change,
  person: Person,
  keys: KeyFile,
): Promise<{ secret: string; uri: string }> {
  const account = await lockOwn(change, person);
  if (account.totp_enabled_at !== null)
    throw new Problem(
      'conflict',
      say(
        'The second factor is on already. To move it to another device turn it off first: DELETE /api/account/totp.',
        "Le second facteur est déjà actif. Pour changer d'appareil, désactivez-le d'abord : DELETE /api/account/totp.",
      ),
    );
  const made = newTotp(account.email);
  const sealed = keys.encrypt(Buffer.from(made.secret));
  await updateAccount(change.client, person.id, { totp_secret: sealed, totp_last_step: null }, change.at);
  await recordOwn(change, 'user.begin_totp', {});
  return made;
}

/** Turns the second factor on by its first code; every other session, which has not shown one, ends. */
export async function confirmTotp(change: Change, person: Person, code: string, keys: KeyFile): Promise<SessionToken> {
  const account = await lockOwn(change, person);
  if (account.totp_enabled_at !== null || account.totp_secret === null)
    throw new Problem(
      'conflict',
      say(
        'There is no second factor to confirm: begin with POST /api/account/totp.',
        "Il n'y a pas de second facteur à confirmer : commencez par POST /api/account/totp.",
      ),
    );
  const step = totpStep(keys.decrypt(account.totp_secret).toString(), code, +change.at, account.totp_last_step);
  if (step === null)
    throw refusedField(
      '/code',
      'wrong_code',
      say(
        'This is not the code of now. Check the clock of the device, and that the app has the newest secret.',
        "Ce n'est pas le code actuel. Vérifiez l'heure de l'appareil, et que l'application a le dernier secret.",
      ),
    );
  const on = { totp_enabled_at: change.at, totp_last_step: step };
  await updateAccount(change.client, person.id, on, change.at);
  const token = await renewSession(change, person, { secondFactor: true, provedAt: new Date(person.provedAt) });
  await recordOwn(change, 'user.enable_totp', {});
  return token;
}

/** Turns the second factor off, again if need be. */
export async function disableTotp(change: Change, person: Person): Promise<void> {
  const off = { totp_secret: null, totp_enabled_at: null, totp_last_step: null };
  await updateAccount(change.client, person.id, off, change.at);
  await recordOwn(change, 'user.disable_totp', {});
}

/** Ends one of one's own sessions. */
export async function endOwnSession(change: Change, person: Person, sessionId: string): Promise<void> {
  if (!(await endSession(change.client, person.id, sessionId, change.at))) throw missing('session', sessionId);
  await change.record({
    project: GLOBAL_PROJECT_ID,
    action: 'session.end',
    target: { type: 'session', id: sessionId },
  });
}

/** Ends all of one's own sessions but the one that asks. */
export async function endOtherSessions(change: Change, person: Person): Promise<void> {
  const ended = await endSessions(change.client, person.id, change.at, person.sessionId);
  if (ended > 0) await recordOwn(change, 'user.end_sessions', { after: { ended } });
}

/** The person's row, locked. */
export async function lockOwn(change: Change, person: Person): Promise<Account> {
  const account = await lockAccount(change.client, person.id);
  if (account === null) throw sessionEnded();
  return account;
}

async function renewSession(
  change: Change,
  person: Person,
  shown: { secondFactor: boolean; provedAt: Date },
): Promise<SessionToken> {
  await endSessions(change.client, person.id, change.at, person.sessionId);
  const token = newSecret();
  const session = { userId: person.id, sessionId: person.sessionId, tokenHash: hashSecret(token), ...shown };
  const expiresAt = await replaceToken(change.client, session);
  if (expiresAt === null) throw sessionEnded();
  return { token, expiresAt };
}

function recordOwn(
  change: Change,
  action: string,
  states: { before?: Record<string, unknown>; after?: Record<string, unknown> },
): Promise<void> {
  const target = { type: 'user', id: change.principal.id };
  return change.record({ project: GLOBAL_PROJECT_ID, action, target, ...states });
}
