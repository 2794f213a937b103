import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MaintenanceWindow } from './schemas/maintenance-windows.ts';
import { openTestApi, type TestApi } from './testing.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 23, 12);
let api: TestApi;
let manager: string;
let operator: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query(`insert into projects (project_id, status) values
      ('ONE-001', 'active'), ('OLD-001', 'archived'), ('FAR-001', 'active')`),
  );
  await api.asOwner(async (client) => {
    await client.query("insert into transformers (project_id, transformer_id) values ('ONE-001', 'ONE-T01')");
    await client.query(
      "insert into containers (project_id, container_id) values ('ONE-001', 'ONE-C01'), ('FAR-001', 'FAR-C01')",
    );
    await client.query(
      "insert into miners (project_id, container_id, miner_id) values ('ONE-001', 'ONE-C01', 'ONE-C01-M001')",
    );
  });
  manager = await api.makeKey('project_manager', ['ONE-001', 'OLD-001']);
  operator = await api.makeKey('operator', ['ONE-001']);
});
beforeEach(async () => {
  api.now = NOW;
  await api.asOwner((client) => client.query('delete from maintenance_windows'));
});
afterAll(() => api.close());

const after = (ms: number) => new Date(NOW + ms).toISOString();
const ROUTE = '/api/maintenance-windows';
const post = (fields: object = {}, key = manager) =>
  api.ask(ROUTE, {
    key,
    json: {
      project_id: 'ONE-001',
      target_type: 'container',
      target_id: 'ONE-C01',
      starts_at: after(-HOUR),
      ends_at: after(HOUR),
      ...fields,
    },
  });
const made = async (fields: object = {}) => (await post(fields)).body as MaintenanceWindow;
const put = (id: string, json: object, headers = {}) =>
  api.ask(`${ROUTE}/${id}`, { key: manager, method: 'PUT', json, headers });
const end = (id: string) => api.ask(`${ROUTE}/${id}/end`, { key: manager, method: 'POST' });
const errorOf = ({ body }: { body: unknown }) => (body as { errors: { pointer: string; code: string }[] }).errors[0];

