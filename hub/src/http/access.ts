import type { Context, Handler, Hono, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { authenticateApiKey, isApiKey } from '../auth/api-keys.ts';
import { type Duty, type Person, type Principal, ROLES, type Role } from '../auth/principal.ts';
import { hashSecret } from '../auth/secrets.ts';
import { authenticateSession, SESSION_COOKIE } from '../auth/sessions.ts';
import { type DatabaseContext, isConnectionTrouble } from '../db/client.ts';
import { addressOf } from './address.ts';
import type { AppEnv, Services } from './app.ts';
import { type Bilingual, say } from './language/bilingual.ts';
import { Problem } from './problem.ts';

/** Who may use a route: anyone at all, whoever is signed in (their own account), or principals of these roles. */
export type Access = 'anyone' | 'account' | readonly Role[];

/** Set on the middleware that guards a route, so that what a route declares can be read back from the app. */
const DECLARED = Symbol('access');

type Guard<Env extends AppEnv> = MiddlewareHandler<Env> & { [DECLARED]?: Access };
/** A request whose asker is known. */
export type Signed = AppEnv & { Variables: { principal: Principal } };
/** A request of a person who has signed in. */
export type SignedPerson = AppEnv & { Variables: { principal: Person } };

/** Declares a route that needs no sign-in. */
export function allowAnyone(): MiddlewareHandler<AppEnv> {
  const guard: Guard<AppEnv> = (_c, next) => next();
  guard[DECLARED] = 'anyone';
  return guard;
}

/** Declares the roles a route lets in; answers 401 to whoever is not signed in, 403 to other roles. */
export function allow(services: Services, roles: readonly Role[]): MiddlewareHandler<Signed> {
  const guard: Guard<Signed> = async (c, next) => {
    const principal = await authenticate(c, services);
    if (principal.kind === 'user' && principal.duty !== null) throw onDuty(principal.duty);
    if (!roles.includes(principal.role)) throw lacksRole(principal.role, roles);
    if (c.req.method !== 'GET' && !principal.verbs.includes('write'))
      throw new Problem(
        'read_only_key',
        say(
          'This API key may only read. Use one with the verb write.',
          "Cette clé d'API ne permet que la lecture. Utilisez-en une qui permet l'écriture (write).",
        ),
        { permission: 'write' },
      );
    c.set('principal', principal);
    await next();
  };
  guard[DECLARED] = roles;
  return guard;
}

/** Declares a route for everybody who is known, keys and people of every role, whatever is left to do on their account. */
export function allowSigned(services: Services): MiddlewareHandler<Signed> {
  const guard: Guard<Signed> = async (c, next) => {
    c.set('principal', await authenticate(c, services));
    await next();
  };
  guard[DECLARED] = ROLES;
  return guard;
}

/**
 * Declares a route about the account of whoever has signed in. Keys have no account: 403.
 *
 * @param duties what may still be left to do on the account: with a one-time password nothing but changing it works
 */
export function allowAccount(
  services: Services,
  duties: readonly Duty[] = ['set_up_totp'],
): MiddlewareHandler<SignedPerson> {
  const guard: Guard<SignedPerson> = async (c, next) => {
    const principal = await authenticate(c, services);
    if (principal.kind !== 'user')
      throw new Problem(
        'forbidden',
        say('An API key has no account: sign in.', "Une clé d'API n'a pas de compte : connectez-vous."),
      );
    if (principal.duty !== null && !duties.includes(principal.duty)) throw onDuty(principal.duty);
    c.set('principal', principal);
    await next();
  };
  guard[DECLARED] = 'account';
  return guard;
}

/** How long a key that was good is, while the database cannot be asked whether it still is. */
const REMEMBERED_MS = 3_600_000;

/**
 * Declares a route for what watches the hub: a super admin's key, which goes on opening it for an hour while the database
 * is away, for that is when the hub is watched for a reason. It opens nothing but what such a route answers.
 */
export function allowMonitor(services: Services): MiddlewareHandler<Signed> {
  const good = new Map<string, number>();
  const checked = allow(services, ['super_admin']);
  const guard: Guard<Signed> = async (c, next) => {
    const header = c.req.header('Authorization');
    const shown = header === undefined ? null : hashSecret(header).toString('hex');
    let letIn = false;
    try {
      await checked(c, async () => {
        letIn = true;
      });
      if (shown !== null) good.set(shown, services.now());
    } catch (error) {
      const until = shown === null ? 0 : (good.get(shown) ?? 0) + REMEMBERED_MS;
      letIn = isConnectionTrouble(error) && services.now() < until;
      if (!letIn) throw error;
    }
    await next();
  };
  guard[DECLARED] = ['super_admin'];
  return guard;
}

/** What a principal may read, as the database enforces it. */
export function readerOf(principal: Principal): DatabaseContext {
  return {
    role: principal.role,
    projectIds: principal.projectIds ?? undefined,
    userId: principal.id,
    readOnly: true,
  };
}

/** Every route of the app, `GET /api/projects` and so on, with the access it declares; undefined where it does not. */
export function declaredAccess(app: Hono<AppEnv>): Map<string, Access | undefined> {
  const routes = new Map<string, Access | undefined>();
  for (const { method, path, handler } of app.routes) {
    if (method === 'ALL') continue;
    const name = `${method} ${path}`;
    routes.set(name, routes.get(name) ?? (handler as Handler & { [DECLARED]?: Access })[DECLARED]);
  }
  return routes;
}

/** Throws when a route was added that says nothing about who may use it: such a hub must not start. */
export function assertAccessDeclared(app: Hono<AppEnv>): void {
  const silent = [...declaredAccess(app)].filter(([, access]) => access === undefined).map(([name]) => name);
  if (silent.length > 0)
    throw new Error(`These routes declare no access (use allow, allowAccount or allowAnyone): ${silent.join(', ')}`);
}

/** Who is asking: an API key where there is an Authorization header, else the session of the cookie. Counted. */
async function authenticate(c: Context, services: Services): Promise<Principal> {
  const principal = await identify(c, services);
  await services.limits?.take(c, principal);
  return principal;
}

/** The same, not counted: for whoever asks again whether what was true still is. 401 for nobody. */
export async function identify(c: Context, services: Services): Promise<Principal> {
  const header = c.req.header('Authorization');
  if (header !== undefined) return authenticateHeader(c, services, header);
  const token = getCookie(c, SESSION_COOKIE);
  if (token === undefined)
    throw unauthenticated(
      say(
        'Sign in, or send an API key as "Authorization: Bearer hck_...".',
        'Connectez-vous, ou envoyez une clé d\'API : "Authorization: Bearer hck_...".',
      ),
    );
  const person = await authenticateSession(services.sessions, token);
  if (person !== null) return person;
  throw sessionEnded();
}

/** 401: the cookie's session is over, or was never one. */
export function sessionEnded(): Problem {
  return unauthenticated(
    say('This session has ended. Sign in again.', 'Cette session est terminée. Reconnectez-vous.'),
  );
}

async function authenticateHeader(c: Context, services: Services, header: string): Promise<Principal> {
  const key = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (key === undefined || !isApiKey(key))
    throw unauthenticated(
      say(
        'The Authorization header does not hold an API key: expected "Bearer hck_...".',
        'L\'en-tête Authorization ne contient pas de clé d\'API : attendu "Bearer hck_...".',
      ),
    );
  const address = addressOf(c, services.config.proxy);
  services.keyGuesses.check(address);
  const principal = await authenticateApiKey(services.api, key, services.now());
  if (principal !== null) return principal;
  services.keyGuesses.failed(address);
  throw unauthenticated(
    say('This API key is unknown, expired or revoked.', "Cette clé d'API est inconnue, expirée ou révoquée."),
  );
}

function unauthenticated(detail: Bilingual): Problem {
  return new Problem('unauthenticated', detail, { headers: { 'WWW-Authenticate': 'Bearer realm="hearst"' } });
}

function lacksRole(role: Role, roles: readonly Role[]): Problem {
  return new Problem(
    'forbidden',
    say(
      `The role ${role} may not do this; it takes ${roles.join(' or ')}.`,
      `Le rôle ${role} ne le permet pas ; il faut ${roles.join(' ou ')}.`,
    ),
    { permission: roles.join(' ') },
  );
}

function onDuty(duty: Duty): Problem {
  const detail = {
    change_password: say(
      'This password was for one use: choose your own first (POST /api/account/password).',
      "Ce mot de passe était à usage unique : choisissez d'abord le vôtre (POST /api/account/password).",
    ),
    set_up_totp: say(
      'Your role needs a second factor: set it up first (POST /api/account/totp).',
      "Votre rôle exige un second facteur : activez-le d'abord (POST /api/account/totp).",
    ),
  };
  return new Problem('account_duty', detail[duty], { permission: duty });
}
