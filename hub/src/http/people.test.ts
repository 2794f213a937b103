import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let manager: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner(async (client) => {
    await client.query("insert into projects (project_id, name) values ('ONE-001', 'One'), ('TWO-001', 'Two')");
  });
  admin = await api.makeKey('super_admin');
  manager = await api.makeKey('project_manager', ['ONE-001']);
});
afterAll(() => api.close());

interface Invited {
  user_id: string;
  invitation: { token: string; expires_at: string };
}

const PASSWORD = 'a long enough passphrase';
const invite = (fields: object) => api.ask('/api/users', { key: admin, json: fields });
const put = (id: string, fields: object, headers = {}) =>
  api.ask(`/api/users/${id}`, { key: admin, method: 'PUT', json: fields, headers });

/** Adds a person who accepts at once; answers their id and session. */
async function join(email: string, role: string, projects: string[]) {
  const { user_id, invitation } = (await invite({ email, role, project_ids: projects })).body as Invited;
  const accepted = await api.ask('/api/invitations/accept', { json: { token: invitation.token, password: PASSWORD } });
  expect(accepted.status, JSON.stringify(accepted.body)).toBeLessThan(300);
  return { id: user_id, cookie: accepted.headers.get('Set-Cookie')!.split(';')[0]! };
}

