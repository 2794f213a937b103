import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let operator: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query(
      `insert into projects (project_id, name, status, target_hashrate_eh, target_power_mw, capex_usd, opex_monthly_usd)
       values ('ONE-001', 'One', 'active', 0.4, 4, 8e6, 2e5), ('TWO-001', 'Two', 'planned', 0, null, 1e6, null),
         ('FAR-001', 'Far', 'active', 1, 1, 1, 1)`,
    ),
  );
  await api.asOwner(async (client) => {
    await client.query(
      `insert into containers (project_id, container_id, status, interval_s, state_at, miners_expected, hashrate_th,
         power_consumption_kw, miners_active)
       values ('ONE-001', 'ONE-C01', 'active', 60, $1, 308, 100000, 1800, 200)`,
      [new Date(api.now)],
    );
    await client.query(
      `insert into alerts (project_id, severity) values ('ONE-001', 'warning'), ('TWO-001', 'critical'), ('FAR-001', 'info')`,
    );
  });
  admin = await api.makeKey('super_admin');
  operator = await api.makeKey('operator', ['ONE-001', 'TWO-001']);
});
afterAll(() => api.close());

const compare = (projects: string, key = operator) => api.ask(`/api/compare?projects=${projects}`, { key });

describe('projects side by side', () => {
  it('stand in the order asked for, with what each does per miner, per MW and per TH/s', async () => {
    const { status, body } = await compare('two-001,ONE-001');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      next_cursor: null,
      total: 2,
      data: [{ project_id: 'TWO-001' }, { project_id: 'ONE-001' }],
    });
    expect((body as { data: object[] }).data[1]).toEqual({
      project_id: 'ONE-001',
      name: 'One',
      status: 'active',
      observed_at: '2026-11-23T12:00:00.000Z',
      age_s: 0,
      freshness: 'fresh',
      coverage: { reporting: 1, expected: 1 },
      hashrate_ths: 100_000,
      power_kw: 1800,
      efficiency_j_per_th: 18,
      miners_active: 200,
      miners_total: 308,
      containers_active: 1,
      containers_total: 1,
      temp_supply_c: null,
      temp_return_c: null,
      alerts_active: { critical: 0, warning: 1, info: 0 },
      target_hashrate_eh: 0.4,
      target_power_mw: 4,
      target_hashrate_pct: 25,
      target_power_pct: 45,
      hashrate_ths_per_miner: 500,
      power_w_per_miner: 9000,
      hashrate_ths_per_mw: 55_555.5556,
      capex_usd: 8_000_000,
      capex_usd_per_mw: 2_000_000,
      capex_usd_per_ths: 20,
      opex_monthly_usd: 200_000,
      opex_monthly_usd_per_mw: 50_000,
      opex_monthly_usd_per_ths: 0.5,
    });
  });

  it('have null where a part is unknown, or would divide by zero', async () => {
    const { body } = await compare('ONE-001,TWO-001');
    expect((body as { data: object[] }).data[1]).toMatchObject({
      hashrate_ths: null,
      alerts_active: { critical: 1, warning: 0, info: 0 },
      target_hashrate_pct: null,
      target_power_pct: null,
      hashrate_ths_per_miner: null,
      power_w_per_miner: null,
      hashrate_ths_per_mw: null,
      capex_usd: 1_000_000,
      capex_usd_per_mw: null,
      capex_usd_per_ths: null,
      opex_monthly_usd_per_mw: null,
    });
  });

  it('are a file too', async () => {
    const { body } = await compare('ONE-001,TWO-001&format=csv', admin);
    expect((body as string).split('\r\n').map((line) => line.split(',').slice(0, 3))).toEqual([
      ['time_utc', 'time_local', 'project_id'],
      ['2026-11-23T12:00:00.000Z', '2026-11-23 12:00:00', 'ONE-001'],
      ['', '', 'TWO-001'],
      [''],
    ]);
  });

  it('are nothing for viewers, who see projects, containers and figures alone', async () => {
    const viewer = await api.makeKey('viewer', ['ONE-001', 'TWO-001']);
    const { status, body } = await compare('ONE-001,TWO-001', viewer);
    expect([status, (body as { code: string }).code]).toEqual([403, 'forbidden']);
  });

  it('are 404 where one of them is foreign or unknown', async () => {
    for (const projects of ['ONE-001,FAR-001', 'ONE-001,NONE-001']) {
      const { status, body } = await compare(projects);
      expect([status, (body as { code: string }).code]).toEqual([404, 'not_found']);
    }
    expect((await compare('ONE-001,FAR-001', admin)).status).toBe(200);
  });

  it.each(['', 'ONE-001', 'ONE-001,one-001', 'ONE-001,x', 'A-001,B-001,C-001,D-001,E-001,F-001,G-001'])(
    'are refused as %j',
    async (projects) => {
      const { status, body } = await compare(projects);
      expect(status).toBe(422);
      expect((body as { errors: { pointer: string }[] }).errors[0]?.pointer).toMatch(/^\/projects/);
    },
  );
});
