import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Family, readExposition, sampleValue, unconventional } from '../../../test/harness/exposition.ts';
import { createLog } from '../log.ts';
import { DatabaseWatch, watchPools } from '../monitoring/database.ts';
import { createMonitoringApp } from './routes/monitoring.ts';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
const agent = randomUUID();
/** What people may write into a name. */
const HOSTILE = 'a"} 1\nhearst_forged_total 9\\';

beforeAll(async () => {
  api = await openTestApi();
  admin = await api.makeKey('super_admin');
  const seen = new Date(api.now - 90_000);
  const run = (sql: string, values: unknown[] = []) => api.asOwner((client) => client.query(sql, values));
  await run(
    `insert into projects (project_id, name, status) values ('NORTH-001', 'N', 'active'), ('SOUTH-001', 'S', 'active'),
         ('PLAN-001', 'P', 'planned')`,
  );
  await run(
    `insert into containers (project_id, container_id, state_at) values ('NORTH-001', 'NORTH-C01', $1),
         ('NORTH-001', 'NORTH-C02', $2)`,
    [new Date(api.now - 300_000), new Date(api.now - 60_000)],
  );
  await run(
    `insert into agents (project_id, agent_id, name, status, secret_hash, hmac_key, last_seen_at, depth_batches,
         depth_bytes, clock_offset_ms)
       values ('NORTH-001', $1, $2, 'active', '', '', $3, 7, 4096, -1500),
         ('SOUTH-001', $4, 'never', 'quarantined', '', '', null, null, null, null),
         ('SOUTH-001', $5, 'gone', 'revoked', '', '', $6, 9, 9, 9)`,
    [agent, HOSTILE, seen, randomUUID(), randomUUID(), new Date(0)],
  );
  await run(
    `insert into alerts (project_id, severity, status) values ('NORTH-001', 'critical', 'active'),
         ('NORTH-001', 'critical', 'acknowledged'), ('SOUTH-001', 'critical', 'active'), ('SOUTH-001', 'info', 'active'),
         ('NORTH-001', 'critical', 'resolved'), ('NORTH-001', 'critical', 'pending')`,
  );
  watchPools(api.monitoring, api.database);
  new DatabaseWatch({
    monitoring: api.monitoring,
    pool: api.database.api,
    log: createLog('silent'),
    now: () => api.now,
  });
});
afterAll(() => api.close());

const page = async (key = admin): Promise<Map<string, Family>> => {
  const { status, body } = await api.ask('/metrics', { key });
  expect(status).toBe(200);
  return readExposition(body);
};
/** What the database says is read anew. */
const later = () => {
  api.now += 10_000;
};

