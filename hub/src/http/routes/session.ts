import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Principal } from '../../auth/principal.ts';
import { authenticateSession, type SessionToken } from '../../auth/sessions.ts';
import { withContext } from '../../db/client.ts';
import { projectIds } from '../../db/queries/projects.ts';
import { noteProof } from '../../db/queries/sessions.ts';
import { acceptInvitation } from '../../operations/invitations.ts';
import { provePassword, signIn, signOut } from '../../operations/sign-in.ts';
import { allowAccount, allowAnyone, allowSigned, readerOf, sessionEnded } from '../access.ts';
import { type App, type AppEnv, createRouter, type Services } from '../app.ts';
import { originOf } from '../origin.ts';
import { presentPrincipal } from '../present/account.ts';
import { problemResponse, problems } from '../problem.ts';
import { Acceptance, Proof, Session, SignInRequest } from '../schemas/account.ts';
import { sessionToken, withoutSession, withSession } from '../session-cookie.ts';

const started = {
  description: 'Who has signed in; sets the cookie',
  content: { 'application/json': { schema: Session } },
} as const;

const create = createRoute({
  method: 'post',
  path: '/api/session',
  summary: 'Sign in; totp where the account has a second factor. A session of the same browser ends',
  middleware: allowAnyone(),
  request: { body: { required: true, content: { 'application/json': { schema: SignInRequest } } } },
  responses: { 201: started, default: problems('sign_in_refused', 'totp_required') },
});

const accept = createRoute({
  method: 'post',
  path: '/api/invitations/accept',
  summary: 'Choose a password by the token of an invitation, and be signed in',
  middleware: allowAnyone(),
  request: { body: { required: true, content: { 'application/json': { schema: Acceptance } } } },
  responses: {
    201: started,
    default: problems('token_unknown', 'token_expired', 'token_used', 'forbidden', 'sign_in_refused', 'totp_required'),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/api/session',
  summary: 'Sign out; also where nobody is signed in',
  middleware: allowAnyone(),
  responses: { 204: { description: 'Signed out' }, default: problemResponse },
});

/** Signing in and out, by password or invitation, and who is asking. */
export function sessionRoutes(services: Services): App {
  const { api, now, sessions, limits } = services;

  const show = createRoute({
    method: 'get',
    path: '/api/session',
    summary: 'Who is asking: a person or an API key',
    middleware: allowSigned(services),
    responses: {
      200: { description: 'The asker', content: { 'application/json': { schema: Session } } },
      default: problemResponse,
    },
  });

  const prove = createRoute({
    method: 'post',
    path: '/api/session/proof',
    summary: 'Show the password again: dangerous changes need it within 15 minutes',
    middleware: allowAccount(services),
    request: { body: { required: true, content: { 'application/json': { schema: Proof } } } },
    responses: { 204: { description: 'Proved' }, default: problemResponse },
  });

  const shown = async (principal: Principal): Promise<Session> =>
    presentPrincipal(principal, await withContext(api, readerOf(principal), projectIds));

  /** Answers whoever has just signed in; the session that the browser had before ends. */
  const welcome = async (c: Context<AppEnv>, token: SessionToken) => {
    const former = sessionToken(c);
    if (former !== undefined) await signOut(services, former);
    const person = await authenticateSession(sessions, token.token);
    if (person === null) throw sessionEnded();
    return withSession(c.json(await shown(person), 201), token, now());
  };

  return createRouter()
    .openapi(create, async (c) => {
      const from = originOf(c, services);
      await limits?.takeSignIn(c, from.address);
      const { email, password, totp } = c.req.valid('json');
      return welcome(c, await signIn(services, { email, password, totp: totp || null }, from));
    })
    .openapi(accept, async (c) => {
      const from = originOf(c, services);
      await limits?.takeSignIn(c, from.address);
      const { token, password, name = null, language = null, totp } = c.req.valid('json');
      return welcome(
        c,
        await acceptInvitation(services, { token, password, name, language, totp: totp || null }, from),
      );
    })
    .openapi(remove, async (c) => {
      const token = sessionToken(c);
      if (token !== undefined) await signOut(services, token);
      return withoutSession(c.body(null, 204));
    })
    .openapi(show, async (c) => c.json(await shown(c.get('principal')), 200))
    .openapi(prove, async (c) => {
      const person = c.get('principal');
      await provePassword(
        services,
        person,
        { password: c.req.valid('json').password, pointer: '/password' },
        originOf(c, services),
      );
      await withContext(api, { userId: person.id }, (client) =>
        noteProof(client, person.id, person.sessionId, new Date(now())),
      );
      return c.body(null, 204);
    });
}
