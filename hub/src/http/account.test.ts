import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSync } from 'otplib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { verifyActivity } from '../activity/verify.ts';
import { KeyFile } from '../keys.ts';
import { openTestApi, type TestApi } from './testing.ts';
import { cookieOf, makePerson, type PersonOptions, signIn, type TestPerson } from './testing-people.ts';

let api: TestApi;
const MINUTE = 60_000;
/** Two days between tests, so that the failures of one do not hold up the next. */
let start: number;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query(
      "insert into projects (project_id, name, status) values ('ONE-001', 'One', 'active'), ('TWO-001', 'Two', 'active')",
    ),
  );
  start = api.now;
});
afterAll(() => api.close());
afterEach(() => {
  start += 48 * 60 * MINUTE;
  api.now = start;
});

async function arrive(options: PersonOptions = {}): Promise<TestPerson & { cookie: string }> {
  const person = await makePerson(api, options);
  return { ...person, cookie: await signIn(api, person) };
}

const send = (method: string, path: string, cookie: string, json?: object, headers = {}) =>
  api.ask(path, { method, cookie, headers, ...(json && { json }) });
const alive = async (cookie: string) => (await api.ask('/api/session', { cookie })).status === 200;
const problem = ({ status, body }: { status: number; body: unknown }) => {
  const { code, errors } = body as { code?: string; errors?: { pointer: string; code: string }[] };
  return [status, errors === undefined ? code : `${errors[0]!.pointer} ${errors[0]!.code}`];
};