describe('GET /metrics', () => {
  it('is in the format of Prometheus, with its names and units', async () => {
    const response = await api.app.request('/metrics', { headers: { Authorization: `Bearer ${admin}` } });
    expect(response.headers.get('Content-Type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const families = readExposition(await response.text());
    expect(unconventional(families)).toEqual([]);
    expect([...families.keys()].filter((name) => !name.startsWith('hearst_'))).toEqual([]);
    expect(sampleValue(families, 'hearst_hub_info', { version: '0.0.0', node: process.versions.node })).toBe(1);
  });

  it("is for super admins' keys alone", async () => {
    const status = async (key?: string) => (await api.ask('/metrics', key === undefined ? {} : { key })).status;
    expect(await status()).toBe(401);
    expect(await status(`hck_0123456789ab_${'A'.repeat(43)}`)).toBe(401);
    for (const role of ['project_manager', 'operator', 'viewer'] as const)
      expect(await status(await api.makeKey(role, ['NORTH-001']))).toBe(403);
  });

  it('counts alerts, agents and ages as they are', async () => {
    const families = await page();
    const told = (name: string, labels?: Record<string, string>) => sampleValue(families, `hearst_${name}`, labels);
    expect(told('database_up')).toBe(1);
    expect(told('rollup_marks')).toBe(0);
    expect(['critical', 'warning', 'info'].map((severity) => told('alerts', { severity }))).toEqual([3, 0, 1]);
    expect(told('project_alerts', { project: 'NORTH-001', severity: 'critical' })).toBe(2);
    expect(told('agents', { status: 'active' })).toBe(1);
    expect(told('agents', { status: 'quarantined' })).toBe(1);
    expect(told('agents_last_seen_age_max_seconds')).toBe(90);
    const labels = { project: 'NORTH-001', agent, name: HOSTILE };
    expect(told('agent_last_seen_age_seconds', labels)).toBe(90);
    expect(told('agent_outbox_batches', labels)).toBe(7);
    expect(told('agent_outbox_bytes', labels)).toBe(4096);
    expect(told('agent_clock_offset_seconds', labels)).toBe(-1.5);
    // One that was never seen has no age, and a name is only ever a label.
    expect(families.get('hearst_agent_last_seen_age_seconds')?.samples).toHaveLength(1);
    expect(families.has('hearst_forged_total')).toBe(false);
    expect(families.get('hearst_project_reading_age_seconds')?.samples).toEqual([
      expect.objectContaining({ labels: { project: 'NORTH-001' }, value: 60 }),
    ]);
    expect(told('database_connections', { pool: 'api', state: 'waiting' })).toBe(0);
    expect(told('database_connections', { pool: 'api', state: 'idle' })).toBeGreaterThan(0);
  });

  it('asks the database at most every ten seconds', async () => {
    later();
    await page();
    await api.asOwner((client) => client.query("update alerts set status = 'resolved' where severity = 'info'"));
    const info = async () => sampleValue(await page(), 'hearst_alerts', { severity: 'info' });
    api.now += 9_000;
    expect(await info()).toBe(1);
    api.now += 1_000;
    expect(await info()).toBe(0);
  });

  it('measures requests by route and status, whatever clients make up', async () => {
    const count = async (route: string, status: string, method = 'GET') =>
      sampleValue(await page(), 'hearst_http_request_duration_seconds_count', { method, route, status }) ?? 0;
    for (let i = 0; i < 3; i++) await api.ask('/api/projects/NORTH-001', { key: admin });
    await api.ask('/api/projects/NOBODY-001', { key: admin });
    await api.ask('/api/projects/NORTH-001');
    expect(await count('/api/projects/:projectId', '200')).toBe(3);
    expect(await count('/api/projects/:projectId', '404')).toBe(1);
    expect(await count('/api/projects/:projectId', '401')).toBe(1);
    for (let i = 0; i < 5; i++) await api.ask(`/made/up/${i}`);
    expect(await count('none', '404')).toBe(5);
    await api.ask('/healthz', { method: 'BREW' });
    expect(await count('none', '404', 'other')).toBe(1);
    const scrapes = await count('/metrics', '200');
    expect(await count('/metrics', '200')).toBe(scrapes + 1);
    expect(JSON.stringify([...(await page())])).not.toMatch(/made|NOBODY|BREW/);
  });

  it('goes on while the database is away, with what is still known, for a key that was good', async () => {
    const { api: pool } = api.database;
    const connect = pool.connect.bind(pool);
    const unseen = await api.makeKey('super_admin');
    await page();
    pool.connect = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    try {
      later();
      const families = await page();
      expect(sampleValue(families, 'hearst_database_up')).toBe(0);
      expect(sampleValue(families, 'hearst_hub_info', { version: '0.0.0', node: process.versions.node })).toBe(1);
      // What was true before is not told as if it still were; nothing is no zero either.
      for (const name of ['alerts', 'agents', 'agents_last_seen_age_max_seconds', 'agent_last_seen_age_seconds'])
        expect(families.get(`hearst_${name}`)?.samples).toEqual([]);
      // A key that has not been here cannot be checked; one that has opens nothing else, and not for ever.
      expect((await api.ask('/metrics', { key: unseen })).status).toBe(503);
      expect((await api.ask('/api/projects', { key: admin })).status).toBe(503);
      api.now += 3_600_000;
      expect((await api.ask('/metrics', { key: admin })).status).toBe(503);
    } finally {
      pool.connect = connect;
    }
    later();
    expect(sampleValue(await page(), 'hearst_database_up')).toBe(1);
  });

  it('answers in time though the database hangs', async () => {
    const { api: pool } = api.database;
    const connect = pool.connect.bind(pool);
    pool.connect = () => new Promise(() => {});
    later();
    const asked = createMonitoringApp(api.monitoring).request('/metrics');
    try {
      const families = readExposition(await (await asked).text());
      expect(sampleValue(families, 'hearst_database_up')).toBe(0);
    } finally {
      pool.connect = connect;
      later();
    }
  });

  it('forgets a key that was revoked', async () => {
    const key = await api.makeKey('super_admin');
    await page(key);
    await api.asOwner((client) =>
      client.query('update api_keys set revoked_at = now() where key_id = $1', [key.split('_')[1]]),
    );
    expect((await api.ask('/metrics', { key })).status).toBe(401);
  });
});

it('on a port of its own nothing is told by project, and nothing else is there', async () => {
  const app = createMonitoringApp(api.monitoring);
  const response = await app.request('/metrics');
  const text = await response.text();
  expect(sampleValue(readExposition(text), 'hearst_alerts', { severity: 'critical' })).toBe(3);
  expect(text).not.toMatch(/NORTH|SOUTH|HEARST-000/);
  for (const path of ['/', '/healthz', '/api/projects']) expect((await app.request(path)).status).toBe(404);
});