describe('a person', () => {
  it('is invited, chooses a password, and sees the projects given', async () => {
    const invited = await invite({ email: 'Ann@Example.com', role: 'operator', project_ids: ['one-001'] });
    expect(invited.status).toBe(201);
    expect(invited.body).toMatchObject({
      email: 'ann@example.com',
      status: 'invited',
      project_ids: ['ONE-001'],
      invitation: { token: expect.any(String), expires_at: expect.any(String) },
    });
    const { token } = (invited.body as Invited).invitation;
    const accept = () => api.ask('/api/invitations/accept', { json: { token, password: PASSWORD } });
    const cookie = (await accept()).headers.get('Set-Cookie')!.split(';')[0]!;
    const seen = await api.ask('/api/projects', { cookie });
    expect(seen.body).toMatchObject({ total: 1, data: [{ project_id: 'ONE-001' }] });
    expect((await accept()).body).toMatchObject({ code: 'token_used' });
  });

  it.each([
    [{ email: 'nowhere', role: 'viewer', project_ids: ['ONE-001'] }, 422, '/email'],
    [{ email: 'x@example.com', role: 'king', project_ids: ['ONE-001'] }, 422, '/role'],
    [{ email: 'x@example.com', role: 'viewer', project_ids: [] }, 422, '/project_ids'],
    [{ email: 'x@example.com', role: 'super_admin', project_ids: ['ONE-001'] }, 422, '/project_ids'],
    [{ email: 'x@example.com', role: 'viewer', project_ids: ['THREE-001'] }, 422, '/project_ids'],
  ])('%j is refused at its place', async (fields, status, pointer) => {
    const answer = await invite(fields);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ errors: [{ pointer }] });
  });

  it('has an address of their own', async () => {
    await invite({ email: 'twice@example.com', role: 'viewer', project_ids: ['ONE-001'] });
    const again = await invite({ email: 'TWICE@example.com', role: 'viewer', project_ids: ['ONE-001'] });
    expect([again.status, (again.body as { code: string }).code]).toEqual([409, 'already_exists']);
    const { id } = await join('other@example.com', 'viewer', ['ONE-001']);
    expect((await put(id, { email: 'twice@example.com' })).body).toMatchObject({ code: 'already_exists' });
  });

  it('sees other projects as soon as they are given, in a new session', async () => {
    const { id, cookie } = await join('moved@example.com', 'viewer', ['ONE-001']);
    expect((await put(id, { project_ids: ['TWO-001'] })).body).toMatchObject({ project_ids: ['TWO-001'] });
    expect((await api.ask('/api/projects', { cookie })).status).toBe(401);
    const signedIn = await api.ask('/api/session', { json: { email: 'moved@example.com', password: PASSWORD } });
    const fresh = signedIn.headers.get('Set-Cookie')!.split(';')[0]!;
    expect((await api.ask('/api/projects', { cookie: fresh })).body).toMatchObject({
      data: [{ project_id: 'TWO-001' }],
    });
  });

  it('who is disabled is out at once and stays out', async () => {
    const { id, cookie } = await join('gone@example.com', 'operator', ['ONE-001']);
    expect((await put(id, { status: 'disabled' })).status).toBe(200);
    expect((await api.ask('/api/projects', { cookie })).status).toBe(401);
    const again = await api.ask('/api/session', { json: { email: 'gone@example.com', password: PASSWORD } });
    expect(again.status).toBe(401);
    expect((await api.ask(`/api/users/${id}/invitation`, { key: admin, method: 'POST' })).status).toBe(409);
  });

  it('who forgot the password is invited again; the first invitation ends', async () => {
    const { body } = await invite({ email: 'forgot@example.com', role: 'viewer', project_ids: ['ONE-001'] });
    const { user_id, invitation } = body as Invited;
    const again = await api.ask(`/api/users/${user_id}/invitation`, { key: admin, method: 'POST' });
    const first = await api.ask('/api/invitations/accept', { json: { token: invitation.token, password: PASSWORD } });
    expect(first.body).toMatchObject({ code: 'token_expired' });
    const { token } = again.body as { token: string };
    const second = await api.ask('/api/invitations/accept', { json: { token, password: PASSWORD } });
    expect(second.status).toBeLessThan(300);
  });

  it('edited by two people: the second sees what stands there now', async () => {
    const { id } = await join('edited@example.com', 'viewer', ['ONE-001']);
    const tag = (await api.ask(`/api/users/${id}`, { key: admin })).headers.get('ETag')!;
    expect((await put(id, { name: 'First' }, { 'If-Match': tag })).status).toBe(200);
    const second = await put(id, { name: 'Second' }, { 'If-Match': tag });
    expect([second.status, (second.body as { current: { name: string } }).current.name]).toEqual([412, 'First']);
  });

  it('the last super admin can be neither disabled nor made less, however many try at once', async () => {
    const one = await join('chief@example.com', 'super_admin', []);
    const two = await join('deputy@example.com', 'super_admin', []);
    const answers = await Promise.all([
      put(one.id, { role: 'viewer', project_ids: ['ONE-001'] }),
      put(two.id, { status: 'disabled' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('who may see and change people', () => {
  it('is the super admin alone; a manager sees who has access to own projects', async () => {
    await join('member@example.com', 'viewer', ['ONE-001']);
    await join('stranger@example.com', 'viewer', ['TWO-001']);
    for (const path of ['/api/users', '/api/projects/TWO-001/people'])
      expect((await api.ask(path, { key: manager })).status).toBe(path === '/api/users' ? 403 : 404);
    const { body } = await api.ask('/api/projects/ONE-001/people', { key: manager });
    expect(JSON.stringify(body)).toContain('member@example.com');
    expect(JSON.stringify(body)).not.toContain('stranger@example.com');
  });

  it('needs a password shown not long ago', async () => {
    const { cookie } = await join('keeper@example.com', 'super_admin', []);
    const ask = () =>
      api.ask('/api/users', { cookie, json: { email: `n${api.now}@example.com`, role: 'super_admin' } });
    expect((await ask()).status).toBe(201);
    api.now += 16 * 60_000;
    expect((await ask()).body).toMatchObject({ code: 'proof_required' });
    await api.ask('/api/session/proof', { cookie, json: { password: PASSWORD } });
    expect((await ask()).status).toBe(201);
  });

  it('lists by filter and in pages', async () => {
    const page = await api.ask('/api/users?limit=2', { key: admin });
    const { next_cursor, data } = page.body as { next_cursor: string; data: { email: string }[] };
    const rest = await api.ask(`/api/users?limit=500&cursor=${next_cursor}`, { key: admin });
    const emails = (rest.body as { data: { email: string }[] }).data.map(({ email }) => email);
    expect(emails).not.toContain(data[1]!.email);
    expect(emails.length + 2).toBe((page.body as { total: number }).total);
    const admins = await api.ask('/api/users?role=super_admin&status=active', { key: admin });
    const roles = (admins.body as { data: { role: string }[] }).data.map(({ role }) => role);
    expect(new Set(roles)).toEqual(new Set(['super_admin']));
  });

  it('leaves a trace that holds no secret', async () => {
    const { rows } = await api.database.owner.query<{ line: string }>(
      "select activity_logs::text as line from activity_logs where project_id = 'HEARST-000'",
    );
    expect(rows.map(({ line }) => line).join('\n')).toContain('user.invite');
    expect(rows.map(({ line }) => line).join('\n')).not.toMatch(/hiv_|argon2|a long enough/);
    expect(api.logged.join('\n')).not.toMatch(/hiv_|argon2|a long enough/);
  });
});

describe('API keys', () => {
  const create = (key: string, fields: object) => api.ask('/api/keys', { key, json: fields });

  it('are shown once, work within their verbs, and end when revoked', async () => {
    const made = await create(admin, { name: 'reader', role: 'project_manager', project_ids: ['ONE-001'] });
    expect(made.body).toMatchObject({ name: 'reader', verbs: ['read'], key: expect.stringMatching(/^hck_/) });
    const { key, key_id } = made.body as { key: string; key_id: string };
    expect((await api.ask('/api/projects/ONE-001', { key })).status).toBe(200);
    const write = await api.ask('/api/projects/ONE-001', { key, method: 'PUT', json: { name: 'Uno' } });
    expect([write.status, (write.body as { code: string }).code]).toEqual([403, 'read_only_key']);
    expect(JSON.stringify((await api.ask('/api/keys', { key: admin })).body)).not.toContain(key.slice(17));
    expect((await api.ask(`/api/keys/${key_id}`, { key: admin, method: 'DELETE' })).status).toBe(204);
    expect((await api.ask('/api/projects/ONE-001', { key })).status).toBe(401);
    expect((await api.ask(`/api/keys/${key_id}`, { key: admin, method: 'DELETE' })).status).toBe(204);
  });

  it('of a manager are for one own project and no mightier than a manager', async () => {
    const wish = { name: 'mine', verbs: ['read', 'write'] };
    expect((await create(manager, { ...wish, role: 'operator', project_ids: ['ONE-001'] })).status).toBe(201);
    expect((await create(manager, { ...wish, role: 'super_admin', project_ids: [] })).status).toBe(403);
    expect((await create(manager, { ...wish, role: 'operator', project_ids: ['TWO-001'] })).status).toBe(404);
    expect((await create(manager, { ...wish, role: 'operator', project_ids: ['ONE-001', 'TWO-001'] })).status).toBe(
      403,
    );
    const { body } = await create(admin, { ...wish, role: 'operator', project_ids: ['TWO-001'] });
    const foreign = (body as { key_id: string }).key_id;
    expect((await api.ask(`/api/keys/${foreign}`, { key: manager, method: 'DELETE' })).status).toBe(404);
    expect(JSON.stringify((await api.ask('/api/keys', { key: manager })).body)).not.toContain(foreign);
  });

  it('expire', async () => {
    const at = (ms: number) => new Date(api.now + ms).toISOString();
    const wish = { name: 'short', role: 'viewer', project_ids: ['ONE-001'] };
    expect((await create(admin, { ...wish, expires_at: at(-1000) })).status).toBe(422);
    const { key } = (await create(admin, { ...wish, expires_at: at(1000) })).body as { key: string };
    expect((await api.ask('/api/projects', { key })).status).toBe(200);
    api.now += 1001;
    expect((await api.ask('/api/projects', { key })).status).toBe(401);
  });

  it('made twice under one idempotency key are one key, told twice', async () => {
    const headers = { 'Idempotency-Key': 'one-key' };
    const json = { name: 'once', role: 'viewer', project_ids: ['ONE-001'] };
    const [first, second] = [
      await api.ask('/api/keys', { key: admin, json, headers }),
      await api.ask('/api/keys', { key: admin, json, headers }),
    ];
    expect(second.body).toEqual(first.body);
    const { key } = first.body as { key: string };
    const { rows } = await api.database.owner.query<{ answer: Buffer }>('select answer from idempotency_keys');
    expect(Buffer.concat(rows.map(({ answer }) => answer)).includes(key)).toBe(false);
  });
});
