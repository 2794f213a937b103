import * as argon2 from '@node-rs/argon2';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { hashSecret } from '../auth/secrets.ts';
import { openTestApi, type TestApi } from './testing.ts';
import { cookieOf, makePerson, signIn, type TestPerson } from './testing-people.ts';

vi.mock('@node-rs/argon2', { spy: true });
afterEach(() => vi.clearAllMocks());

let api: TestApi;
/** Every answer of this file, with what its body said: secrets are looked for in them at the end. */
const bodies: string[] = [];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Time goes on from test to test, so that the failures of one do not hold up the next. */
let start: number;

beforeAll(async () => {
  api = await openTestApi();
  const { ask } = api;
  Object.assign(api, {
    ask: async (...args: Parameters<typeof ask>) => {
      const answer = await ask(...args);
      bodies.push(JSON.stringify(answer.body));
      return answer;
    },
  });
  await api.asOwner((client) =>
    client.query(
      "insert into projects (project_id, name, status) values ('ONE-001', 'One', 'active'), ('TWO-001', 'Two', 'active')",
    ),
  );
  start = api.now;
});
afterAll(() => api.close());
afterEach(() => {
  start += 48 * HOUR;
  api.now = start;
});

const attempt = (json: unknown, options: object = {}) => api.ask('/api/session', { json, ...options });
const who = (cookie: string) => api.ask('/api/session', { cookie });

/** Signs in with a wrong password; answers the status. */
const miss = async (email: string, from = '127.0.0.1') =>
  (await attempt({ email, password: 'canary wrong password' }, { from })).status;

describe('signing in', () => {
  it('says who one is, and gives a cookie that no script and no other host gets', async () => {
    const person = await makePerson(api, { projectIds: ['TWO-001', 'ONE-001'] });
    const answer = await attempt({ email: ` ${person.email.toUpperCase()} `, password: person.password });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      kind: 'user',
      id: person.userId,
      name: expect.stringMatching(/^Person /),
      email: person.email,
      language: 'fr',
      role: 'operator',
      projects: ['ONE-001', 'TWO-001'],
      verbs: ['read', 'write'],
      duty: null,
      totp_enabled: false,
      session_id: expect.any(String),
      proved_at: new Date(api.now).toISOString(),
    });
    const [cookie, ...attributes] = answer.headers.getSetCookie()[0]!.split('; ');
    expect(cookie).toMatch(/^__Host-hearst=[A-Za-z0-9_-]{43}$/);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Lax', 'Secure']);
    expect((await who(cookie!)).body).toEqual(answer.body);
    expect((await api.ask('/api/projects', { cookie: cookie! })).body).toMatchObject({ total: 2 });
  });

  it('keeps of the token nothing but its hash', async () => {
    const person = await makePerson(api);
    const token = (await signIn(api, person)).split('=')[1]!;
    const { rows } = await api.database.owner.query(
      'select token_hash, s::text as everything from sessions s where user_id = $1',
      [person.userId],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].token_hash).toEqual(hashSecret(token));
    expect(rows[0].everything).not.toContain(token);
  });

  it('ends the session that the browser had, whoever that was', async () => {
    const first = await signIn(api, await makePerson(api));
    const person = await makePerson(api);
    const second = await signIn(api, person, { cookie: first });
    const third = await signIn(api, person, { cookie: second });
    expect([(await who(first)).status, (await who(second)).status, (await who(third)).status]).toEqual([401, 401, 200]);
  });

  it('lasts 7 days, a super admin 8 hours, and 12 hours without use', async () => {
    const admin = await signIn(api, await makePerson(api, { role: 'super_admin' }));
    const operator = await signIn(api, await makePerson(api));
    const idle = await signIn(api, await makePerson(api));
    for (let hours = 1; hours < 8; hours++) {
      api.now = start + hours * HOUR;
      expect([(await who(admin)).status, (await who(operator)).status]).toEqual([200, 200]);
    }
    api.now = start + 8 * HOUR;
    expect([(await who(admin)).status, (await who(operator)).status]).toEqual([401, 200]);
    api.now = start + 12 * HOUR;
    expect([(await who(idle)).status, (await who(operator)).status]).toEqual([401, 200]);
    for (let hours = 20; hours < 7 * 24; hours += 10) {
      api.now = start + hours * HOUR;
      expect((await who(operator)).status).toBe(200);
    }
    api.now = start + 7 * 24 * HOUR;
    expect((await who(operator)).status).toBe(401);
    start = api.now;
  });

  it('a session whose time cannot be true counts for nothing', async () => {
    const person = await makePerson(api);
    api.now += 365 * 24 * HOUR;
    const future = await signIn(api, person);
    expect((await who(future)).status).toBe(200);
    api.now = start;
    expect((await who(future)).status).toBe(401);
    const soon = await signIn(api, person, { cookie: future });
    api.now = start - MINUTE;
    expect((await who(soon)).status).toBe(200);
  });
});

