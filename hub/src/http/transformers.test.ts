import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let manager: string;
let operator: string;
let foreigner: string;

beforeAll(async () => {
  api = await openTestApi();
  admin = await api.makeKey('super_admin');
  manager = await api.makeKey('project_manager', ['NORTH-001']);
  operator = await api.makeKey('operator', ['NORTH-001']);
  foreigner = await api.makeKey('operator', ['SOUTH-001']);
  await api.asOwner(async (client) => {
    await client.query(
      `insert into projects (project_id, status) values ('NORTH-001', 'active'), ('SOUTH-001', 'active');
       set local hearst.project_ids = 'NORTH-001,SOUTH-001'`,
    );
    // Power factors come from float4, as ingest stores them.
    await client.query(
      `insert into transformers (project_id, transformer_id, name, rated_kva, status, load_pct, active_power_kw,
         apparent_power_kva, power_factor, state_at, metadata) values
       ('NORTH-001', 'NORTH-T01', 'First', 3750, 'active', 93.33333333333333, 3400, 3500, 0.97::real, '2026-11-23T11:59:50Z', '{"row": 1}'),
       ('NORTH-001', 'NORTH-T02', null, null, 'unknown', null, null, null, null, null, '{}'),
       ('NORTH-001', 'NORTH-T100', null, null, 'planned', null, null, null, null, '2026-11-23T10:00:00Z', '{}'),
       ('SOUTH-001', 'NORTH-T02', 'canary-south', 500, 'active', null, null, null, null, null, '{}')`,
    );
    await client.query(
      `insert into containers (project_id, container_id, transformer_id) values
       ('NORTH-001', 'NORTH-C100', 'NORTH-T01'), ('NORTH-001', 'NORTH-C02', 'NORTH-T01'),
       ('NORTH-001', 'NORTH-C03', 'NORTH-T02'), ('SOUTH-001', 'NORTH-C77', 'NORTH-T02')`,
    );
    await client.query(
      `insert into meters (project_id, meter_id, transformer_id, profile, address, status, values, interval_s, last_seen_at, state_at) values
       ('NORTH-001', 'NORTH-E01', 'NORTH-T01', 'schneider-pm5xxx', '10.0.0.1:502', 'active',
        '{"active_power_kw": 3400.5, "frequency_hz": 50.01, "voltage_l1_v": null}', 60, '2026-11-23T11:59:50Z', '2026-11-23T11:59:50Z'),
       ('NORTH-001', 'NORTH-E02', null, null, null, 'unknown', null, null, null, null),
       ('SOUTH-001', 'NORTH-E01', 'NORTH-T02', 'canary-south', null, 'active', '{}', 60, null, null)`,
    );
  });
});
afterAll(() => api.close());

const get = (path: string, key = operator) => api.ask(path, { key });
const put = (path: string, json: object, { key = manager, headers = {} } = {}) =>
  api.ask(path, { key, method: 'PUT', json, headers });
const create = (json: object, key = manager) => api.ask('/api/projects/NORTH-001/transformers', { key, json });

