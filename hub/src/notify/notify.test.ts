import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { Database, withContext } from '../db/client.ts';
import { createLog } from '../log.ts';
import type { AlertsPayload } from './facts.ts';
import { notifyOfAlerts } from './notify.ts';

const NOW = Date.UTC(2026, 10, 26, 9);
const OPS = '00000000-0000-4000-8000-000000000001';
const HQ = '00000000-0000-4000-8000-000000000002';
const OTHER = '00000000-0000-4000-8000-000000000003';

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, log: createLog('silent') });
  await sql(`insert into projects (project_id, name, location, time_zone, target_hashrate_eh)
    values ('QATAR-001', 'Qatar', 'Doha', 'Asia/Qatar', 8.6), ('OTHER-001', 'Other', null, 'UTC', null)`);
  await sql(`insert into containers (project_id, container_id, transformer_id, layout)
    values ('QATAR-001', 'QATAR-C14', null, '{"rows": 22, "columns": 14, "order": "row"}')`);
});
afterAll(async () => {
  await database.close();
  await test.drop();
});
beforeEach(async () => {
  await sql(
    'truncate notification_threads, deliveries, alerts, alert_events, maintenance_windows, notification_channels',
  );
  await sql(`insert into notification_channels (project_id, channel_id, kind, name, config, enabled) values
    ('QATAR-001', '${OPS}', 'email', 'ops', '{"recipients": ["a@x.com", "b@x.com"]}', true),
    ('HEARST-000', '${HQ}', 'webhook', 'hq', '{"url": "https://hq.example.com"}', true),
    ('QATAR-001', gen_random_uuid(), 'webhook', 'off', '{}', false),
    ('OTHER-001', '${OTHER}', 'webhook', 'other', '{}', true)`);
});

async function sql<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
  return (await database.owner.query<T>(text, values)).rows;
}

/** As the evaluator does it, at so many seconds after `NOW`. */
function notify(seconds: number, statements: string[] = [], project = 'QATAR-001'): Promise<number | null> {
  return withContext(database.ingest, { projectIds: [project, 'HEARST-000'] }, async (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const counted = Object.assign(Object.create(client), {
      query: (...args: unknown[]) => {
        statements.push(String(args[0]).trim().slice(0, 6));
        return query(...args);
      },
    });
    return notifyOfAlerts(counted, project, new Date(NOW + seconds * 1000));
  });
}

function open(fields: Record<string, unknown> = {}): Promise<unknown> {
  const row = {
    project_id: 'QATAR-001',
    timestamp: new Date(NOW),
    first_seen_at: new Date(NOW - 30_000),
    severity: 'critical',
    rule_id: 'pump_stopped',
    target_type: 'container',
    target_id: 'QATAR-C14',
    message: 'QATAR-C14: pump stopped',
    ...fields,
  };
  const names = Object.keys(row);
  const places = names.map((_, index) => `$${index + 1}`);
  return sql(`insert into alerts (${names.join(', ')}) values (${places.join(', ')})`, Object.values(row));
}

it('writes a row for each recipient of each channel that hears of the project, and what they were told', async () => {
  await open();
  expect(await notify(0)).toBe(NOW + 10_000);
  expect(await sql('select from deliveries')).toHaveLength(0);
  expect(await notify(10)).toBe(NOW + 10_000 + 30 * 60_000);
  const rows = await sql<{ channel_id: string; payload: AlertsPayload }>('select * from deliveries order by recipient');
  expect(rows).toMatchObject([
    { channel_id: HQ, channel_project_id: 'HEARST-000', recipient: '', project_id: 'QATAR-001', status: 'pending' },
    { channel_id: OPS, channel_project_id: 'QATAR-001', recipient: 'a@x.com', kind: 'alerts' },
    { channel_id: OPS, recipient: 'b@x.com', attempts: 0, begun_at: null, next_attempt_at: new Date(NOW + 10_000) },
  ]);
  expect(rows[0]?.payload).toMatchObject({
    kind: 'alerts',
    project: { id: 'QATAR-001', name: 'Qatar', time_zone: 'Asia/Qatar', target_hashrate_eh: 8.6 },
    news: [{ news: 'opened', alert: { target_id: 'QATAR-C14', place: { container_id: 'QATAR-C14', position: null } } }],
  });
  const threads = await sql('select * from notification_threads order by channel_id');
  expect(threads).toMatchObject([
    { channel_id: OPS, told_status: 'active', told_severity: 'critical', told_at: new Date(NOW + 10_000), repeats: 0 },
    { channel_id: HQ, first_delivery_id: rows[0]?.payload.thread },
  ]);
});

