import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyActivity } from '../activity/verify.ts';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let manager: string;

beforeAll(async () => {
  api = await openTestApi();
  admin = await api.makeKey('super_admin');
  manager = await api.makeKey('project_manager', ['ONE-001']);
});
afterAll(() => api.close());

const create = (fields: object, headers = {}) => api.ask('/api/projects', { key: admin, json: fields, headers });
const put = (id: string, fields: object, { key = admin, headers = {} } = {}) =>
  api.ask(`/api/projects/${id}`, { key, method: 'PUT', json: fields, headers });

describe('a project', () => {
  it('needs only an id and a name, and is planned until somebody says otherwise', async () => {
    const made = await create({ project_id: 'one-001', name: 'One' });
    expect(made.status).toBe(201);
    expect(made.headers.get('Location')).toBe('/api/projects/ONE-001');
    expect(made.body).toMatchObject({ project_id: 'ONE-001', type: 'mining', status: 'planned', hashrate_ths: null });
    expect((await create({ project_id: 'ONE-001', name: 'Again' })).body).toMatchObject({ code: 'already_exists' });
  });

  it.each([
    [{ name: 'No id' }, '/project_id'],
    [{ project_id: 'two', name: 'Two' }, '/project_id'],
    [{ project_id: 'HEARST-000', name: 'Reserved' }, '/project_id'],
    [{ project_id: 'TWO-001', name: '' }, '/name'],
    [{ project_id: 'TWO-001', name: 'Two', capex_usd: '1' }, '/capex_usd'],
    [{ project_id: 'TWO-001', name: 'Two', time_zone: 'Mars/Base' }, '/time_zone'],
    [{ project_id: 'TWO-001', name: 'Two', hashrate_ths: 1 }, '/hashrate_ths'],
    [{ project_id: 'TWO-001', name: 'Two', retention_raw_days: 0 }, '/retention_raw_days'],
    [{ project_id: 'TWO-001', name: 'Two', retention_fine_days: 3651 }, '/retention_fine_days'],
    [{ project_id: 'TWO-001', name: 'Two', retention_fine_days: 1.5 }, '/retention_fine_days'],
  ])('%j is refused at its place, in both languages', async (fields, pointer) => {
    const en = await create(fields);
    const fr = await create(fields, { 'Accept-Language': 'fr-FR,fr;q=0.9,en;q=0.5' });
    expect(en.status).toBe(422);
    expect(en.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer, code: expect.any(String) }] });
    const message = ({ body }: { body: { errors: { message: string }[] } }) => body.errors[0]!.message;
    expect(message(fr)).not.toBe(message(en));
    expect(fr.body).toMatchObject({ code: 'invalid_request', title: 'La requête contient une valeur refusée' });
  });

  it('takes the fields given and keeps the rest', async () => {
    const changed = await put('ONE-001', { target_power_mw: 20, metadata: { grid: { voltage_kv: 33 } } });
    expect(changed.body).toMatchObject({ name: 'One', target_power_mw: 20, metadata: { grid: { voltage_kv: 33 } } });
  });

  it('says how long its history is kept, which managers shorten and the log remembers', async () => {
    await create({ project_id: 'KEEP-001', name: 'Keep', retention_fine_days: 3650 });
    const { body } = await api.ask('/api/projects/KEEP-001', { key: admin });
    expect(body).toMatchObject({ retention_raw_days: 30, retention_fine_days: 3650 });
    const keeper = await api.makeKey('project_manager', ['KEEP-001']);
    const shortened = await put('KEEP-001', { retention_raw_days: 1 }, { key: keeper });
    expect(shortened.body).toMatchObject({ retention_raw_days: 1, retention_fine_days: 3650 });
    const { rows } = await api.database.owner.query(
      "select before, after from activity_logs where project_id = 'KEEP-001' order by seq desc limit 1",
    );
    expect(rows).toEqual([{ before: { retention_raw_days: 30 }, after: { retention_raw_days: 1 } }]);
  });

  it('edited by two people: the second sees what stands there now', async () => {
    const first = await api.ask('/api/projects/ONE-001', { key: admin });
    const tag = first.headers.get('ETag')!;
    expect((await put('ONE-001', { name: 'Uno' }, { headers: { 'If-Match': tag } })).status).toBe(200);
    const second = await put('ONE-001', { name: 'Ein' }, { key: manager, headers: { 'If-Match': tag } });
    expect(second.status).toBe(412);
    expect(second.body).toMatchObject({ code: 'changed_meanwhile', current: { project_id: 'ONE-001', name: 'Uno' } });
    const now = (await api.ask('/api/projects/ONE-001', { key: manager })).headers.get('ETag')!;
    expect((await put('ONE-001', { name: 'Ein' }, { key: manager, headers: { 'If-Match': now } })).status).toBe(200);
  });

  it('is not sent again to whoever has it already', async () => {
    const { headers } = await api.ask('/api/projects/ONE-001', { key: admin });
    const known = { 'If-None-Match': headers.get('ETag')! };
    const again = await api.ask('/api/projects/ONE-001', { key: admin, headers: known });
    expect([again.status, again.body]).toEqual([304, '']);
    await put('ONE-001', { location: 'Muscat' });
    expect((await api.ask('/api/projects/ONE-001', { key: admin, headers: known })).status).toBe(200);
  });

  it('is archived by a super admin alone, in either way, and answers still', async () => {
    expect((await put('ONE-001', { status: 'archived' }, { key: manager })).body).toMatchObject({ code: 'forbidden' });
    await create({ project_id: 'OLD-001', name: 'Old' });
    const removed = await api.ask('/api/projects/OLD-001', { key: admin, method: 'DELETE' });
    expect([removed.status, removed.body]).toEqual([204, '']);
    expect((await api.ask('/api/projects/OLD-001', { key: admin })).body).toMatchObject({ status: 'archived' });
    const { body } = await api.ask('/api/projects', { key: admin });
    expect(JSON.stringify(body)).not.toContain('OLD-001');
  });

  it('is not archived while an agent is enrolled', async () => {
    await create({ project_id: 'BUSY-001', name: 'Busy' });
    await api.asOwner((client) =>
      client.query(
        `insert into agents (project_id, agent_id, name, secret_hash, hmac_key)
         values ('BUSY-001', gen_random_uuid(), 'edge', '', '')`,
      ),
    );
    const refused = await api.ask('/api/projects/BUSY-001', { key: admin, method: 'DELETE' });
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([409, 'conflict']);
    await api.asOwner((client) => client.query("update agents set status = 'revoked' where project_id = 'BUSY-001'"));
    expect((await api.ask('/api/projects/BUSY-001', { key: admin, method: 'DELETE' })).status).toBe(204);
  });

  it('is purged only once archived, with all it holds', async () => {
    await create({ project_id: 'GONE-001', name: 'Gone' });
    await api.asOwner(async (client) => {
      await client.query("insert into containers (project_id, container_id) values ('GONE-001', 'GONE-C01')");
      await client.query(
        "insert into miners (project_id, container_id, miner_id) values ('GONE-001', 'GONE-C01', 'GONE-C01-M001')",
      );
    });
    const purge = () => api.ask('/api/projects/GONE-001?purge=true', { key: admin, method: 'DELETE' });
    expect((await purge()).body).toMatchObject({ code: 'conflict' });
    await api.ask('/api/projects/GONE-001', { key: admin, method: 'DELETE' });
    expect((await purge()).status).toBe(204);
    expect((await api.ask('/api/projects/GONE-001', { key: admin })).status).toBe(404);
    const { rows } = await api.database.owner.query("select 1 from miners where project_id = 'GONE-001'");
    expect(rows).toEqual([]);
  });
});