describe('transformers', () => {
  it('come in the order people count, with their load and what hangs on them', async () => {
    const { body } = await get('/api/projects/north-001/transformers');
    expect(body).toMatchObject({
      total: 3,
      next_cursor: null,
      data: [
        {
          transformer_id: 'NORTH-T01',
          name: 'First',
          rated_kva: 3750,
          status: 'active',
          observed_at: '2026-11-23T11:59:50.000Z',
          age_s: 10,
          freshness: 'fresh',
          load_pct: 93.333,
          active_power_kw: 3400,
          apparent_power_kva: 3500,
          power_factor: 0.97,
          container_ids: ['NORTH-C02', 'NORTH-C100'],
          meter_ids: ['NORTH-E01'],
          metadata: { row: 1 },
        },
        {
          transformer_id: 'NORTH-T02',
          status: 'unknown',
          observed_at: null,
          age_s: null,
          freshness: null,
          load_pct: null,
          container_ids: ['NORTH-C03'],
          meter_ids: [],
        },
        { transformer_id: 'NORTH-T100', status: 'planned', freshness: 'offline' },
      ],
    });
    const page = await get('/api/projects/NORTH-001/transformers?limit=2');
    const { next_cursor } = page.body as { next_cursor: string };
    const rest = await get(`/api/projects/NORTH-001/transformers?limit=2&cursor=${next_cursor}`);
    expect(rest.body).toMatchObject({ data: [{ transformer_id: 'NORTH-T100' }], next_cursor: null, total: 3 });
  });

  it('come as a table, as meters do', async () => {
    const table = async (path: string) => {
      const { headers, body } = await get(path);
      return [headers.get('Content-Disposition'), ...String(body).trimEnd().split('\r\n')];
    };
    const transformers = await table('/api/projects/NORTH-001/transformers?format=csv');
    expect(transformers[0]).toBe('attachment; filename="north-001_transformers_2026-11-23.csv"');
    expect(transformers[2]).toMatch(
      /^2026-11-23T11:59:50.000Z,2026-11-23 11:59:50,NORTH-001,NORTH-T01,First,3750,active,.*,93.333,3400,3500,0.97,"\[""NORTH-C02"",""NORTH-C100""\]",/,
    );
    expect(transformers).toHaveLength(5);
    const [name, header, first] = await table('/api/projects/NORTH-001/meters?format=csv&locale=fr');
    expect(name).toBe('attachment; filename="north-001_meters_2026-11-23.csv"');
    expect(header).toContain(';active_power_kw;');
    expect(first).toContain(';3400,5;');
    const xlsx = await get('/api/projects/NORTH-001/meters?format=xlsx');
    expect(xlsx.headers.get('Content-Type')).toContain('spreadsheetml');
  });

  it('whose meter has fallen silent are of unknown status, their last load is kept', async () => {
    api.now += 15 * 60_000;
    const { body } = await get('/api/transformers/NORTH-T01');
    api.now -= 15 * 60_000;
    expect(body).toMatchObject({ status: 'unknown', freshness: 'offline', active_power_kw: 3400 });
  });

  it('are those of the asker', async () => {
    expect((await get('/api/transformers/NORTH-T02')).body).toMatchObject({ project_id: 'NORTH-001' });
    expect((await get('/api/transformers/NORTH-T02', foreigner)).body).toMatchObject({ name: 'canary-south' });
    const both = await get('/api/transformers/NORTH-T02', admin);
    expect(both).toMatchObject({ status: 409, body: { code: 'ambiguous_id', candidates: [{}, {}] } });
    const settled = await get('/api/transformers/NORTH-T02?project_id=SOUTH-001', admin);
    expect(settled.body).toMatchObject({ container_ids: ['NORTH-C77'] });
    for (const [path, key] of [
      ['/api/transformers/NORTH-T01', foreigner],
      ['/api/transformers/NORTH-T02?project_id=SOUTH-001', operator],
      ['/api/projects/NORTH-001/transformers', foreigner],
      ['/api/transformers/NORTH-T99', admin],
      ['/api/transformers/x', admin],
    ] as const)
      expect((await get(path, key)).status).toBe(404);
    const viewer = await api.makeKey('viewer', ['NORTH-001']);
    for (const path of ['/api/transformers/NORTH-T01', '/api/projects/NORTH-001/transformers'])
      expect((await get(path, viewer)).status).toBe(403);
  });
});