describe('whatever is wrong', () => {
  let person: TestPerson;
  let disabled: TestPerson;
  let invited: TestPerson;
  beforeAll(async () => {
    person = await makePerson(api);
    disabled = await makePerson(api, { status: 'disabled' });
    invited = await makePerson(api, { status: 'invited' });
  });

  it('is answered in the same words, and costs one password hash and no cookie', async () => {
    const cases = [
      { email: person.email, password: 'canary wrong password' },
      { email: 'nobody@example.com', password: 'canary wrong password' },
      { email: disabled.email, password: disabled.password },
      { email: invited.email, password: invited.password },
      { email: 'admin@localhost', password: "' or 1=1 --" },
    ];
    const answers = [];
    for (const json of cases) {
      vi.clearAllMocks();
      const { status, headers, body } = await attempt(json);
      expect(argon2.verify).toHaveBeenCalledTimes(1);
      expect(headers.getSetCookie()).toEqual([]);
      answers.push([status, headers.get('Retry-After'), { ...(body as object), request_id: '' }]);
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject([401, null, { code: 'sign_in_refused' }]);
  });

  it('is answered in the asker’s language', async () => {
    const headers = { 'Accept-Language': 'fr' };
    const { body } = await attempt({ email: person.email, password: 'canary wrong password' }, { headers });
    expect(body).toMatchObject({ code: 'sign_in_refused', title: 'La connexion est refusée' });
  });

  it.each([
    ['a NUL in the password', { password: '\u0000' }, 422],
    ['quotes in the password', { password: `'"\\;--` }, 401],
    ['200 emoji', { password: '🔑'.repeat(200) }, 401],
    ['half a character', { password: '\ud800'.repeat(12) }, 422],
    ['10 kB of password', { password: 'x'.repeat(10_000) }, 422],
    ['no password', { password: '' }, 422],
    ['a NUL in the address', { email: 'a\u0000@example.com' }, 422],
    ['a quote in the address', { email: "a'or''='@example.com" }, 422],
    ['half a character in the address', { email: 'a\ud800@example.com' }, 422],
    ['10 kB of address', { email: `${'x'.repeat(10_000)}@example.com` }, 422],
    ['a line break in the address', { email: 'a@example.com\r\nSet-Cookie: x' }, 422],
    ['a list', { email: ['a@example.com'] }, 422],
    ['another field', { role: 'super_admin' }, 422],
    ['a code that is none', { totp: '\u0000\u0000' }, 422],
    ['a long code', { totp: '1'.repeat(1000) }, 422],
  ])('%s is a clear refusal', async (_, fields, status) => {
    const answer = await attempt({ email: 'x@example.com', password: 'canary wrong password', ...fields });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code: status === 401 ? 'sign_in_refused' : 'invalid_request' });
  });

  it('a body that is no JSON, or of another kind, is refused', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await attempt('email=a@example.com&password=x', { headers })).status).toBe(415);
    expect((await attempt('{"email":')).status).toBe(400);
  });
});

