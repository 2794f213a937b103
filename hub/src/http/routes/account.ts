import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ClientBase } from 'pg';
import type { SessionToken } from '../../auth/sessions.ts';
import { withContext } from '../../db/client.ts';
import { findAccount } from '../../db/queries/account.ts';
import {
  beginTotp,
  changeAccount,
  changePassword,
  confirmTotp,
  disableTotp,
  hashNewPassword,
  lockOwn,
} from '../../operations/account.ts';
import { provePassword } from '../../operations/sign-in.ts';
import { allowAccount, readerOf, type SignedPerson, sessionEnded } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { type Change, changeOwnAccount } from '../change.ts';
import { assertMatches } from '../etag.ts';
import { withoutUndefined } from '../fields.ts';
import { originOf } from '../origin.ts';
import { presentAccount } from '../present/account.ts';
import { changedResponse, problemResponse } from '../problem.ts';
import { assertProved } from '../proof.ts';
import { Account, AccountChange, PasswordChange, Proof, TotpCode, TotpSecret } from '../schemas/account.ts';
import { withSession } from '../session-cookie.ts';

/** One's own account: name, language, password, second factor. Keys have none. */
export function accountRoutes(services: Services): App {
  const { api, keys, now, passwords } = services;
  const own = allowAccount(services);

  const one = createRoute({
    method: 'get',
    path: '/api/account',
    summary: 'Your account',
    middleware: own,
    responses: {
      200: { description: 'The account', content: { 'application/json': { schema: Account } } },
      default: problemResponse,
    },
  });

  const put = createRoute({
    method: 'put',
    path: '/api/account',
    summary: 'Change your name or language; the rest stays. Honours If-Match',
    middleware: own,
    request: { body: { required: true, content: { 'application/json': { schema: AccountChange } } } },
    responses: {
      200: { description: 'The account', content: { 'application/json': { schema: Account } } },
      412: changedResponse(Account),
      default: problemResponse,
    },
  });

  const password = createRoute({
    method: 'post',
    path: '/api/account/password',
    summary: 'Choose another password. Every other session ends; this one gets a new cookie',
    middleware: allowAccount(services, ['change_password', 'set_up_totp']),
    request: { body: { required: true, content: { 'application/json': { schema: PasswordChange } } } },
    responses: { 204: { description: 'Changed' }, default: problemResponse },
  });

  const totp = createRoute({
    method: 'post',
    path: '/api/account/totp',
    summary: 'Make a secret for the second factor, shown once; it counts once confirmed. Needs a recent password',
    middleware: own,
    responses: {
      200: { description: 'The secret', content: { 'application/json': { schema: TotpSecret } } },
      default: problemResponse,
    },
  });

  const confirm = createRoute({
    method: 'post',
    path: '/api/account/totp/confirm',
    summary: 'Turn the second factor on by its first code. Every other session ends; this one gets a new cookie',
    middleware: own,
    request: { body: { required: true, content: { 'application/json': { schema: TotpCode } } } },
    responses: { 204: { description: 'It is on' }, default: problemResponse },
  });

  const removeTotp = createRoute({
    method: 'delete',
    path: '/api/account/totp',
    summary: 'Turn the second factor off, by the password',
    middleware: own,
    request: { body: { required: true, content: { 'application/json': { schema: Proof } } } },
    responses: { 204: { description: 'It is off' }, default: problemResponse },
  });

  /** Runs a change that gives the session another token, which the browser gets once the change stands. */
  const renewed = async (c: Context<SignedPerson>, work: (change: Change) => Promise<SessionToken>) => {
    let token: SessionToken | undefined;
    const answer = await changeOwnAccount(c, services, async (change) => {
      token = await work(change);
      return c.body(null, 204);
    });
    // Answered again to an Idempotency-Key nothing was changed, and the first answer's token is nobody's to know.
    return token === undefined ? answer : withSession(answer, token, now());
  };

  const shown = async (c: Context<SignedPerson>, client: ClientBase): Promise<Account> => {
    const account = await findAccount(client, c.get('principal').id);
    if (account === null) throw sessionEnded();
    c.set('version', account.version);
    return presentAccount(account);
  };

  return createRouter()
    .openapi(one, async (c) =>
      c.json(await withContext(api, readerOf(c.get('principal')), (client) => shown(c, client)), 200),
    )
    .openapi(put, (c) =>
      changeOwnAccount(c, services, async (change) => {
        const account = await lockOwn(change, c.get('principal'));
        assertMatches(c, account.version, presentAccount(account));
        await changeAccount(change, account, withoutUndefined(c.req.valid('json')));
        return c.json(await shown(c, change.client), 200);
      }),
    )
    .openapi(password, async (c) => {
      const person = c.get('principal');
      const { current_password: current, new_password: wanted } = c.req.valid('json');
      const proved = await provePassword(
        services,
        person,
        { password: current, pointer: '/current_password' },
        originOf(c, services),
      );
      const hash = await hashNewPassword(
        passwords,
        wanted,
        { email: person.email, name: person.name, current },
        '/new_password',
      );
      return renewed(c, (change) => changePassword(change, person, { proved, hash }));
    })
    .openapi(totp, (c) => {
      const person = c.get('principal');
      assertProved(person, now());
      return changeOwnAccount(c, services, async (change) => {
        const { secret, uri } = await beginTotp(change, person, keys);
        return c.json({ secret, otpauth_uri: uri }, 200);
      });
    })
    .openapi(confirm, (c) =>
      renewed(c, (change) => confirmTotp(change, c.get('principal'), c.req.valid('json').code, keys)),
    )
    .openapi(removeTotp, async (c) => {
      const person = c.get('principal');
      await provePassword(
        services,
        person,
        { password: c.req.valid('json').password, pointer: '/password' },
        originOf(c, services),
      );
      return changeOwnAccount(c, services, async (change) => {
        await disableTotp(change, person);
        return c.body(null, 204);
      });
    });
}
