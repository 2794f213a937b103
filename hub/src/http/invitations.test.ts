import { generateSync } from 'otplib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { issueInvitation } from '../auth/invitations.ts';
import { openTestApi, type TestApi } from './testing.ts';
import { cookieOf, makePerson, signIn } from './testing-people.ts';

let api: TestApi;
const DAY = 24 * 3_600_000;
let start: number;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query("insert into projects (project_id, name, status) values ('ONE-001', 'One', 'active')"),
  );
  start = api.now;
});
afterAll(() => api.close());
afterEach(() => {
  start += 30 * DAY;
  api.now = start;
});

const invite = (userId: string) =>
  api.asOwner(async (client) => (await issueInvitation(client, userId, 'test', new Date(api.now))).token);
const accept = (token: string, fields: object = {}, from = '127.0.0.1') =>
  api.ask('/api/invitations/accept', { json: { token, password: 'canary chosen by me', ...fields }, from });
const code = ({ status, body }: { status: number; body: unknown }) => [status, (body as { code?: string }).code];

describe('an invitation', () => {
  it('lets somebody choose a password, and signs them in', async () => {
    const { userId, email } = await makePerson(api, {
      status: 'invited',
      role: 'project_manager',
      projectIds: ['ONE-001'],
    });
    const answer = await accept(await invite(userId), { name: 'Newly named', language: 'en' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      id: userId,
      email,
      name: 'Newly named',
      language: 'en',
      projects: ['ONE-001'],
      duty: null,
    });
    expect((await api.ask('/api/projects/ONE-001', { cookie: cookieOf(answer.headers) })).status).toBe(200);
    await signIn(api, { email, password: 'canary chosen by me' });
    const { rows } = await api.database.owner.query('select name from user_project_access where user_id = $1', [
      userId,
    ]);
    expect(rows).toEqual([{ name: 'Newly named' }]);
    const log = await api.database.owner.query(
      "select action, before, after from activity_logs where project_id = 'HEARST-000' and actor_id = $1 order by seq",
      [userId],
    );
    expect(log.rows.slice(0, 2)).toEqual([
      { action: 'user.accept_invitation', before: { status: 'invited' }, after: { status: 'active' } },
      { action: 'session.start', before: null, after: { second_factor: false } },
    ]);
  });

  it('gives back an account whose password was forgotten, and shuts out whoever had it', async () => {
    const person = await makePerson(api, { oneTime: true });
    const before = await signIn(api, person);
    const answer = await accept(await invite(person.userId));
    expect(answer.body).toMatchObject({ name: expect.stringMatching(/^Person/), duty: null });
    expect((await api.ask('/api/session', { cookie: before })).status).toBe(401);
    await expect(signIn(api, person)).rejects.toThrow('sign_in_refused');
  });

  it('works once, whoever is first', async () => {
    const { userId } = await makePerson(api, { status: 'invited' });
    const token = await invite(userId);
    const answers = await Promise.all(Array.from({ length: 5 }, () => accept(token)));
    expect(answers.map(code).sort()).toEqual([
      [201, undefined],
      ...Array.from({ length: 4 }, () => [403, 'token_used']),
    ]);
    expect(code(await accept(token))).toEqual([403, 'token_used']);
  });

  it('lives 7 days', async () => {
    const { userId } = await makePerson(api, { status: 'invited' });
    const token = await invite(userId);
    api.now = start + 7 * DAY;
    expect(code(await accept(token))).toEqual([403, 'token_expired']);
    api.now = start + 7 * DAY - 1;
    expect((await accept(token)).status).toBe(201);
  });

  it('made by a clock that was wrong counts for nothing', async () => {
    const { userId } = await makePerson(api, { status: 'invited' });
    api.now = start + 365 * DAY;
    const future = await invite(userId);
    api.now = start;
    expect(code(await accept(future))).toEqual([403, 'token_expired']);
    api.now = start - 365 * DAY;
    const past = await invite(userId);
    api.now = start;
    expect(code(await accept(past))).toEqual([403, 'token_expired']);
    // Two hubs' clocks may differ by a little.
    const token = await invite(userId);
    api.now = start - 60_000;
    expect((await accept(token)).status).toBe(201);
  });

  it('ends with a newer one, with a change of password, and with the account', async () => {
    const person = await makePerson(api);
    const old = await invite(person.userId);
    const newer = await invite(person.userId);
    expect(code(await accept(old))).toEqual([403, 'token_expired']);
    const cookie = await signIn(api, person);
    const changed = { current_password: person.password, new_password: 'four words are better' };
    await api.ask('/api/account/password', { cookie, json: changed });
    expect(code(await accept(newer))).toEqual([403, 'token_expired']);
    const last = await invite(person.userId);
    await api.asOwner((client) =>
      client.query("update users set status = 'disabled' where user_id = $1", [person.userId]),
    );
    expect(code(await accept(last))).toEqual([403, 'forbidden']);
    const { rows } = await api.database.owner.query('select status from users where user_id = $1', [person.userId]);
    expect(rows).toEqual([{ status: 'disabled' }]);
  });

  it('is not used up by a password that will not do', async () => {
    const { userId, email } = await makePerson(api, { status: 'invited' });
    const token = await invite(userId);
    for (const [password, fault] of [
      ['short', 'too_short'],
      [email, 'personal'],
      ['Newly named person', 'personal'],
    ] as const) {
      const { body } = await accept(token, { password, name: 'Newly named person' });
      expect(body).toMatchObject({ errors: [{ pointer: '/password', code: fault }] });
    }
    expect((await accept(token)).status).toBe(201);
  });

  it('does not stand in for the second factor', async () => {
    const person = await makePerson(api);
    const cookie = await signIn(api, person);
    const { body } = await api.ask('/api/account/totp', { method: 'POST', cookie });
    const { secret } = body as { secret: string };
    const totp = () => generateSync({ secret, epoch: api.now / 1000 });
    await api.ask('/api/account/totp/confirm', { cookie, json: { code: totp() } });
    api.now += 60_000;
    const token = await invite(person.userId);
    expect(code(await accept(token))).toEqual([401, 'totp_required']);
    for (let i = 0; i < 6; i++)
      expect(code(await accept(token, { totp: `00000${i}` }))).toEqual([401, 'sign_in_refused']);
    expect(code(await accept(token, { totp: '000006' }))).toEqual([429, 'too_many_requests']);
    api.now += 60_000;
    expect((await accept(token, { totp: totp() })).body).toMatchObject({ totp_enabled: true });
  });

  it('is not to be guessed', async () => {
    const from = '10.66.0.9';
    for (let i = 0; i < 10; i++) expect(code(await accept(`hiv_${i}`, {}, from))).toEqual([403, 'token_unknown']);
    const refused = await accept('hiv_10', {}, from);
    expect(code(refused)).toEqual([429, 'too_many_requests']);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    const { userId } = await makePerson(api, { status: 'invited' });
    expect((await accept(await invite(userId), {}, '10.66.0.10')).status).toBe(201);
  });

  it.each([
    ['\u0000', 422, 'invalid_request'],
    ['\ud800', 422, 'invalid_request'],
    ["' or 1=1 --", 403, 'token_unknown'],
    ['hiv_', 403, 'token_unknown'],
  ])('%j opens nothing', async (token, status, refusal) => {
    expect(code(await accept(token, {}, '10.66.1.1'))).toEqual([status, refusal]);
  });

  it('is kept as a hash, and never logged', async () => {
    const { userId } = await makePerson(api, { status: 'invited' });
    const token = await invite(userId);
    const { rows } = await api.database.owner.query(
      'select i::text as everything from invitations i where user_id = $1',
      [userId],
    );
    expect(rows[0].everything).not.toContain(token);
    await accept(token);
    const log = api.logged.join('\n');
    expect(log).not.toContain('hiv_');
    expect(log).not.toContain('canary chosen');
    expect(log).toContain('invitation_accepted');
  });
});