describe('a window', () => {
  it('is entered by a manager, about anything of the project, and read by operators', async () => {
    const answer = await post({ reason: ' Pump ' });
    expect(answer.status).toBe(201);
    const window = answer.body as MaintenanceWindow;
    expect(window).toEqual({
      project_id: 'ONE-001',
      window_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      target_type: 'container',
      target_id: 'ONE-C01',
      starts_at: after(-HOUR),
      ends_at: after(HOUR),
      active: true,
      reason: 'Pump',
      created_by: 'test project_manager',
      ended_by: null,
      created_at: after(0),
      updated_at: after(0),
    });
    expect(answer.headers.get('Location')).toBe(`${ROUTE}/${window.window_id}`);
    expect((await api.ask(`${ROUTE}/${window.window_id}`, { key: operator })).body).toEqual(window);
    for (const [target_type, target_id] of [
      ['project', 'one-001'],
      ['transformer', 'ONE-T01'],
      ['miner', 'ONE-C01-M001'],
    ])
      expect((await post({ target_type, target_id })).status).toBe(201);
    const { rows } = await api.database.owner.query(
      "select action, target_id from activity_logs where project_id = 'ONE-001' order by seq limit 1",
    );
    expect(rows).toEqual([{ action: 'maintenance_window.create', target_id: window.window_id }]);
  });

  it.each([
    [{ ends_at: after(-HOUR) }, '/ends_at', 'upside_down'],
    [{ ends_at: after(366 * DAY - HOUR + 1) }, '/ends_at', 'too_long'],
    [{ starts_at: after(-366 * DAY - 1), ends_at: after(-365 * DAY) }, '/starts_at', 'too_long_ago'],
    [{ target_id: 'FAR-C01' }, '/target_id', 'unknown_target'],
    [{ target_type: 'transformer' }, '/target_id', 'unknown_target'],
    [{ target_type: 'project', target_id: 'OLD-001' }, '/target_id', 'unknown_target'],
    [{ target_type: 'meter' }, '/target_type', 'invalid_value'],
    [{ until: 'x' }, '/until', 'unrecognized_keys'],
  ])('with %j is refused at its place', async (fields, pointer, code) => {
    const answer = await post(fields);
    expect(answer.status).toBe(422);
    expect(errorOf(answer)).toMatchObject({ pointer, code });
  });

  it('may last and lie back 366 days, and overlap another', async () => {
    expect((await post({ ends_at: after(366 * DAY - HOUR) })).status).toBe(201);
    expect((await post({ starts_at: after(-366 * DAY), ends_at: after(-365 * DAY) })).status).toBe(201);
  });

  it('is nobody else’s: 404 in a foreign project, 409 in an archived one, 403 for those who only read', async () => {
    expect((await post({ project_id: 'FAR-001', target_id: 'FAR-C01' })).status).toBe(404);
    expect((await post({ project_id: 'OLD-001', target_type: 'project', target_id: 'OLD-001' })).status).toBe(409);
    expect((await post({}, operator)).status).toBe(403);
    const { window_id } = await made();
    const stranger = await api.makeKey('operator', ['FAR-001']);
    expect((await api.ask(`${ROUTE}/${window_id}`, { key: stranger })).status).toBe(404);
    expect((await api.ask(ROUTE, { key: stranger })).body).toMatchObject({ total: 0 });
    const viewer = await api.makeKey('viewer', ['ONE-001']);
    expect((await api.ask(ROUTE, { key: viewer })).status).toBe(403);
  });

  it('that is not over takes another end or reason, and shows whoever comes second what stands there', async () => {
    const { window_id: id } = await made();
    const tag = (await api.ask(`${ROUTE}/${id}`, { key: manager })).headers.get('ETag')!;
    api.now += 1000;
    const changed = await put(id, { ends_at: after(3 * HOUR), reason: 'Pump, again' }, { 'If-Match': tag });
    expect(changed.body).toMatchObject({ ends_at: after(3 * HOUR), reason: 'Pump, again', updated_at: after(1000) });
    expect((await put(id, { reason: '' }, { 'If-Match': tag })).body).toMatchObject({
      status: 412,
      current: { reason: 'Pump, again' },
    });
    expect(errorOf(await put(id, { ends_at: after(-HOUR) }))).toMatchObject({ code: 'upside_down' });
    api.now = NOW + 3 * HOUR;
    expect((await put(id, { reason: 'too late' })).body).toMatchObject({ status: 409, code: 'conflict' });
    const { rows } = await api.database.owner.query(
      "select before, after from activity_logs where action = 'maintenance_window.update'",
    );
    expect(rows).toEqual([
      {
        before: { ends_at: after(HOUR), reason: '' },
        after: { ends_at: after(3 * HOUR), reason: 'Pump, again' },
      },
    ]);
  });

  it('is ended now, once; one to come is withdrawn', async () => {
    const [open, planned] = [await made(), await made({ starts_at: after(DAY), ends_at: after(2 * DAY) })];
    const ended = { starts_at: after(-HOUR), ends_at: after(0), active: false, ended_by: 'test project_manager' };
    expect((await end(open.window_id)).body).toMatchObject(ended);
    api.now += HOUR;
    expect((await end(open.window_id)).body).toMatchObject(ended);
    expect((await end(planned.window_id)).body).toMatchObject({ starts_at: after(HOUR - 1), ends_at: after(HOUR) });
    expect((await end('00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });
});

describe('the list', () => {
  const names = async (query: string) => {
    const { body } = await api.ask(`${ROUTE}?${query}`, { key: operator });
    return (body as { data: MaintenanceWindow[] }).data.map(({ reason }) => reason);
  };

  it('is filtered by what, when and whether it holds now, and comes page by page', async () => {
    await post({ reason: 'open' });
    await post({
      reason: 'over',
      starts_at: after(-3 * DAY),
      ends_at: after(-2 * DAY),
      target_type: 'project',
      target_id: 'ONE-001',
    });
    await post({ reason: 'to come', starts_at: after(DAY), ends_at: after(2 * DAY) });
    expect(await names('')).toEqual(['to come', 'open', 'over']);
    expect(await names('active=true')).toEqual(['open']);
    expect(await names('active=false')).toEqual(['to come', 'over']);
    expect(await names('target_type=project')).toEqual(['over']);
    expect(await names('target_id=one-c01&project_id=ONE-001')).toEqual(['to come', 'open']);
    expect(await names(`from=${after(HOUR)}`)).toEqual(['to come']);
    expect(await names(`from=${after(HOUR - 1)}&to=${after(DAY)}`)).toEqual(['open']);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const at: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await api.ask(`${ROUTE}?limit=1${at}`, { key: operator });
      const page = body as { data: MaintenanceWindow[]; next_cursor: string | null; total: number };
      expect(page.total).toBe(3);
      seen.push(...page.data.map(({ reason }) => reason));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(['to come', 'open', 'over']);
  });

  it('is a file too', async () => {
    await post({ reason: 'open' });
    const { body } = await api.ask(`${ROUTE}?format=csv`, { key: operator });
    expect(body).toMatch(/^time_utc,time_local,project_id,window_id,.*\r\n2026-11-23T11:00:00.000Z,.*,open,/);
  });

  it('tells those that held at some time of a range', async () => {
    await post({ reason: 'second', starts_at: after(-HOUR), ends_at: after(0) });
    await post({
      reason: 'first',
      starts_at: after(-2 * HOUR),
      ends_at: after(HOUR),
      target_type: 'transformer',
      target_id: 'ONE-T01',
    });
    await post({ reason: 'after', starts_at: after(0), ends_at: after(HOUR) });
    await post({ reason: 'before', starts_at: after(-3 * HOUR), ends_at: after(-2 * HOUR) });
    const { body } = await api.ask(`${ROUTE}?from=${after(-2 * HOUR)}&to=${after(0)}&sort=starts_at`, {
      key: operator,
    });
    const { data } = body as { data: { reason: string; target_id: string }[] };
    expect(data.map(({ reason, target_id }) => [reason, target_id])).toEqual([
      ['first', 'ONE-T01'],
      ['second', 'ONE-C01'],
    ]);
  });
});
