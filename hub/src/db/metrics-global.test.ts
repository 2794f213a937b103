import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { createLog } from '../log.ts';
import { readSeries } from '../operations/series.ts';
import { Database, type DatabaseContext, withContext } from './client.ts';
import { companyMembers } from './queries/series-members.ts';

// Two tenants and an archived project; Qatar's days begin at 21:00 UTC.
let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, log: createLog('silent') });
  await database.owner.query(`
    insert into projects (project_id, status, time_zone) values ('AAA-001', 'active', 'Asia/Qatar'),
      ('BBB-001', 'active', 'UTC'), ('OLD-001', 'archived', 'UTC');
    insert into metrics (project_id, scope, scope_id, resolution_s, timestamp, hashrate_ths_sum, hashrate_ths_count, hashrate_ths_min,
        temp_chip_c_sum, temp_chip_c_count, temp_chip_c_min, temp_chip_c_max, energy_kwh, active_containers, reporting, expected,
        power_source, late)
      values ('AAA-001', 'project', 'AAA-001', 300, '2026-11-23T10:00Z', 200, 2, 90, 600, 10, 50, 70, 1.5, 2, 2, 3, 'meter', true),
        ('BBB-001', 'project', 'BBB-001', 300, '2026-11-23T10:00Z', 1500, 5, 250, 4000, 50, 55, 99, 0.25, 1, 1, 1, 'miners', false),
        ('OLD-001', 'project', 'OLD-001', 300, '2026-11-23T10:00Z', 7, 1, 7, 7, 1, 7, 7, 7, 7, 7, 7, 'meter', false),
        ('AAA-001', 'container', 'AAA-C01', 300, '2026-11-23T10:00Z', 9, 1, 9, 9, 1, 9, 9, 9, null, 9, 9, 'meter', false);
    insert into metrics (project_id, scope, scope_id, resolution_s, timestamp, hashrate_eh, power_mw)
      values ('AAA-001', 'project', 'AAA-001', 300, '2026-11-23T10:05Z', 0.5, 2);
    insert into metrics (project_id, scope, scope_id, resolution_s, timestamp, energy_kwh)
      values ('AAA-001', 'project', 'AAA-001', 86400, '2026-11-21T21:00Z', 1000), ('AAA-001', 'project', 'AAA-001', 86400, '2026-11-22T00:00Z', 10),
        ('BBB-001', 'project', 'BBB-001', 86400, '2026-11-22T00:00Z', 100)`);
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const read = async (context: DatabaseContext, where: string) =>
  withContext(
    database.api,
    context,
    async (client) => (await client.query(`select * from metrics_global where ${where} order by timestamp`)).rows,
  );
const EVERYBODY: DatabaseContext = { role: 'super_admin' };
const OF_A: DatabaseContext = { role: 'viewer', projectIds: ['AAA-001'] };

it('has the columns of metrics', async () => {
  const columns = async (table: string) =>
    (await database.owner.query(`select * from ${table} limit 0`)).fields.map(({ name, dataTypeID }) => [
      name,
      dataTypeID,
    ]);
  expect(await columns('metrics_global')).toEqual(await columns('metrics'));
});

it('adds up the averages of the projects that the asker may see, but archived ones', async () => {
  const [all] = await read(EVERYBODY, "resolution_s = 300 and timestamp = '2026-11-23T10:00Z'");
  expect(all).toMatchObject({
    project_id: null,
    scope: 'global',
    scope_id: 'global',
    // 100 and 300 TH/s.
    hashrate_ths_sum: 2000,
    hashrate_ths_count: 5,
    hashrate_ths_min: null,
    temp_chip_c_sum: 4600,
    temp_chip_c_count: 60,
    temp_chip_c_min: 50,
    temp_chip_c_max: 99,
    energy_kwh: 1.75,
    active_containers: 3,
    reporting: 3,
    expected: 4,
    power_source: 'mixed',
    late: true,
    power_kw_sum: null,
  });
  const [own] = await read(OF_A, "resolution_s = 300 and timestamp = '2026-11-23T10:00Z'");
  expect(own).toMatchObject({ hashrate_ths_sum: 200, hashrate_ths_count: 2, energy_kwh: 1.5, expected: 3 });
  expect(await read({ role: 'viewer', projectIds: [] }, 'true')).toEqual([]);
  expect(await read({}, 'true')).toEqual([]);
});

it('takes a row written by hand as one reading', async () => {
  expect(await read(EVERYBODY, "timestamp = '2026-11-23T10:05Z'")).toMatchObject([
    { hashrate_ths_sum: 500_000, hashrate_ths_count: 1, power_kw_sum: 2000, power_kw_count: 1, hashrate_eh: 0.5 },
  ]);
});

it('has the days of UTC, and no project’s own', async () => {
  expect(await read(EVERYBODY, 'resolution_s = 86400')).toMatchObject([
    { timestamp: new Date('2026-11-22T00:00Z'), energy_kwh: 110 },
  ]);
});

it('says what the API reads', async () => {
  const rows = await read(EVERYBODY, "resolution_s = 300 and timestamp >= '2026-11-23T10:00Z'");
  const span = { from: Date.UTC(2026, 10, 23, 10), to: Date.UTC(2026, 10, 23, 10, 10) };
  const columns = (['hashrate_ths', 'temp_chip_c', 'energy_kwh'] as const).map((metric) => ({
    metric,
    agg: metric === 'energy_kwh' ? ('sum' as const) : ('avg' as const),
  }));
  const { sets } = await withContext(database.api, EVERYBODY, async (client) =>
    readSeries(client, [{ labels: {}, members: await companyMembers(client), current: true }], {
      span,
      step: '5m',
      timeZone: 'UTC',
      columns,
    }),
  );
  const over = (sum: number | null, count: number | null) => (sum === null || count === null ? null : sum / count);
  expect(sets[0]?.rows.map((row) => row?.values)).toEqual(
    rows.map((row) => [
      over(row.hashrate_ths_sum, row.hashrate_ths_count),
      over(row.temp_chip_c_sum, row.temp_chip_c_count),
      row.energy_kwh,
    ]),
  );
});
