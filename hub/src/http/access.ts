import type { Context, Handler, Hono, MiddlewareHandler } from 'hono';
import { authenticateApiKey, isApiKey } from '../auth/api-keys.ts';
import type { Principal, Role } from '../auth/principal.ts';
import type { DatabaseContext } from '../db/client.ts';
import { addressOf } from './address.ts';
import type { AppEnv, Services } from './app.ts';
import { Problem } from './problem.ts';

/** Who may use a route: anyone at all, or principals of these roles. */
export type Access = 'anyone' | readonly Role[];

/** Set on the middleware that guards a route, so that what a route declares can be read back from the app. */
const DECLARED = Symbol('access');

type Guard<Env extends AppEnv> = MiddlewareHandler<Env> & { [DECLARED]?: Access };
type Signed = AppEnv & { Variables: { principal: Principal } };

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
    if (!roles.includes(principal.role))
      throw new Problem('forbidden', `The role ${principal.role} may not do this; it takes ${roles.join(' or ')}.`);
    c.set('principal', principal);
    await next();
  };
  guard[DECLARED] = roles;
  return guard;
}

/** What a principal may read, as the database enforces it. */
export function readerOf(principal: Principal): DatabaseContext {
  return { role: principal.role, projectIds: principal.projectIds ?? undefined, readOnly: true };
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
    throw new Error(`These routes declare no access (use allow or allowAnyone): ${silent.join(', ')}`);
}

async function authenticate(c: Context<Signed>, services: Services): Promise<Principal> {
  const header = c.req.header('Authorization');
  if (header === undefined) throw unauthenticated('Send an API key as "Authorization: Bearer hck_...".');
  const key = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (key === undefined || !isApiKey(key))
    throw unauthenticated('The Authorization header does not hold an API key: expected "Bearer hck_...".');
  const address = addressOf(c, services.config.proxy);
  services.keyGuesses.check(address);
  const principal = await authenticateApiKey(services.api, key, services.now());
  if (principal !== null) return principal;
  services.keyGuesses.failed(address);
  throw unauthenticated('This API key is unknown, expired or revoked.');
}

function unauthenticated(detail: string): Problem {
  return new Problem('unauthenticated', detail, { headers: { 'WWW-Authenticate': 'Bearer realm="hearst"' } });
}
