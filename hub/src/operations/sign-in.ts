import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { type Actor, recordActivity } from '../activity/record.ts';
import type { Person } from '../auth/principal.ts';
import { hashSecret } from '../auth/secrets.ts';
import { type SessionToken, startSession } from '../auth/sessions.ts';
import { type Attempt, beginAttempt } from '../auth/sign-in-attempts.ts';
import { totpStep } from '../auth/totp.ts';
import { setUser, withContext } from '../db/client.ts';
import { type Account, findAccount, findAccountByEmail, noteSignIn, useTotpStep } from '../db/queries/account.ts';
import { endSession, findSession } from '../db/queries/sessions.ts';
import type { Services } from '../http/app.ts';
import { tooManyFailures } from '../http/guesses.ts';
import { say } from '../http/language/bilingual.ts';
import { Problem, refusedField } from '../http/problem.ts';

/** Where a request came from, for limits, the session's row and the activity log. */
export interface Origin {
  readonly address: string;
  readonly userAgent: string | null;
  readonly requestId: string;
}

export interface SignIn {
  /** As `normalEmail` gives it. */
  readonly email: string;
  readonly password: string;
  readonly totp: string | null;
}

/** One answer for an unknown account, a disabled one, a wrong password and a wrong code: none tells which it was. */
const REFUSED = say(
  'E-mail address, password or code is wrong, or the account is not active.',
  "L'adresse e-mail, le mot de passe ou le code est faux, ou le compte n'est pas actif.",
);

/**
 * Signs somebody in: password, then the code of the second factor where the account has one. Whatever is wrong costs
 * the same queries and one password hash. Recorded in the activity log with the session that it starts.
 */
export async function signIn(services: Services, request: SignIn, from: Origin): Promise<SessionToken> {
  const { api, now, passwords, log } = services;
  const attempt = await attemptOn(services, request.email, from.address);
  const found = await withContext(api, { login: request.email, readOnly: true }, (client) =>
    findAccountByEmail(client, request.email),
  );
  const account = found?.status === 'active' ? found : null;
  const right = await passwords.verify(account?.password_hash ?? null, request.password);
  const at = new Date(now());
  if (account === null || !right) throw refused(services, from, account);
  const step = await secondFactor(services, account, request.totp, attempt, from);

  const started = await withContext(
    api,
    { projectIds: [GLOBAL_PROJECT_ID], userId: account.user_id },
    async (client) => {
      const same = await noteSignIn(client, account.user_id, account.password_hash ?? '', at);
      if (!same || (step !== null && !(await useTotpStep(client, account.user_id, step))))
        throw refused(services, from, account);
      return beginSession(client, account, { ...from, secondFactor: step !== null }, at);
    },
  );
  await attempt.succeeded();
  log.info(
    { event: 'signed_in', request_id: from.requestId, user: account.user_id, address: from.address },
    'signed in',
  );
  return started;
}

/** Starts a session and records it, in a transaction that may write both. */
export async function beginSession(
  client: ClientBase,
  account: Pick<Account, 'user_id' | 'role' | 'name' | 'email'>,
  from: Origin & { secondFactor: boolean },
  at: Date,
): Promise<SessionToken> {
  const { address, userAgent, secondFactor } = from;
  const user = { userId: account.user_id, role: account.role };
  const started = await startSession(client, user, { address, userAgent, secondFactor }, at);
  await recordActivity(
    client,
    actorOf(account, from),
    {
      project: GLOBAL_PROJECT_ID,
      action: 'session.start',
      target: { type: 'session', id: started.sessionId },
      after: { second_factor: secondFactor },
    },
    at,
  );
  return started;
}

/** Somebody who has only now shown who they are, as the activity log names them. */
export function actorOf(account: Pick<Account, 'user_id' | 'name' | 'email'>, from: Origin): Actor {
  const { address, requestId } = from;
  return { kind: 'user', id: account.user_id, name: account.name || account.email, address, requestId };
}

/** Ends the session that a cookie's token stands for, if there is one. */
export async function signOut({ api, now }: Pick<Services, 'api' | 'now'>, token: string): Promise<void> {
  const hash = hashSecret(token);
  await withContext(api, { tokenHash: hash.toString('hex') }, async (client) => {
    const session = await findSession(client, hash);
    if (session === null) return;
    await setUser(client, session.userId);
    await endSession(client, session.userId, session.sessionId, new Date(now()));
  });
}

/**
 * Compares a password with the one of somebody who has signed in; guesses are slowed down like those at the door.
 * Answers what is stored of it, so that a change can see whether it still is; a wrong one is 422 at `pointer`.
 */
export async function provePassword(
  services: Services,
  person: Person,
  { password, pointer }: { password: string; pointer: string },
  from: Origin,
): Promise<string> {
  const attempt = await attemptOn(services, person.email, from.address);
  const account = await withContext(services.api, { userId: person.id, readOnly: true }, (client) =>
    findAccount(client, person.id),
  );
  const stored = account?.password_hash ?? null;
  if (!(await services.passwords.verify(stored, password)) || stored === null) {
    services.log.warn(
      { event: 'password_refused', request_id: from.requestId, user: person.id, address: from.address },
      'refused the password of somebody who has signed in',
    );
    throw refusedField(
      pointer,
      'wrong_password',
      say('This is not your password.', "Ce n'est pas votre mot de passe."),
    );
  }
  await attempt.succeeded();
  return stored;
}

/** Begins an attempt that is counted, or throws 429. */
export async function attemptOn({ api, now }: Services, email: string, address: string): Promise<Attempt> {
  const attempt = await beginAttempt({ pool: api, now }, { email, address });
  if ('waitMs' in attempt) throw tooManyFailures(attempt.waitMs);
  return attempt;
}

/**
 * The time step of the code given, null where the account has no second factor. Right password and no code is told as
 * such and leaves the account's failures as they are, or it would be a way to guess codes without waiting.
 */
export async function secondFactor(
  services: Services,
  account: Account,
  code: string | null,
  attempt: Attempt,
  from: Origin,
): Promise<number | null> {
  if (account.totp_enabled_at === null || account.totp_secret === null) return null;
  if (code === null) {
    await attempt.withdrawn();
    throw new Problem(
      'totp_required',
      say(
        'This account has a second factor: send the six digits that its app shows as totp.',
        "Ce compte a un second facteur : envoyez dans totp les six chiffres qu'affiche l'application.",
      ),
    );
  }
  const secret = services.keys.decrypt(account.totp_secret).toString();
  const step = totpStep(secret, code, services.now(), account.totp_last_step);
  if (step === null) throw refused(services, from, account);
  return step;
}

function refused({ log }: Services, from: Origin, account: Account | null): Problem {
  // Not what was typed: people type their password where the address belongs.
  const user = account?.user_id ?? null;
  log.warn(
    { event: 'sign_in_refused', request_id: from.requestId, user, address: from.address },
    'refused to sign somebody in',
  );
  return new Problem('sign_in_refused', REFUSED);
}
