import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MaintenancePlan } from './schemas/maintenance-plans.ts';
import { openTestApi, type TestApi } from './testing.ts';

const NOW = Date.UTC(2026, 10, 23, 22);
let api: TestApi;
let manager: string;
let operator: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query(`insert into projects (project_id, status, time_zone) values
      ('ONE-001', 'active', 'Asia/Qatar'), ('OLD-001', 'archived', 'UTC'), ('FAR-001', 'active', 'UTC')`),
  );
  await api.asOwner((client) =>
    client.query(`
      insert into transformers (project_id, transformer_id) values ('ONE-001', 'ONE-T01');
      insert into containers (project_id, container_id) values ('ONE-001', 'ONE-C01'), ('FAR-001', 'FAR-C01');
      insert into miners (project_id, container_id, miner_id) values ('ONE-001', 'ONE-C01', 'ONE-C01-M001')`),
  );
  manager = await api.makeKey('project_manager', ['ONE-001', 'OLD-001']);
  operator = await api.makeKey('operator', ['ONE-001']);
});
beforeEach(async () => {
  api.now = NOW;
  await api.asOwner((client) => client.query('delete from maintenance_plans; delete from activity_logs'));
});
afterAll(() => api.close());

const ROUTE = '/api/maintenance-plans';
const post = (fields: object = {}, key = manager) =>
  api.ask(ROUTE, {
    key,
    json: {
      project_id: 'ONE-001',
      target_type: 'container',
      target_id: 'ONE-C01',
      task: 'Filters',
      every_running_hours: 4000,
      ...fields,
    },
  });
const made = async (fields: object = {}) => (await post(fields)).body as MaintenancePlan;
const put = (id: string, json: object, headers = {}) =>
  api.ask(`${ROUTE}/${id}`, { key: manager, method: 'PUT', json, headers });
const done = (id: string, json?: object) => api.ask(`${ROUTE}/${id}/done`, { key: manager, method: 'POST', json });
const errorOf = ({ body }: { body: unknown }) => (body as { errors: { pointer: string; code: string }[] }).errors[0];
const count = (id: string, hours: number) =>
  api.asOwner((client) =>
    client.query(
      "update maintenance_plans set running_hours = $2, running_counted_at = '2026-11-23' where plan_id = $1",
      [id, hours],
    ),
  );
async function logged(action: string) {
  const { rows } = await api.database.owner.query('select before, after from activity_logs where action = $1', [
    `maintenance_plan.${action}`,
  ]);
  return rows;
}

