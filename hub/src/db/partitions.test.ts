import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { catalogueFaults } from '../../../test/harness/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { createLog } from '../log.ts';
import { Database, withContext } from './client.ts';
import { Partitions } from './partitions.ts';

const log = createLog('silent');
const NOW = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;
let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  database = await Database.open({ url: test.url, log });
});
afterEach(() => database.close());

const partitions = (now = NOW): Partitions => new Partitions(database.owner, { log, now: () => now });

async function names(table = 'meter_frames'): Promise<string[]> {
  const { rows } = await database.owner.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = $1::regclass order by 1`,
    [table],
  );
  return rows.map((row) => row.name.replace(`${table}_`, ''));
}

/** Stores a meter's frame as ingest would; returns the partition it went to. */
async function store(atMs: number, project = 'AAA-001'): Promise<string> {
  return withContext(database.ingest, { projectIds: [project] }, async (client) => {
    const { rows } = await client.query<{ partition: string }>(
      `insert into meter_frames (project_id, meter_id, at, device_at, received_at, agent_id, interval_s, clock, answered)
       values ($1, 'AAA-E01', $2, $2, $2, gen_random_uuid(), 60, 'synced', true) returning tableoid::regclass::text as partition`,
      [project, new Date(atMs)],
    );
    return rows[0]?.partition.replace('meter_frames_', '') ?? '';
  });
}

/** Stores a bucket of a project; returns the partition it went to. */
async function storeBucket(atMs: number, resolution = 300): Promise<string> {
  return withContext(database.ingest, { projectIds: ['AAA-001'] }, async (client) => {
    const { rows } = await client.query<{ partition: string }>(
      `insert into metrics (project_id, scope_id, resolution_s, timestamp, hashes_eh)
       values ('AAA-001', 'AAA-001', $1, $2, 1.5) returning tableoid::regclass::text as partition`,
      [resolution, new Date(atMs)],
    );
    return rows[0]?.partition.replace('metrics_fine_', '') ?? '';
  });
}

it('makes today and the next three days, and catches the rest in the default partition', async () => {
  const made = partitions();
  await made.start();
  await made.stop();
  expect(await names()).toEqual(['2026_11_23', '2026_11_24', '2026_11_25', '2026_11_26', 'default']);
  expect(await store(NOW)).toBe('2026_11_23');
  expect(await store(Date.UTC(2026, 10, 23))).toBe('2026_11_23');
  expect(await store(Date.UTC(2026, 10, 24) - 1)).toBe('2026_11_23');
  expect(await store(Date.UTC(2026, 10, 24))).toBe('2026_11_24');
  expect(await store(NOW - 30 * DAY)).toBe('default');
});

it('makes the days of a late backlog, and moves rows of every project that lie in the default partition', async () => {
  const late = Date.UTC(2026, 9, 1, 6);
  await database.owner.query("insert into projects (project_id) values ('AAA-001'), ('BBB-001')");
  expect([await store(late), await store(late + 1, 'BBB-001'), await store(late + DAY)]).toEqual(
    Array.from({ length: 3 }, () => 'default'),
  );
  await partitions().ensure(late);
  expect(await names()).toContain('2026_10_01');
  const { rows } = await database.owner.query(
    `select tableoid::regclass::text as partition, count(*) from meter_frames where at >= $1 and at <= $2 group by 1 order by 1`,
    [new Date(late), new Date(late + DAY)],
  );
  expect(rows).toEqual([
    { partition: 'meter_frames_2026_10_01', count: 2 },
    { partition: 'meter_frames_default', count: 1 },
  ]);
});

it('notices by itself what lies in the default partition, and leaves what cannot be true', async () => {
  const stray = Date.UTC(2026, 9, 10, 6);
  expect(await store(stray)).toBe('default');
  expect(await store(Date.UTC(2038, 0, 19))).toBe('default');
  const made = partitions();
  await made.start();
  await made.stop();
  expect(await names()).toContain('2026_10_10');
  expect(await names()).not.toContain('2038_01_19');
});

it('makes no tables for times that cannot be true', async () => {
  const before = [await names(), await names('metrics_fine')];
  const made = partitions();
  for (const at of [0, Date.UTC(2023, 11, 31), NOW + 9 * DAY, Date.UTC(2038, 0, 19), 8.64e15]) {
    await made.ensure(at);
    await made.ensureFine(at);
  }
  expect([await names(), await names('metrics_fine')]).toEqual(before);
});

it('moves what came late for a day whose partition was dropped since', async () => {
  const day = Date.UTC(2026, 4, 1, 6);
  const made = partitions();
  await made.ensure(day);
  await database.owner.query('drop table meter_frames_2026_05_01');
  // Known, as far as it knows: the default partition catches the row.
  await made.ensure(day);
  expect(await store(day)).toBe('default');
  await made.start();
  await made.stop();
  expect(await names()).toContain('2026_05_01');
});

it('is safe when hubs make the same day together, and asks once per day', async () => {
  const day = Date.UTC(2026, 8, 1);
  const others = Array.from({ length: 4 }, () => partitions());
  await Promise.all(others.flatMap((hub) => [hub.ensure(day), hub.ensure(day + 1), hub.ensure(day + DAY - 1)]));
  expect((await names()).filter((name) => name === '2026_09_01')).toHaveLength(1);
});

it('lets readers and writers of other days go on meanwhile', async () => {
  await withContext(database.ingest, { projectIds: ['AAA-001'] }, async (client) => {
    await client.query('select * from meter_frames where at >= $1 and at < $2', [new Date(NOW), new Date(NOW + 1000)]);
    await partitions().ensure(Date.UTC(2026, 7, 1));
    expect(await names()).toContain('2026_08_01');
  });
});

it('tries again after a failure', async () => {
  const day = Date.UTC(2026, 6, 1);
  const made = partitions();
  await database.owner.query('alter table meter_frames rename to hidden');
  await expect(made.ensure(day)).rejects.toThrow(/meter_frames/);
  await database.owner.query('alter table hidden rename to meter_frames');
  await made.ensure(day);
  expect(await names()).toContain('2026_07_01');
});

describe('rows of five minutes', () => {
  it('have this month and the next ahead, also at the end of a long month, and a default partition for the rest', async () => {
    for (const now of [NOW, Date.UTC(2027, 0, 31, 23)]) {
      const made = partitions(now);
      await made.start();
      await made.stop();
    }
    expect(await names('metrics_fine')).toEqual(['2026_11', '2026_12', '2027_01', '2027_02', 'default']);
    expect(await storeBucket(NOW)).toBe('2026_11');
    expect(await storeBucket(NOW, 900)).toBe('2026_11');
    expect(await storeBucket(Date.UTC(2026, 11, 1) - 300_000)).toBe('2026_11');
    expect(await storeBucket(Date.UTC(2026, 11, 1))).toBe('2026_12');
    expect(await storeBucket(NOW - 90 * DAY)).toBe('default');
    expect(await storeBucket(NOW, 3600)).toBe('metrics_hours');
  });

  it('of a year brought along move out of the default partition, whole, with the months they are in', async () => {
    const months = Array.from({ length: 12 }, (_, month) => Date.UTC(2025, month, 15));
    for (const at of months) expect(await storeBucket(at)).toBe('default');
    await partitions().ensureFine(months[0]!);
    expect(await names('metrics_fine')).toContain('2025_01');
    const made = partitions();
    await made.start();
    await made.stop();
    const { rows } = await database.owner.query(
      `select tableoid::regclass::text as partition, sum(hashes_eh) as eh from metrics
       where timestamp < '2026-01-01' and resolution_s = 300 group by 1 order by 1`,
    );
    expect(rows).toEqual(
      months.map((at) => ({
        partition: `metrics_fine_${new Date(at).toISOString().slice(0, 7).replace('-', '_')}`,
        eh: 1.5,
      })),
    );
  });
});

it('makes partitions as closed as their tables, stored like them', async () => {
  await partitions().ensure(Date.UTC(2026, 5, 1));
  await partitions().ensureFine(Date.UTC(2026, 5, 1));
  const client = await database.owner.connect();
  expect(await catalogueFaults(client)).toEqual([]);
  const { rows } = await client.query(
    "select attstorage from pg_attribute where attrelid = 'container_frames_2026_06_01'::regclass and attname = 'body'",
  );
  expect(rows).toEqual([{ attstorage: 'e' }]);
  client.release();
});
