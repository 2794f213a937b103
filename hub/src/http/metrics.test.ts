import type { ClientBase } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let viewer: string;
let southern: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query(
      `insert into projects (project_id, name, status, time_zone) values
         ('NORTH-001', 'North', 'active', 'Asia/Qatar'), ('SOUTH-001', 'South', 'active', 'UTC'),
         ('PLAN-001', 'Plan', 'planned', 'UTC'), ('REST-001', 'Rest', 'maintenance', 'UTC'),
         ('OLD-001', 'Old', 'archived', 'UTC')`,
    ),
  );
  await api.asOwner(async (client) => {
    const full = { hashrate: 100_000, power: 2000, active: 300, answering: 300, supply: 30, return: 40 };
    await insertContainer(client, 'NORTH-C01', full);
    await insertContainer(client, 'NORTH-C02', { hashrate: 50_000, active: 150, answering: 150, supply: 36 });
    await insertContainer(client, 'NORTH-C03', { ...full, age: 301 });
    await insertContainer(client, 'NORTH-C04', { ...full, status: 'planned' });
    await insertContainer(client, 'NORTH-C05', { status: 'offline', active: 0, answering: 0, hashrate: 1, power: 1 });
    await insertContainer(client, 'SOUTH-C01', { hashrate: 10, power: 1, active: 0, answering: 2 });
    await insertContainer(client, 'REST-C01', { ...full, age: 400 });
    await insertContainer(client, 'OLD-C01', full);
    await insertAlerts(client);
  });
  admin = await api.makeKey('super_admin');
  viewer = await api.makeKey('viewer', ['NORTH-001']);
  southern = await api.makeKey('operator', ['SOUTH-001', 'PLAN-001', 'REST-001', 'OLD-001']);
});
afterAll(() => api.close());

interface Told {
  status?: string;
  /** Seconds. */
  age?: number;
  hashrate?: number;
  power?: number;
  active?: number;
  answering?: number;
  supply?: number;
  return?: number;
}

async function insertContainer(client: ClientBase, id: string, told: Told): Promise<void> {
  await client.query(
    `insert into containers (project_id, container_id, status, miners_expected, interval_s, state_at, hashrate_th,
       power_consumption_kw, miners_active, miners_answering, temp_supply_c, temp_return_c)
     values ($1, $2, $3, 308, 60, $4, $5, $6, $7, $8, $9, $10)`,
    [
      id.replace(/C\d+$/, '001'),
      id,
      told.status ?? 'active',
      new Date(api.now - (told.age ?? 10) * 1000),
      told.hashrate,
      told.power,
      told.active,
      told.answering,
      told.supply,
      told.return,
    ],
  );
}

async function insertAlerts(client: ClientBase): Promise<void> {
  await client.query(
    `insert into alerts (project_id, severity, status, target_type, target_id, message) values
       ('NORTH-001', 'critical', 'active', 'container', 'NORTH-C01', 'secret of the north'),
       ('NORTH-001', 'critical', 'acknowledged', 'miner', 'NORTH-C01-M001', 'secret of the north'),
       ('NORTH-001', 'warning', 'active', 'project', 'NORTH-001', 'secret of the north'),
       ('NORTH-001', 'warning', 'pending', 'container', 'NORTH-C01', 'held'),
       ('NORTH-001', 'info', 'resolved', 'container', 'NORTH-C01', 'over'),
       ('SOUTH-001', 'info', 'active', 'project', 'SOUTH-001', 'secret of the south'),
       ('OLD-001', 'critical', 'active', 'project', 'OLD-001', 'of old'),
       ('HEARST-000', 'critical', 'active', 'global', '', 'price')`,
  );
  // Explained by the first: counted where it is, not among what there is to do.
  await client.query(
    `insert into alerts (project_id, severity, status, target_type, target_id, message, parent_id)
     select project_id, 'critical', 'active', 'miner', 'NORTH-C01-M002', 'explained', id from alerts
     where target_id = 'NORTH-C01' and status = 'active'`,
  );
}

const ask = async (path: string, key = admin) => api.ask(`/api/metrics/${path}`, { key });