it('writes nothing and asks three times where nothing is due, once where nobody listens', async () => {
  await open();
  await notify(10);
  const statements: string[] = [];
  await notify(11, statements);
  expect(statements.map((text) => text.toLowerCase())).toEqual(['select', 'select', 'with w']);
  await sql('update notification_channels set enabled = false');
  statements.length = 0;
  expect(await notify(12, statements)).toBeNull();
  expect(statements).toHaveLength(1);
});

it('goes on from what the database says was told: repeats, and the end in the thread', async () => {
  await open();
  await notify(10);
  await notify(10 + 1800);
  expect(await sql('select repeats from notification_threads')).toEqual([{ repeats: 1 }, { repeats: 1 }]);
  await sql("update alerts set status = 'resolved', resolved_at = $1", [new Date(NOW + 2000e3)]);
  expect(await notify(3000)).toBeNull();
  expect(await notify(3001)).toBeNull();
  const rows = await sql<{ payload: AlertsPayload }>('select payload from deliveries where channel_id = $1', [HQ]);
  expect(rows.flatMap(({ payload }) => payload.news.map(({ news }) => news))).toEqual([
    'opened',
    'repeated',
    'resolved',
  ]);
  expect(new Set(rows.map(({ payload }) => payload.thread)).size).toBe(1);
});

it('knows where a miner stands, and leaves alone what is explained, below the severity, or elsewhere', async () => {
  await open({ target_type: 'miner', target_id: 'QATAR-C14-M087', rule_id: 'miner_pool_wrong' });
  await open({ parent_id: 1, rule_id: 'flow_low' });
  await open({ severity: 'info', rule_id: 'miner_offline' });
  await open({ project_id: 'OTHER-001' });
  await notify(60);
  const rows = await sql<{ payload: AlertsPayload }>('select payload from deliveries where channel_id = $1', [HQ]);
  const [payload] = rows.map(({ payload }) => payload);
  expect([rows.length, payload?.news.length]).toEqual([1, 1]);
  expect(payload?.news[0]?.alert.place).toEqual({
    transformer_id: null,
    container_id: 'QATAR-C14',
    position: 87,
    slot: 'R07-03',
  });
});

it('holds what a maintenance window covers, sums it up once at the end, and then goes on', async () => {
  await sql(
    `insert into maintenance_windows (project_id, target_type, target_id, starts_at, ends_at, created_by)
     values ('QATAR-001', 'container', 'QATAR-C14', $1, $2, 'Amal')`,
    [new Date(NOW - 60_000), new Date(NOW + 600_000)],
  );
  await open();
  await open({ rule_id: 'flow_low', severity: 'warning', status: 'resolved', resolved_at: new Date(NOW + 60_000) });
  expect(await notify(60)).toBe(NOW + 600_000);
  await notify(600);
  await notify(601);
  const rows = await sql<{ kind: string; payload: AlertsPayload }>(
    'select kind, payload from deliveries where channel_id = $1',
    [HQ],
  );
  expect(rows.map(({ kind, payload }) => [kind, payload.news.map(({ news }) => news)])).toEqual([
    ['summary', ['opened', 'resolved']],
  ]);
});

it('tells the company’s own channels of what belongs to no project', async () => {
  await open({ project_id: 'HEARST-000', target_type: 'global', target_id: '', message: 'Bitcoin is cheap' });
  await notify(60, [], 'HEARST-000');
  const rows = await sql('select channel_id, project_id, payload from deliveries');
  expect(rows).toMatchObject([
    { channel_id: HQ, project_id: 'HEARST-000', payload: { project: { name: 'Hearst', time_zone: 'UTC' } } },
  ]);
});