describe('a plan', () => {
  it('is made by a manager, for a transformer, container or miner, and read by operators', async () => {
    const answer = await post({ task: ' Filters ', due_on: '2026-12-01', every_days: 90 });
    expect(answer.status).toBe(201);
    const plan = answer.body as MaintenancePlan;
    expect(plan).toEqual({
      project_id: 'ONE-001',
      plan_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      target_type: 'container',
      target_id: 'ONE-C01',
      task: 'Filters',
      every_running_hours: 4000,
      due_on: '2026-12-01',
      every_days: 90,
      last_done_at: null,
      last_done_by: null,
      running_hours: 0,
      running_counted_at: '2026-11-23T22:00:00.000Z',
      created_at: '2026-11-23T22:00:00.000Z',
      updated_at: '2026-11-23T22:00:00.000Z',
    });
    expect((await api.ask(answer.headers.get('Location')!, { key: operator })).body).toEqual(plan);
    expect((await post({ target_type: 'transformer', target_id: 'one-t01' })).status).toBe(201);
    expect((await post({ target_type: 'miner', target_id: 'ONE-C01-M001' })).status).toBe(201);
    const { body } = await api.ask(`${ROUTE}?target_type=miner`, { key: operator });
    expect(body).toMatchObject({ total: 1, data: [{ target_id: 'ONE-C01-M001' }] });
    expect(await logged('create')).toHaveLength(3);
  });

  it('says since when its hours count where it was done before', async () => {
    expect(await made({ last_done_at: '2026-10-01T08:00:00Z' })).toMatchObject({
      last_done_at: '2026-10-01T08:00:00.000Z',
      last_done_by: 'test project_manager',
      running_counted_at: '2026-10-01T08:00:00.000Z',
    });
  });

  it.each([
    [{ every_running_hours: null }, '/due_on', 'never_due'],
    [{ every_days: 30 }, '/every_days', 'without_day'],
    [{ every_running_hours: 0 }, '/every_running_hours', 'too_small'],
    [{ due_on: '2026-02-30' }, '/due_on', 'invalid_format'],
    [{ due_on: '1999-12-31' }, '/due_on', 'day'],
    [{ last_done_at: '2026-11-23T22:00:00.001Z' }, '/last_done_at', 'future'],
    [{ target_id: 'FAR-C01' }, '/target_id', 'unknown_target'],
    [{ target_type: 'project' }, '/target_type', 'invalid_value'],
    [{ task: ' ' }, '/task', 'too_small'],
    [{ tasks: 'x' }, '/tasks', 'unrecognized_keys'],
  ])('with %j is refused at its place', async (fields, pointer, code) => {
    const answer = await post(fields);
    expect(answer.status).toBe(422);
    expect(errorOf(answer)).toMatchObject({ pointer, code });
  });

  it('is nobody else’s: 404 in a foreign project, 409 in an archived one, 403 for those who only read', async () => {
    expect((await post({ project_id: 'FAR-001', target_id: 'FAR-C01' })).status).toBe(404);
    expect((await post({ project_id: 'OLD-001' })).status).toBe(409);
    expect((await post({}, operator)).status).toBe(403);
    const { plan_id } = await made();
    const stranger = await api.makeKey('project_manager', ['FAR-001']);
    const asked = { key: stranger };
    expect((await api.ask(`${ROUTE}/${plan_id}`, asked)).status).toBe(404);
    expect((await api.ask(`${ROUTE}/${plan_id}`, { ...asked, method: 'DELETE' })).status).toBe(404);
    expect((await api.ask(`${ROUTE}/${plan_id}/done`, { ...asked, method: 'POST' })).status).toBe(404);
  });

  it('takes changes, and shows whoever comes second what stands there', async () => {
    const { plan_id: id } = await made();
    const tag = (await api.ask(`${ROUTE}/${id}`, { key: manager })).headers.get('ETag')!;
    const changed = await put(id, { due_on: '2026-12-24', every_running_hours: null }, { 'If-Match': tag });
    expect(changed.body).toMatchObject({ due_on: '2026-12-24', every_running_hours: null });
    expect((await put(id, { task: 'Else' }, { 'If-Match': tag })).body).toMatchObject({
      status: 412,
      current: { due_on: '2026-12-24' },
    });
    expect(errorOf(await put(id, { due_on: null }))).toMatchObject({ code: 'never_due' });
    expect(await logged('update')).toEqual([
      {
        before: { due_on: null, every_running_hours: 4000 },
        after: { due_on: '2026-12-24', every_running_hours: null },
      },
    ]);
  });

  it('counts its hours anew from another last_done_at, and goes on counting where that stays', async () => {
    const { plan_id: id } = await made();
    await count(id, 3999);
    expect((await put(id, { task: 'Filters and hoses' })).body).toMatchObject({ running_hours: 3999 });
    expect((await put(id, { last_done_at: '2026-11-20T08:00:00Z' })).body).toMatchObject({
      last_done_by: 'test project_manager',
      running_hours: 0,
      running_counted_at: '2026-11-20T08:00:00.000Z',
    });
  });
});

describe('done', () => {
  it('it counts anew, and is due again so many days later by the calendar of the project', async () => {
    const { plan_id: id } = await made({ due_on: '2026-11-20', every_days: 7 });
    await count(id, 4100);
    // In Qatar the day is the 24th.
    expect((await done(id)).body).toMatchObject({
      due_on: '2026-12-01',
      last_done_at: '2026-11-23T22:00:00.000Z',
      last_done_by: 'test project_manager',
      running_hours: 0,
    });
    expect((await done(id, { done_at: '2026-11-22T10:00:00Z' })).body).toMatchObject({
      due_on: '2026-11-29',
      running_counted_at: '2026-11-22T10:00:00.000Z',
    });
    expect(await logged('done')).toMatchObject([
      { before: { due_on: '2026-11-20' } },
      { after: { due_on: '2026-11-29' } },
    ]);
  });

  it('what was due once is not due any more', async () => {
    const { plan_id } = await made({ due_on: '2026-11-20' });
    expect((await done(plan_id)).body).toMatchObject({ due_on: null, every_running_hours: 4000 });
  });

  it('it cannot be tomorrow', async () => {
    const { plan_id } = await made();
    expect(errorOf(await done(plan_id, { done_at: '2026-11-24T22:00:00Z' }))).toMatchObject({
      pointer: '/done_at',
      code: 'future',
    });
  });
});

it('a plan is taken away, and the log says what it was', async () => {
  const { plan_id } = await made();
  const removed = await api.ask(`${ROUTE}/${plan_id}`, { key: manager, method: 'DELETE' });
  expect(removed.status).toBe(204);
  expect((await api.ask(`${ROUTE}/${plan_id}`, { key: manager })).status).toBe(404);
  expect(await logged('delete')).toMatchObject([{ before: { task: 'Filters', target_id: 'ONE-C01' } }]);
});