describe('the list of projects', () => {
  it('finds by a part of id or name, trims to the fields asked for, and comes as a table', async () => {
    const found = await api.ask('/api/projects?q=ein&fields=name', { key: admin });
    expect(found.body).toMatchObject({ total: 1 });
    expect((found.body as { data: object[] }).data).toEqual([{ project_id: 'ONE-001', name: 'Ein' }]);
    const table = await api.ask('/api/projects?format=csv&locale=fr&fields=name,target_power_mw', { key: manager });
    expect(table.headers.get('Content-Disposition')).toContain('projects_2026-11-23.csv');
    expect(table.body).toBe('time_utc;time_local;project_id;name;target_power_mw\r\n;;ONE-001;Ein;20\r\n');
    const viewer = await api.makeKey('viewer', ['ONE-001']);
    expect((await api.ask('/api/projects?format=csv', { key: viewer })).status).toBe(403);
  });
});

describe('a POST that is sent twice', () => {
  it('with an idempotency key acts once and answers alike', async () => {
    const headers = { 'Idempotency-Key': 'make-once' };
    const first = await create({ project_id: 'ONCE-001', name: 'Once' }, headers);
    const again = await create({ project_id: 'ONCE-001', name: 'Once' }, headers);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(again.headers.get('Location')).toBe('/api/projects/ONCE-001');
    const other = await create({ project_id: 'ONCE-002', name: 'Other' }, headers);
    expect([other.status, (other.body as { code: string }).code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('at the same time acts once', async () => {
    const headers = { 'Idempotency-Key': 'at-once' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => create({ project_id: 'RACE-001', name: 'Race' }, headers)),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
  });

  it('keeps no key for what failed', async () => {
    const headers = { 'Idempotency-Key': 'failed-first' };
    expect((await create({ project_id: 'ONCE-001', name: 'Once' }, headers)).status).toBe(409);
    expect((await create({ project_id: 'ONCE-003', name: 'Once' }, headers)).status).toBe(201);
  });

  it('is forgotten after 24 h', async () => {
    const headers = { 'Idempotency-Key': 'a-day' };
    await create({ project_id: 'DAY-001', name: 'Day' }, headers);
    api.now += 24 * 3_600_000 + 1;
    expect((await create({ project_id: 'DAY-001', name: 'Day' }, headers)).status).toBe(409);
  });
});

it('every change is in the activity log, chained', async () => {
  const { rows } = await api.database.owner.query(
    "select action, actor_kind, actor_name, before, after from activity_logs where project_id = 'ONE-001' order by seq",
  );
  expect(rows.map(({ action }) => action)).toEqual([
    'project.create',
    'project.update',
    'project.update',
    'project.update',
    'project.update',
  ]);
  expect(rows[2]).toMatchObject({ actor_kind: 'api_key', before: { name: 'One' }, after: { name: 'Uno' } });
  expect(await api.asOwner((client) => verifyActivity(client, 'ONE-001'))).toEqual({
    project: 'ONE-001',
    entries: 5,
    brokenAt: null,
  });
  await api.database.owner.query(
    `update activity_logs set after = '{"name": "Uno!"}' where project_id = 'ONE-001' and seq = 3`,
  );
  expect(await api.asOwner((client) => verifyActivity(client, 'ONE-001'))).toMatchObject({ brokenAt: 3 });
});