describe('a transformer', () => {
  it('is created by a manager, from its id alone', async () => {
    expect((await create({ transformer_id: 'NORTH-T30' }, operator)).status).toBe(403);
    expect((await create({ transformer_id: 'NORTH-T30' }, foreigner)).status).toBe(403);
    const made = await create({ transformer_id: 'north-t30' });
    expect(made.status).toBe(201);
    expect(made.headers.get('Location')).toBe('/api/transformers/NORTH-T30?project_id=NORTH-001');
    expect(made.body).toMatchObject({ transformer_id: 'NORTH-T30', name: null, rated_kva: null, status: 'unknown' });
    expect((await create({ transformer_id: 'NORTH-T30' })).body).toMatchObject({ code: 'already_exists' });
    const path = '/api/projects/SOUTH-001/transformers';
    expect((await api.ask(path, { key: manager, json: { transformer_id: 'SOUTH-T01' } })).status).toBe(404);
  });

  it('takes what people say of it, and its load follows its rating', async () => {
    const { body } = await put('/api/transformers/NORTH-T01', {
      name: 'Le premier',
      rated_kva: 7000,
      status: 'maintenance',
      metadata: { vector_group: 'Dyn11' },
    });
    expect(body).toMatchObject({
      name: 'Le premier',
      rated_kva: 7000,
      load_pct: 50,
      status: 'maintenance',
      metadata: { vector_group: 'Dyn11' },
      active_power_kw: 3400,
      power_factor: 0.97,
    });
    const unrated = await put('/api/transformers/NORTH-T01', { rated_kva: null });
    expect(unrated.body).toMatchObject({ rated_kva: null, load_pct: null, name: 'Le premier' });
    await put('/api/transformers/NORTH-T01', { rated_kva: null });
    const { rows } = await api.database.owner.query(
      `select action, before, after from activity_logs where target_id = 'NORTH-T01' order by seq`,
    );
    expect(rows).toMatchObject([
      { action: 'transformer.update', before: { rated_kva: 3750, status: 'active' }, after: { rated_kva: 7000 } },
      { action: 'transformer.update', before: { rated_kva: 7000 }, after: { rated_kva: null } },
    ]);
  });

  it('edited by two people: the second sees what stands there now; readings come between nobody', async () => {
    const { headers } = await get('/api/transformers/NORTH-T100', manager);
    const mine = { headers: { 'If-Match': headers.get('ETag')! } };
    await api.asOwner((client) =>
      client.query(`update transformers set active_power_kw = 1 where transformer_id = 'NORTH-T100'`),
    );
    expect((await put('/api/transformers/NORTH-T100', { name: 'A' }, mine)).status).toBe(200);
    const second = await put('/api/transformers/NORTH-T100', { name: 'B' }, mine);
    expect(second).toMatchObject({ status: 412, body: { code: 'changed_meanwhile', current: { name: 'A' } } });
  });

  it.each([
    [{ load_pct: 1 }, '/load_pct', 'the agent says this, nobody sets it: load_pct'],
    [{ active_power_kw: 1 }, '/active_power_kw', 'the agent says this, nobody sets it: active_power_kw'],
    [{ status: 'critical' }, '/status', expect.any(String)],
    [{ rated_kva: 0 }, '/rated_kva', expect.any(String)],
    [{ name: 'a\u0007' }, '/name', 'holds control characters'],
    [{ project_id: 'SOUTH-001' }, '/project_id', expect.stringContaining('project_id')],
  ])('%j is refused at its place, in both languages', async (fields, pointer, message) => {
    const said = async (language: string): Promise<string> => {
      const headers = { 'Accept-Language': language };
      const { status, body } = await put('/api/transformers/NORTH-T01', fields, { headers });
      expect(status).toBe(422);
      const { errors } = body as { errors: { pointer: string; message: string }[] };
      expect(errors).toMatchObject([{ pointer }]);
      return errors[0]!.message;
    };
    const english = await said('en');
    expect(english).toEqual(message);
    expect(await said('fr')).not.toBe(english);
  });

  it('is not changed by who may only read, nor through another project', async () => {
    expect((await put('/api/transformers/NORTH-T01', { name: 'x' }, { key: operator })).status).toBe(403);
    const foreign = '/api/transformers/NORTH-T02?project_id=SOUTH-001';
    expect((await put(foreign, { name: 'x' })).status).toBe(404);
    expect((await put('/api/transformers/NORTH-T02', { name: 'x' }, { key: admin })).status).toBe(409);
    expect((await put(foreign, { name: 'Sud' }, { key: admin })).body).toMatchObject({ project_id: 'SOUTH-001' });
    expect((await get('/api/transformers/NORTH-T02')).body).toMatchObject({ name: null });
  });
});

describe('meters', () => {
  it('show what they read last, and null for what they did not', async () => {
    const { body } = await get('/api/projects/NORTH-001/meters');
    expect(body).toMatchObject({
      total: 2,
      data: [
        {
          meter_id: 'NORTH-E01',
          transformer_id: 'NORTH-T01',
          profile: 'schneider-pm5xxx',
          address: '10.0.0.1:502',
          status: 'active',
          freshness: 'fresh',
          age_s: 10,
          active_power_kw: 3400.5,
          energy_import_kwh: null,
          values: { active_power_kw: 3400.5, frequency_hz: 50.01, voltage_l1_v: null },
        },
        { meter_id: 'NORTH-E02', status: 'unknown', freshness: null, active_power_kw: null, values: null },
      ],
    });
  });

  it('are offline once nothing was heard for 15 minutes', async () => {
    api.now += 15 * 60_000;
    const { body } = await get('/api/meters/north-e01');
    api.now -= 15 * 60_000;
    expect(body).toMatchObject({ status: 'offline', freshness: 'offline', active_power_kw: 3400.5 });
  });

  it('are those of the asker', async () => {
    expect((await get('/api/meters/NORTH-E01', foreigner)).body).toMatchObject({ profile: 'canary-south' });
    expect((await get('/api/meters/NORTH-E01', admin)).status).toBe(409);
    expect((await get('/api/meters/NORTH-E01?project_id=NORTH-001', admin)).status).toBe(200);
    for (const path of ['/api/meters/NORTH-E02', '/api/projects/NORTH-001/meters', '/api/meters/%00'])
      expect((await get(path, foreigner)).status).toBe(404);
    expect((await get('/api/meters/NORTH-E01', await api.makeKey('viewer', ['NORTH-001']))).status).toBe(403);
  });
});