describe('the account', () => {
  it('is shown to its person, and to no key', async () => {
    const { cookie, userId, email } = await arrive({ role: 'viewer' });
    const { body, headers } = await api.ask('/api/account', { cookie });
    expect(body).toEqual({
      user_id: userId,
      email,
      name: expect.any(String),
      role: 'viewer',
      language: 'fr',
      totp_enabled: false,
      password_changed_at: null,
      signed_in_at: new Date(api.now).toISOString(),
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(headers.get('ETag')).toMatch(/^W\//);
    const key = await api.makeKey('super_admin');
    for (const path of ['/api/account', '/api/sessions'])
      expect(problem(await api.ask(path, { key }))).toEqual([403, 'forbidden']);
    expect(problem(await api.ask('/api/account'))).toEqual([401, 'unauthenticated']);
  });

  it.each(['viewer', 'operator', 'project_manager', 'super_admin'] as const)(
    'of a %s takes the fields given, for its projects too, and nothing that is not theirs to change',
    async (role) => {
      const { cookie, userId } = await arrive({ role, projectIds: ['ONE-001', 'TWO-001'] });
      const changed = await send('PUT', '/api/account', cookie, { name: '  Zoë 漢字  ' });
      expect([changed.status, changed.body]).toMatchObject([200, { name: 'Zoë 漢字', language: 'fr' }]);
      expect((await send('PUT', '/api/account', cookie, { language: 'en' })).body).toMatchObject({
        name: 'Zoë 漢字',
        language: 'en',
      });
      expect((await api.ask('/api/session', { cookie })).body).toMatchObject({ name: 'Zoë 漢字', language: 'en' });
      const { rows } = await api.database.owner.query('select name from user_project_access where user_id = $1', [
        userId,
      ]);
      expect(rows).toEqual([{ name: 'Zoë 漢字' }, { name: 'Zoë 漢字' }]);
      for (const json of [
        { role: 'super_admin' },
        { email: 'x@example.com' },
        { status: 'active' },
        { name: '' },
        { name: 'a\u0000b' },
        { language: 'de' },
      ])
        expect((await send('PUT', '/api/account', cookie, json)).status, JSON.stringify(json)).toBe(422);
    },
  );

  it('edited in two places: the second sees what stands there now', async () => {
    const { cookie } = await arrive();
    const match = { 'If-Match': (await api.ask('/api/account', { cookie })).headers.get('ETag')! };
    expect((await send('PUT', '/api/account', cookie, { name: 'First' }, match)).status).toBe(200);
    const second = await send('PUT', '/api/account', cookie, { name: 'Second' }, match);
    expect([second.status, second.body]).toMatchObject([
      412,
      { code: 'changed_meanwhile', current: { name: 'First' } },
    ]);
  });

  it('is nobody else’s to change', async () => {
    const one = await arrive();
    const other = await arrive();
    await send('PUT', '/api/account', one.cookie, { name: 'Changed' });
    const chosen = { current_password: one.password, new_password: 'chosen by the first' };
    expect((await send('POST', '/api/account/password', one.cookie, chosen)).status).toBe(204);
    expect((await api.ask('/api/account', { cookie: other.cookie })).body).toMatchObject({
      name: expect.stringMatching(/^Person/),
    });
    expect(await alive(await signIn(api, other))).toBe(true);
  });
});

describe('the password', () => {
  const change = (cookie: string, current_password: string, new_password: string, headers = {}) =>
    send('POST', '/api/account/password', cookie, { current_password, new_password }, headers);

  it('changes, ends every other session at once, and gives this one a new token', async () => {
    const person = await arrive();
    const elsewhere = await signIn(api, person);
    const changed = await change(person.cookie, person.password, 'four words are better');
    expect([changed.status, changed.body]).toEqual([204, '']);
    const cookie = cookieOf(changed.headers);
    expect([await alive(person.cookie), await alive(elsewhere), await alive(cookie)]).toEqual([false, false, true]);
    await expect(signIn(api, person)).rejects.toThrow('sign_in_refused');
    await signIn(api, { ...person, password: 'four words are better' });
  });

  it('is not changed without the one there is, and guesses at it are slowed down', async () => {
    const { cookie, email } = await arrive();
    const guess = async (i: number) => problem(await change(cookie, `guess ${i}`, 'four words are better'));
    for (let i = 0; i < 6; i++) expect(await guess(i)).toEqual([422, '/current_password wrong_password']);
    expect(await guess(6)).toEqual([429, 'too_many_requests']);
    // One count for all doors to the account.
    const door = await api.ask('/api/session', { json: { email, password: 'x' }, from: '10.0.0.1' });
    expect(door.status).toBe(429);
  });

  it.each([
    ['canary', 'too_short'],
    ['x'.repeat(201), 'too_long'],
    ['motdepasse123', 'common'],
  ])('%s is refused, and nothing ends', async (wanted, code) => {
    const { cookie, password } = await arrive();
    const refused = await change(cookie, password, wanted, { 'Accept-Language': 'fr' });
    expect(problem(refused)).toEqual([422, `/new_password ${code}`]);
    expect(JSON.stringify(refused.body)).toMatch(/mots? de passe/);
    expect(JSON.stringify(refused.body)).not.toContain(wanted);
    expect(await alive(cookie)).toBe(true);
  });

  it('must be another one, and neither name nor address', async () => {
    const { cookie, password, email } = await arrive();
    expect(problem(await change(cookie, password, password))).toEqual([422, '/new_password unchanged']);
    expect(problem(await change(cookie, password, email))).toEqual([422, '/new_password personal']);
  });

  it('changed in two places at once changes once', async () => {
    const person = await arrive();
    const elsewhere = await signIn(api, person);
    const answers = await Promise.all([
      change(person.cookie, person.password, 'chosen here, four words'),
      change(elsewhere, person.password, 'chosen there, four words'),
    ]);
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(204);
    expect([401, 409, 422]).toContain(statuses[1]);
  });

  it('sent again with its Idempotency-Key is refused like any old session, and the key gives the password to nobody', async () => {
    const person = await arrive();
    const headers = { 'Idempotency-Key': 'change-once' };
    const changed = await change(person.cookie, person.password, 'four words are better', headers);
    expect((await change(person.cookie, person.password, 'four words are better', headers)).status).toBe(401);
    const { rows } = await api.database.owner.query('select * from idempotency_keys where principal = $1', [
      person.userId,
    ]);
    expect(rows).toHaveLength(1);
    const body = JSON.stringify({ current_password: person.password, new_password: 'four words are better' });
    const plain = createHash('sha256').update(`POST http://localhost/api/account/password\n${body}`).digest();
    expect(rows[0].request_hash).not.toEqual(plain);
    expect(changed.status).toBe(204);
  });
});

describe('a one-time password', () => {
  it('opens nothing but changing it', async () => {
    const { cookie, password } = await arrive({ role: 'super_admin', oneTime: true });
    expect((await api.ask('/api/session', { cookie })).body).toMatchObject({ duty: 'change_password' });
    const refused = await Promise.all([
      api.ask('/api/projects', { cookie }),
      api.ask('/api/sessions', { cookie }),
      api.ask('/api/account', { cookie }),
      send('PUT', '/api/account', cookie, { name: 'X' }),
      send('POST', '/api/account/totp', cookie),
      send('POST', '/api/session/proof', cookie, { password }),
      send('DELETE', '/api/sessions', cookie),
      send('POST', '/api/projects', cookie, { project_id: 'NEW-001', name: 'New' }),
    ]);
    for (const answer of refused) expect(problem(answer)).toEqual([403, 'account_duty']);
    const chosen = { current_password: password, new_password: 'four words are better' };
    const changed = await send('POST', '/api/account/password', cookie, chosen);
    expect(changed.status).toBe(204);
    const renewed = cookieOf(changed.headers);
    expect((await api.ask('/api/session', { cookie: renewed })).body).toMatchObject({ duty: null });
    expect((await api.ask('/api/projects', { cookie: renewed })).status).toBe(200);
  });

  it('can be left unused: signing out works', async () => {
    const { cookie } = await arrive({ oneTime: true });
    expect((await api.ask('/api/session', { method: 'DELETE', cookie })).status).toBe(204);
    expect(await alive(cookie)).toBe(false);
  });
});

describe('showing the password again', () => {
  it('opens for 15 minutes what needs it', async () => {
    const { cookie, password } = await arrive();
    api.now += 15 * MINUTE;
    expect(problem(await send('POST', '/api/account/totp', cookie))).toEqual([403, 'proof_required']);
    expect(problem(await send('POST', '/api/session/proof', cookie, { password: 'wrong' }))).toEqual([
      422,
      '/password wrong_password',
    ]);
    expect(problem(await send('POST', '/api/account/totp', cookie))).toEqual([403, 'proof_required']);
    expect((await send('POST', '/api/session/proof', cookie, { password })).status).toBe(204);
    expect((await api.ask('/api/session', { cookie })).body).toMatchObject({
      proved_at: new Date(api.now).toISOString(),
    });
    api.now += 15 * MINUTE - 1;
    expect((await send('POST', '/api/account/totp', cookie)).status).toBe(200);
    api.now += 1;
    expect(problem(await send('POST', '/api/account/totp', cookie))).toEqual([403, 'proof_required']);
  });

  it('counts for the session that did it alone', async () => {
    const person = await arrive();
    const elsewhere = await signIn(api, person);
    api.now += 15 * MINUTE;
    await send('POST', '/api/session/proof', elsewhere, { password: person.password });
    expect(problem(await send('POST', '/api/account/totp', person.cookie))).toEqual([403, 'proof_required']);
  });
});

describe('the second factor', () => {
  const codeAt = (secret: string, at: number) => generateSync({ secret, epoch: Math.floor(at / 1000) });

  /** Somebody with a second factor that counts, a minute after they confirmed it. */
  async function arriveWithTotp(options: PersonOptions = {}) {
    const person = await arrive(options);
    const { body } = await send('POST', '/api/account/totp', person.cookie);
    const { secret } = body as { secret: string };
    const confirmed = await send('POST', '/api/account/totp/confirm', person.cookie, { code: codeAt(secret, api.now) });
    expect(confirmed.status).toBe(204);
    api.now += MINUTE;
    return { ...person, secret, cookie: cookieOf(confirmed.headers) };
  }

  it('counts once its first code was shown, and is asked for from then on', async () => {
    const person = await arrive();
    const elsewhere = await signIn(api, person);
    const made = await send('POST', '/api/account/totp', person.cookie);
    const { secret, otpauth_uri } = made.body as { secret: string; otpauth_uri: string };
    expect(new URL(otpauth_uri).searchParams.get('secret')).toBe(secret);
    await signIn(api, person);
    const wrong = await send('POST', '/api/account/totp/confirm', person.cookie, { code: '000000' });
    expect(problem(wrong)).toEqual([422, '/code wrong_code']);
    const confirmed = await send('POST', '/api/account/totp/confirm', person.cookie, { code: codeAt(secret, api.now) });
    expect(confirmed.status).toBe(204);
    const cookie = cookieOf(confirmed.headers);
    expect([await alive(person.cookie), await alive(elsewhere), await alive(cookie)]).toEqual([false, false, true]);
    expect((await api.ask('/api/session', { cookie })).body).toMatchObject({ totp_enabled: true });

    api.now += MINUTE;
    const { email, password } = person;
    const asked = await api.ask('/api/session', { json: { email, password } });
    expect(problem(asked)).toEqual([401, 'totp_required']);
    expect(problem(await api.ask('/api/session', { json: { email, password, totp: '' } }))).toEqual([
      401,
      'totp_required',
    ]);
    const unasked = await api.ask('/api/session', {
      json: { email, password: 'wrong', totp: codeAt(secret, api.now) },
    });
    expect(problem(unasked)).toEqual([401, 'sign_in_refused']);
    const second = await signIn(api, person, { totp: codeAt(secret, api.now) });
    const { body } = await api.ask('/api/sessions', { cookie: second });
    expect((body as { data: object[] }).data).toEqual([
      expect.objectContaining({ second_factor: true, current: true }),
      expect.objectContaining({ second_factor: true, current: false }),
    ]);
  });

  it('takes no code twice, not even at the same time', async () => {
    const person = await arriveWithTotp();
    const totp = codeAt(person.secret, api.now);
    const { email, password } = person;
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => api.ask('/api/session', { json: { email, password, totp } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401, 401]);
    api.now += 10_000;
    expect(problem(await api.ask('/api/session', { json: { email, password, totp } }))).toEqual([
      401,
      'sign_in_refused',
    ]);
  });

  it('takes a code of the step before or after, and no older one', async () => {
    const person = await arriveWithTotp();
    const { email, password, secret } = person;
    const sign = (offset: number) =>
      api.ask('/api/session', { json: { email, password, totp: codeAt(secret, api.now + offset) } });
    expect((await sign(-2 * 30_000)).status).toBe(401);
    expect((await sign(2 * 30_000)).status).toBe(401);
    expect((await sign(-30_000)).status).toBe(201);
    expect((await sign(30_000)).status).toBe(201);
    expect((await sign(0)).status).toBe(401);
  });

  it('is not to be guessed by whoever has the password', async () => {
    const { email, password } = await arriveWithTotp();
    const sign = (totp?: string) => api.ask('/api/session', { json: { email, password, ...(totp && { totp }) } });
    for (let i = 0; i < 6; i++) expect((await sign(`00000${i}`)).status).toBe(401);
    // The password alone would be right: it does not forgive the codes.
    api.now += 1000;
    expect(problem(await sign())).toEqual([401, 'totp_required']);
    expect((await sign('000007')).status).toBe(401);
    expect((await sign('000008')).status).toBe(429);
  });

  it('sealed with another hub.key says so, and what to do', async () => {
    const { userId, email, password, secret } = await arriveWithTotp();
    const folder = mkdtempSync(join(tmpdir(), 'hearst-key-'));
    const other = (await KeyFile.open(folder)).encrypt(Buffer.from(secret));
    rmSync(folder, { recursive: true });
    await api.asOwner((client) =>
      client.query('update users set totp_secret = $1 where user_id = $2', [other, userId]),
    );
    const answer = await api.ask('/api/session', { json: { email, password, totp: codeAt(secret, api.now) } });
    expect(problem(answer)).toEqual([503, 'wrong_key']);
    expect((answer.body as { detail: string }).detail).toMatch(/puts back the hub\.key .*"hearst-hub user invite/);
    expect(api.logged.some((line) => line.includes('"event":"wrong_key"'))).toBe(true);
  });

  it('is sealed in the database', async () => {
    const { userId, secret } = await arriveWithTotp();
    const { rows } = await api.database.owner.query(
      'select totp_secret, u::text as everything from users u where user_id = $1',
      [userId],
    );
    expect(rows[0].totp_secret.toString('latin1')).not.toContain(secret);
    expect(rows[0].everything).not.toContain(Buffer.from(secret).toString('hex'));
    expect(api.keys.decrypt(rows[0].totp_secret).toString()).toBe(secret);
  });

  it('begun twice with an Idempotency-Key is one secret, sealed until then', async () => {
    const { cookie, userId } = await arrive();
    const headers = { 'Idempotency-Key': 'begin-once' };
    const first = await send('POST', '/api/account/totp', cookie, undefined, headers);
    const again = await send('POST', '/api/account/totp', cookie, undefined, headers);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(again.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
    const { rows } = await api.database.owner.query('select answer from idempotency_keys where principal = $1', [
      userId,
    ]);
    expect(rows[0].answer.toString('latin1')).not.toContain((first.body as { secret: string }).secret);
  });

  it('is turned off by the password, and on again', async () => {
    const person = await arriveWithTotp();
    expect(problem(await send('POST', '/api/account/totp', person.cookie))).toEqual([409, 'conflict']);
    const wrong = await send('DELETE', '/api/account/totp', person.cookie, { password: 'wrong' });
    expect(problem(wrong)).toEqual([422, '/password wrong_password']);
    const off = await send('DELETE', '/api/account/totp', person.cookie, { password: person.password });
    expect(off.status).toBe(204);
    await signIn(api, person);
    expect(problem(await send('POST', '/api/account/totp/confirm', person.cookie, { code: '000000' }))).toEqual([
      409,
      'conflict',
    ]);
    expect((await send('POST', '/api/account/totp', person.cookie)).status).toBe(200);
  });
});

describe('one’s sessions', () => {
  const list = async (cookie: string) =>
    (await api.ask('/api/sessions', { cookie })).body as { data: Record<string, unknown>[] };

  it('are listed, last used first, and nobody else’s with them', async () => {
    const person = await makePerson(api);
    await arrive();
    const first = await signIn(api, person, { from: '10.0.0.1', headers: { 'User-Agent': 'Old browser' } });
    api.now += MINUTE;
    const second = await signIn(api, person, { from: '10.0.0.2', headers: { 'User-Agent': 'x'.repeat(1000) } });
    const { data, ...rest } = await list(second);
    expect(rest).toEqual({ next_cursor: null, total: 2 });
    expect(data).toMatchObject([
      {
        current: true,
        address: '10.0.0.2',
        user_agent: 'x'.repeat(300),
        last_seen_at: new Date(api.now).toISOString(),
      },
      { current: false, address: '10.0.0.1', user_agent: 'Old browser' },
    ]);
    const own = (await list(first)).data.find(({ current }) => current);
    expect(own).toMatchObject({ address: '10.0.0.1', last_seen_at: new Date(api.now).toISOString() });
    api.now += 12 * 60 * MINUTE;
    const third = await signIn(api, person);
    expect((await list(third)).data).toHaveLength(1);
  });

  it('end one by one, at once, wherever one is', async () => {
    const person = await makePerson(api);
    const here = await signIn(api, person);
    const there = await signIn(api, person);
    const id = (await list(there)).data.find(({ current }) => current)!.session_id as string;
    const end = (cookie: string, sessionId: string) => send('DELETE', `/api/sessions/${sessionId}`, cookie);
    const stranger = await arrive();
    for (const unknown of ['00000000-0000-4000-8000-000000000000', 'x', '%00'])
      expect(problem(await end(here, unknown))).toEqual([404, 'not_found']);
    expect(problem(await end(stranger.cookie, id))).toEqual([404, 'not_found']);
    expect(await alive(there)).toBe(true);
    const ended = await end(here, id);
    expect([ended.status, ended.headers.getSetCookie()]).toEqual([204, []]);
    expect([await alive(there), await alive(here)]).toEqual([false, true]);
    const own = (await list(here)).data[0]!.session_id as string;
    const last = await end(here, own);
    expect(last.headers.getSetCookie()[0]).toContain('Max-Age=0');
    expect(await alive(here)).toBe(false);
  });

  it('end all but the one that asks', async () => {
    const person = await makePerson(api);
    const cookies = [await signIn(api, person), await signIn(api, person), await signIn(api, person)];
    const stranger = await arrive();
    expect((await send('DELETE', '/api/sessions', cookies[1]!)).status).toBe(204);
    expect(await Promise.all([...cookies, stranger.cookie].map(alive))).toEqual([false, true, false, true]);
  });
});

it('every change is in the activity log, without secrets', async () => {
  const { userId, cookie, password } = await arrive();
  await send('PUT', '/api/account', cookie, { name: 'Renamed' });
  await send('DELETE', '/api/sessions', cookie);
  await send('POST', '/api/account/totp', cookie);
  await send('POST', '/api/account/password', cookie, {
    current_password: password,
    new_password: 'four words are better',
  });
  const { rows } = await api.database.owner.query(
    "select action, before, after from activity_logs where project_id = 'HEARST-000' and actor_id = $1 order by seq",
    [userId],
  );
  expect(rows).toEqual([
    { action: 'session.start', before: null, after: { second_factor: false } },
    { action: 'user.update', before: { name: expect.stringMatching(/^Person/) }, after: { name: 'Renamed' } },
    { action: 'user.begin_totp', before: null, after: null },
    { action: 'user.change_password', before: null, after: null },
  ]);
  expect(await api.asOwner((client) => verifyActivity(client, 'HEARST-000'))).toMatchObject({ brokenAt: null });
  const log = api.logged.join('\n');
  expect(log).not.toMatch(/canary password|four words|\$argon2/);
});

describe('where a second factor is demanded', () => {
  let strict: TestApi;
  beforeAll(async () => {
    strict = await openTestApi({ config: { requireTotp: true } });
  });
  afterAll(() => strict.close());

  it('super admins and project managers are sent to set one up first; their own account works', async () => {
    for (const role of ['super_admin', 'project_manager'] as const) {
      const person = await makePerson(strict, { role });
      const cookie = await signIn(strict, person);
      expect((await strict.ask('/api/session', { cookie })).body).toMatchObject({ duty: 'set_up_totp' });
      expect(problem(await strict.ask('/api/projects', { cookie }))).toEqual([403, 'account_duty']);
      for (const path of ['/api/account', '/api/sessions'])
        expect((await strict.ask(path, { cookie })).status).toBe(200);
      const { body } = await strict.ask('/api/account/totp', { method: 'POST', cookie });
      const code = generateSync({ secret: (body as { secret: string }).secret, epoch: strict.now / 1000 });
      const confirmed = await strict.ask('/api/account/totp/confirm', { cookie, json: { code } });
      const renewed = cookieOf(confirmed.headers);
      expect((await strict.ask('/api/projects', { cookie: renewed })).status).toBe(200);
    }
  });

  it('operators and viewers are not', async () => {
    for (const role of ['operator', 'viewer'] as const) {
      const cookie = await signIn(strict, await makePerson(strict, { role }));
      expect((await strict.ask('/api/session', { cookie })).body).toMatchObject({ duty: null });
      expect((await strict.ask('/api/projects', { cookie })).status).toBe(200);
    }
  });
});