describe('guessing', () => {
  it('gets slower and slower, with Retry-After, for an account and for none alike', async () => {
    const { email } = await makePerson(api);
    const story = async (account: string, from: string) => {
      api.now = start;
      const told: [number, string | null][] = [];
      for (let waits = 0; waits < 12; ) {
        const { status, headers } = await attempt({ email: account, password: `guess ${told.length}` }, { from });
        told.push([status, headers.get('Retry-After')]);
        if (status !== 429) continue;
        api.now += Number(headers.get('Retry-After')) * 1000;
        waits++;
      }
      return told;
    };
    const known = await story(email, '10.0.0.1');
    expect(await story('nobody@example.com', '10.0.0.2')).toEqual(known);
    const waits = known.filter(([status]) => status === 429).map(([, wait]) => Number(wait));
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  it('of 50 at once lets no more through than one after another', async () => {
    const { email } = await makePerson(api);
    const statuses = await Promise.all(Array.from({ length: 50 }, (_, i) => miss(email, `10.0.3.${i}`)));
    expect(statuses.filter((status) => status === 401)).toHaveLength(6);
    expect(argon2.verify).toHaveBeenCalledTimes(6);
    expect(statuses.filter((status) => status === 429)).toHaveLength(44);
  });

  it('holds up nobody for good: the right password opens as soon as the wait is over', async () => {
    const person = await makePerson(api);
    for (let i = 0; i < 6; i++) await miss(person.email, `10.0.4.${i}`);
    const { email, password } = person;
    expect((await attempt({ email, password })).status).toBe(429);
    api.now += 1000;
    expect((await attempt({ email, password })).status).toBe(201);
    // And what went before is forgotten.
    expect(await Promise.all([1, 2, 3, 4, 5].map(() => miss(email)))).toEqual([401, 401, 401, 401, 401]);
  });

  it('over many accounts from one address is slowed down, an IPv6 one by its /64', async () => {
    const from = (i: number) => `2001:db8:1:2::${i.toString(16)}`;
    let refused = 0;
    for (let i = 0; i < 60; i++) if ((await miss(`spray-${i}@example.com`, from(i))) === 429) refused++;
    expect(refused).toBe(29);
    expect(await miss('spray-61@example.com', '2001:db8:1:3::1')).toBe(401);
  });

  it('from behind a proxy is counted by what the proxy says, and without one that is not believed', async () => {
    const headers = (i: number) => ({ 'X-Forwarded-For': `10.7.0.${i}` });
    let refused = 0;
    for (let i = 0; i < 40; i++) {
      const json = { email: `fwd-${i}@example.com`, password: 'canary wrong password' };
      if ((await attempt(json, { from: '10.0.5.1', headers: headers(i) })).status === 429) refused++;
    }
    expect(refused).toBe(9);
  });

  it('of ten thousand passwords gets through few, whatever it waits', async () => {
    const { email } = await makePerson(api);
    // Two and a half hours of an attempt every nine seconds; the rest of the ten thousand fare no better.
    let read = 0;
    for (let i = 0; i < 1000; i++, api.now += 9_000)
      if ((await miss(email, `10.8.${i >> 8}.${i & 255}`)) === 401) read++;
    expect(read).toBeLessThan(30);
  }, 120_000);
});

describe('another site’s page', () => {
  it.each([
    { Origin: 'https://evil.example' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'null' },
  ])('%j signs nobody in or out and changes nothing', async (headers) => {
    const person = await makePerson(api);
    const cookie = await signIn(api, person);
    const requests: [string, string, object?][] = [
      ['POST', '/api/session', { email: person.email, password: person.password }],
      ['DELETE', '/api/session'],
      ['POST', '/api/session/proof', { password: person.password }],
      ['DELETE', '/api/sessions'],
      ['PUT', '/api/account', { name: 'Hijacked' }],
      ['POST', '/api/account/password', { current_password: person.password, new_password: 'chosen by another site' }],
      ['POST', '/api/account/totp'],
      ['POST', '/api/invitations/accept', { token: 'hiv_x', password: 'chosen by another site' }],
    ];
    for (const [method, path, json] of requests) {
      const answer = await api.ask(path, { method, cookie, headers, ...(json && { json }) });
      expect([answer.status, (answer.body as { code: string }).code], path).toEqual([403, 'cross_site']);
    }
    expect((await who(cookie)).body).toMatchObject({ name: expect.stringMatching(/^Person/) });
  });
});

describe('signing out', () => {
  it('ends the session at once and empties the cookie, also when done twice or by nobody', async () => {
    const person = await makePerson(api);
    const cookie = await signIn(api, person);
    const other = await signIn(api, person);
    for (const options of [{ cookie }, { cookie }, {}, { cookie: '__Host-hearst=nonsense' }]) {
      const answer = await api.ask('/api/session', { method: 'DELETE', ...options });
      expect(answer.status).toBe(204);
      expect(answer.headers.getSetCookie()).toEqual([
        '__Host-hearst=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
      ]);
      expect((await who(cookie)).status).toBe(401);
    }
    expect((await who(other)).status).toBe(200);
  });
});

describe('who is asking', () => {
  it('is told to keys too', async () => {
    const key = await api.makeKey('viewer', ['ONE-001']);
    const { body } = await api.ask('/api/session', { key });
    expect(body).toMatchObject({
      kind: 'api_key',
      id: `key:${key.slice(4, 16)}`,
      name: 'test viewer',
      role: 'viewer',
      projects: ['ONE-001'],
      verbs: ['read', 'write'],
      email: null,
      language: null,
      duty: null,
      session_id: null,
    });
    const admin = await api.ask('/api/session', { key: await api.makeKey('super_admin') });
    expect(admin.body).toMatchObject({ role: 'super_admin', projects: ['ONE-001', 'TWO-001'] });
  });

  it.each([
    ['nobody', {}],
    ['an unknown session', { cookie: `__Host-hearst=${'A'.repeat(43)}` }],
    ['a hostile cookie', { cookie: `__Host-hearst='; drop table sessions; --` }],
    ['a broken cookie', { cookie: '__Host-hearst=%E0%A4%A' }],
    ['a malformed key', { headers: { Authorization: 'Bearer hck_x' } }],
  ])('as %s is 401', async (_, options) => {
    const answer = await api.ask('/api/session', options);
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([401, 'unauthenticated']);
  });

  it('changes at once with the role, the projects and the status', async () => {
    const { userId, ...person } = await makePerson(api, { role: 'operator', projectIds: ['ONE-001'] });
    const cookie = await signIn(api, person);
    const set = (assignment: string) =>
      api.asOwner((client) => client.query(`update users set ${assignment} where user_id = $1`, [userId]));
    await set("role = 'viewer'");
    expect((await who(cookie)).body).toMatchObject({ role: 'viewer' });
    await api.asOwner((client) => client.query('delete from user_project_access where user_id = $1', [userId]));
    expect((await api.ask('/api/projects/ONE-001', { cookie })).status).toBe(404);
    await set("status = 'disabled'");
    expect((await who(cookie)).status).toBe(401);
    await set("status = 'active', role = 'super_admin'");
    expect((await who(cookie)).body).toMatchObject({ role: 'super_admin', projects: ['ONE-001', 'TWO-001'] });
    // A super admin's session ends after 8 hours, also one that began as somebody else's.
    api.now += 8 * HOUR;
    expect((await who(cookie)).status).toBe(401);
  });
});

it('is in the activity log, chained like every change', async () => {
  const person = await makePerson(api);
  await signIn(api, person, { from: '10.0.0.9' });
  const { rows } = await api.database.owner.query(
    "select * from activity_logs where project_id = 'HEARST-000' and actor_id = $1",
    [person.userId],
  );
  expect(rows).toMatchObject([
    {
      action: 'session.start',
      actor_kind: 'user',
      address: '10.0.0.9',
      target_type: 'session',
      after: { second_factor: false },
    },
  ]);
});

it('no password, token or hash is ever logged or answered', async () => {
  const { rows } = await api.database.owner.query(
    `select string_agg(encode(token_hash, 'hex'), ' ') as tokens from sessions`,
  );
  const log = api.logged.join('\n');
  const said = bodies.join('\n');
  expect(log.length).toBeGreaterThan(10_000);
  expect(said.length).toBeGreaterThan(10_000);
  for (const text of [log, said]) {
    expect(text).not.toMatch(/canary (wrong )?password/);
    expect(text).not.toMatch(/\$argon2/);
    for (const token of rows[0].tokens.split(' ')) expect(text).not.toContain(token);
  }
  // What was typed into the field of the address may be a password.
  expect(log).not.toMatch(/@example\.com/);
  const cookie = cookieOf((await attempt(await personWithPassword())).headers);
  expect(log + said).not.toContain(cookie.split('=')[1]);
});

async function personWithPassword() {
  const { email, password } = await makePerson(api);
  return { email, password };
}