describe('a snapshot', () => {
  it('of a project sums up what reports, and says how much that is', async () => {
    const { status, body } = await ask('project/north-001');
    expect(status).toBe(200);
    expect(body).toEqual({
      scope: 'project',
      scope_id: 'NORTH-001',
      observed_at: '2026-11-23T11:59:50.000Z',
      age_s: 10,
      freshness: 'fresh',
      // C03 is stale, C05 says that nobody answered, C04 is planned.
      coverage: { reporting: 2, expected: 4 },
      hashrate_ths: 150_000,
      power_kw: 2000,
      // C02 tells no power, so its hashrate is no part of it: 2,000,000 W / 100,000 TH/s.
      efficiency_j_per_th: 20,
      miners_active: 450,
      miners_total: 4 * 308,
      containers_active: 2,
      containers_total: 4,
      // (30 x 300 + 36 x 150) / 450, and the only one that tells.
      temp_supply_c: 32,
      temp_return_c: 40,
      alerts_active: { critical: 2, warning: 1, info: 0 },
    });
  });

  it('of the company is the sum of the projects that count', async () => {
    const { body } = await ask('global');
    expect(body).toEqual({
      scope: 'global',
      scope_id: 'global',
      projects_total: 4,
      projects_active: 2,
      observed_at: '2026-11-23T11:59:50.000Z',
      age_s: 10,
      freshness: 'fresh',
      coverage: { reporting: 3, expected: 5 },
      hashrate_ths: 150_010,
      power_kw: 2001,
      efficiency_j_per_th: 20.008,
      miners_active: 450,
      miners_total: 5 * 308,
      containers_active: 2,
      containers_total: 5,
      temp_supply_c: 32,
      temp_return_c: 40,
      alerts_active: { critical: 3, warning: 1, info: 1 },
    });
  });

  it('of the company is of the projects that the asker may see', async () => {
    expect((await ask('global', viewer)).body).toMatchObject({
      projects_total: 1,
      hashrate_ths: 150_000,
      coverage: { reporting: 2, expected: 4 },
      alerts_active: { critical: 2, warning: 1, info: 0 },
    });
    expect((await ask('global', southern)).body).toMatchObject({
      projects_total: 3,
      projects_active: 1,
      hashrate_ths: 10,
      coverage: { reporting: 1, expected: 1 },
      // A container that reports and has no miner hashing: this zero is known.
      containers_active: 0,
      alerts_active: { critical: 0, warning: 0, info: 1 },
    });
  });

  it('of a project under maintenance is shown, and in the sum of the company while it reports', async () => {
    const silent = {
      coverage: { reporting: 0, expected: 1 },
      hashrate_ths: null,
      containers_total: 1,
      miners_total: 308,
    };
    expect((await ask('project/REST-001')).body).toMatchObject({ ...silent, freshness: 'stale' });
    const seen = (age: number) =>
      api.asOwner((client) =>
        client.query("update containers set state_at = $1 where container_id = 'REST-C01'", [
          new Date(api.now - age * 1000),
        ]),
      );
    await seen(5);
    expect((await ask('global')).body).toMatchObject({
      age_s: 5,
      projects_active: 2,
      coverage: { reporting: 4, expected: 6 },
      hashrate_ths: 250_010,
    });
    await seen(400);
  });

  it('of what has no container knows nothing, and takes it for no zero', async () => {
    expect((await ask('project/PLAN-001')).body).toEqual({
      scope: 'project',
      scope_id: 'PLAN-001',
      observed_at: null,
      age_s: null,
      freshness: null,
      coverage: { reporting: 0, expected: 0 },
      hashrate_ths: null,
      power_kw: null,
      efficiency_j_per_th: null,
      miners_active: null,
      miners_total: null,
      containers_active: null,
      containers_total: 0,
      temp_supply_c: null,
      temp_return_c: null,
      alerts_active: { critical: 0, warning: 0, info: 0 },
    });
  });

  it('of an archived project answers, though it counts nowhere', async () => {
    expect((await ask('project/OLD-001')).body).toMatchObject({ hashrate_ths: 100_000 });
  });

  it('loses everything once the last container is silent for five intervals', async () => {
    api.now += 291_000;
    const { body } = await ask('project/NORTH-001', viewer);
    api.now -= 291_000;
    expect(body).toMatchObject({
      freshness: 'stale',
      coverage: { reporting: 0, expected: 4 },
      hashrate_ths: null,
      power_kw: null,
      efficiency_j_per_th: null,
      miners_active: null,
      containers_active: null,
      temp_supply_c: null,
      containers_total: 4,
    });
  });

  it('of a container has its miners as members', async () => {
    expect((await ask('container/north-c01', viewer)).body).toEqual({
      scope: 'container',
      scope_id: 'NORTH-C01',
      observed_at: '2026-11-23T11:59:50.000Z',
      age_s: 10,
      freshness: 'fresh',
      coverage: { reporting: 300, expected: 308 },
      hashrate_ths: 100_000,
      power_kw: 2000,
      efficiency_j_per_th: 20,
      miners_active: 300,
      miners_total: 308,
      containers_active: 1,
      containers_total: 1,
      temp_supply_c: 30,
      temp_return_c: 40,
      // Its own, and that of a miner in it.
      alerts_active: { critical: 3, warning: 0, info: 0 },
    });
    expect((await ask('container/NORTH-C03')).body).toMatchObject({
      freshness: 'stale',
      coverage: { reporting: 0, expected: 308 },
      hashrate_ths: null,
      containers_active: null,
    });
  });

  it('of a container whose miners are all silent keeps its temperature', async () => {
    await api.asOwner((client) => insertContainer(client, 'REST-C02', { active: 0, answering: 0, supply: 44.3 }));
    const { body } = await ask('container/REST-C02');
    await api.asOwner((client) => client.query("delete from containers where container_id = 'REST-C02'"));
    expect(body).toMatchObject({
      temp_supply_c: 44.3,
      containers_active: 0,
      coverage: { reporting: 0, expected: 308 },
    });
  });

  it('is a file too', async () => {
    const lines = ((await ask('project/NORTH-001?format=csv')).body as string).split('\r\n');
    expect(lines[0]).toMatch(/^time_utc,time_local,scope,scope_id,.*,alerts_active_info$/);
    expect(lines[1]).toMatch(/^2026-11-23T11:59:50.000Z,2026-11-23 14:59:50,project,NORTH-001,.*,2,1,0$/);
    const company = (await ask('global?format=csv')).body as string;
    expect(company).toMatch(
      /^time_utc,time_local,scope,scope_id,projects_total,.*\r\n2026-11-23T11:59:50.000Z,2026-11-23 11:59:50/,
    );
  });

  it('of a foreign, unknown or malformed id is 404', async () => {
    const paths = ['project/SOUTH-001', 'project/NONE-001', 'project/x', 'container/SOUTH-C01', 'container/x'];
    for (const path of paths) {
      for (const query of ['', '?range=24h'])
        expect([path, (await ask(path + query, viewer)).status]).toEqual([path, 404]);
    }
  });

  it('of a container that two projects hold is settled by project_id', async () => {
    await api.asOwner(async (client) => {
      await client.query("insert into containers (project_id, container_id) values ('SOUTH-001', 'NORTH-C02')");
    });
    expect((await ask('container/NORTH-C02')).status).toBe(409);
    expect((await ask('container/NORTH-C02?range=1h')).status).toBe(409);
    expect((await ask('container/NORTH-C02?project_id=SOUTH-001')).body).toMatchObject({ hashrate_ths: null });
    expect((await ask('container/NORTH-C02', viewer)).body).toMatchObject({ hashrate_ths: 50_000 });
  });

  it('counts alerts for a viewer and shows none of them', async () => {
    const { body } = await ask('project/NORTH-001', viewer);
    expect(body).toMatchObject({ alerts_active: { critical: 2 } });
    expect(JSON.stringify(body)).not.toContain('secret');
    expect((await api.ask('/api/alerts', { key: viewer })).status).toBe(403);
  });
});
