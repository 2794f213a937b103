import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { observe, STALE_AFTER_INTERVALS } from '../freshness.ts';
import { createLog } from '../log.ts';
import { Database, type DatabaseContext, withContext } from './client.ts';

// The way of the mission's document: rows written by hand, as the database's superuser and without any context.
let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, log: createLog('silent') });
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const write = (statement: string): Promise<unknown> => database.owner.query(statement);

beforeEach(() =>
  write(`
    insert into projects (project_id, name, status) values ('AAA-001', 'A', 'active'), ('BBB-001', 'B', 'active');
    insert into containers (project_id, container_id, hashrate_th, power_consumption_kw, miners_active) values
      ('AAA-001', 'AAA-C01', 145684, 1765, 308),
      ('AAA-001', 'AAA-C02', 40000, 500, 90),
      ('BBB-001', 'BBB-C01', 10000, 100, 20);
    insert into alerts (project_id, message, severity) values ('AAA-001', 'of A', 'info'), ('BBB-001', 'of B', 'warning')`),
);
afterEach(() => write('truncate projects, containers, miners, metrics, alerts cascade'));

async function read<T>(view: string, context?: DatabaseContext): Promise<T[]> {
  if (context === undefined) return (await database.owner.query(`select * from ${view}`)).rows as T[];
  return await withContext(database.api, context, async (client) => (await client.query(`select * from ${view}`)).rows);
}

const overviewOf = async (projectId: string): Promise<unknown> => {
  const rows = await read<{ project_id: string }>('project_overview');
  return rows.find((row) => row.project_id === projectId);
};

it.each([
  ['global_overview', 'total_projects active_projects total_containers total_miners total_hashrate_eh total_power_mw'],
  ['project_overview', 'project_id name containers_count miners_active hashrate_eh power_mw'],
  ['active_alerts', 'id project_name alert_type severity message hours_since'],
])('%s has the columns of the document', async (view, columns) => {
  const { fields } = await database.owner.query(`select * from ${view}`);
  expect(fields.map(({ name }) => name).join(' ')).toBe(columns);
});

it('sums rows written by hand at once, in EH/s and MW', async () => {
  expect(await overviewOf('AAA-001')).toEqual({
    project_id: 'AAA-001',
    name: 'A',
    containers_count: 2,
    miners_active: 398,
    hashrate_eh: expect.closeTo(0.185684, 12),
    power_mw: expect.closeTo(2.265, 12),
  });
  expect(await read('global_overview')).toEqual([
    {
      total_projects: 2,
      active_projects: 2,
      total_containers: 3,
      total_miners: 418,
      total_hashrate_eh: expect.closeTo(0.195684, 12),
      total_power_mw: expect.closeTo(2.365, 12),
    },
  ]);
});

it('takes rows that say their ids and figures and nothing else', async () => {
  await write(`
    insert into projects (project_id, name) values ('CCC-001', 'C');
    insert into containers (container_id, project_id, status, hashrate_th, power_consumption_kw, miners_active)
      values ('CCC-C01', 'CCC-001', 'active', 270, 3.5, 1);
    insert into miners (miner_id, container_id, project_id, status, hashrate_th, power_w)
      values ('CCC-C01-M001', 'CCC-C01', 'CCC-001', 'hashing', 270, 3645);
    insert into miners (miner_id, container_id, project_id) values ('CCC-C01-M002', 'CCC-C01', 'CCC-001');
    insert into metrics (timestamp, project_id, scope, scope_id, hashrate_eh, power_mw, active_containers)
      values (now(), 'CCC-001', 'project', 'CCC-001', 0.00027, 0.0035, 1);
    insert into alerts (timestamp, project_id, alert_type, severity, target_type, target_id, message, status)
      values (now() - interval '90 minutes', 'CCC-001', 'temperature', 'critical', 'container', 'CCC-C01', 'hot', 'active')`);
  const miners =
    'select miner_id, state_at > now() - interval $$1 minute$$ as seen, efficiency_j_per_th from miners order by 1';
  expect((await database.owner.query(miners)).rows).toEqual([
    { miner_id: 'CCC-C01-M001', seen: true, efficiency_j_per_th: 13.5 },
    { miner_id: 'CCC-C01-M002', seen: null, efficiency_j_per_th: null },
  ]);
  expect((await database.owner.query('select resolution_s, hashrate_eh from metrics')).rows).toEqual([
    { resolution_s: 300, hashrate_eh: 0.00027 },
  ]);
  expect(await overviewOf('CCC-001')).toMatchObject({ miners_active: 1, hashrate_eh: 0.00027, power_mw: 0.0035 });
  expect((await read('active_alerts'))[0]).toEqual({
    id: expect.any(Number),
    project_name: 'C',
    alert_type: 'temperature',
    severity: 'critical',
    message: 'hot',
    hours_since: expect.closeTo(1.5, 2),
  });
});

it('keeps unknown as null, where containers tell nothing and where there are none', async () => {
  await write(`
    insert into projects (project_id, name, status) values ('CCC-001', 'C', 'active'), ('DDD-001', 'D', 'active');
    insert into containers (project_id, container_id) values ('CCC-001', 'CCC-C01')`);
  const unknown = { miners_active: null, hashrate_eh: null, power_mw: null };
  expect(await overviewOf('CCC-001')).toMatchObject({ containers_count: 1, ...unknown });
  expect(await overviewOf('DDD-001')).toMatchObject({ containers_count: 0, ...unknown });
  const context: DatabaseContext = { projectIds: ['CCC-001'], role: 'viewer' };
  expect(await read('global_overview', context)).toEqual([
    {
      total_projects: 1,
      active_projects: 1,
      total_containers: 1,
      total_miners: null,
      total_hashrate_eh: null,
      total_power_mw: null,
    },
  ]);
});

it.each([
  ['planned', 2, true],
  ['maintenance', 2, true],
  ['archived', 1, false],
])('leaves a project that is %s out of the sums', async (status, projects, listed) => {
  await write(`update projects set status = '${status}' where project_id = 'BBB-001'`);
  expect(await read('global_overview')).toMatchObject([
    { total_projects: projects, active_projects: 1, total_containers: 2, total_miners: 398 },
  ]);
  expect((await overviewOf('BBB-001')) !== undefined).toBe(listed);
});

it.each([
  ['its frame is not five of its intervals old', "state_at = now() - interval '140 seconds', interval_s = 30", 398],
  ['its frame is older', "state_at = now() - interval '160 seconds', interval_s = 30", 90],
  ['its interval is unknown and five minutes are over', "state_at = now() - interval '310 seconds'", 90],
  ['nobody there answered', "status = 'offline'", 90],
  ['it is planned', "status = 'planned'", 90],
])('counts a container, or not, when %s', async (_, change, miners) => {
  await write(`update containers set ${change} where container_id = 'AAA-C01'`);
  expect(await overviewOf('AAA-001')).toMatchObject({ containers_count: 2, miners_active: miners });
});

it('draws the line at five intervals, as freshness does', async () => {
  const interval = 30;
  const age = STALE_AFTER_INTERVALS * interval;
  const { rows } = await database.owner.query(
    `select is_reporting('active', now() - make_interval(secs => age), $1, now()) as reporting
       from unnest($2::float[]) with ordinality a (age, n) order by n`,
    [interval, [age, age + 0.001]],
  );
  expect(rows).toEqual([{ reporting: true }, { reporting: false }]);
  const freshness = (ageS: number) => observe(new Date(0), interval, ageS * 1000).freshness;
  expect([freshness(age), freshness(age + 0.001)]).toEqual(['late', 'stale']);
});

it('sorts alerts by severity, then newest first, and shows the active ones alone', async () => {
  await write(`
    delete from alerts;
    insert into alerts (project_id, severity, message, timestamp, status) values
      ('AAA-001', 'info', 'info', now(), 'active'),
      ('AAA-001', 'warning', 'old warning', now() - interval '2 hours', 'active'),
      ('AAA-001', 'critical', 'critical', now() - interval '3 hours', 'active'),
      ('BBB-001', 'warning', 'new warning', now() - interval '1 hour', 'active'),
      ('AAA-001', 'critical', 'held back', now(), 'pending'),
      ('AAA-001', 'critical', 'seen', now(), 'acknowledged'),
      ('AAA-001', 'critical', 'over', now(), 'resolved'),
      ('HEARST-000', 'critical', 'of the hub', now(), 'active')`);
  const messages = (await read<{ message: string }>('active_alerts')).map(({ message }) => message);
  expect(messages).toEqual(['critical', 'new warning', 'old warning', 'info']);
});

it('asks as its reader', async () => {
  const manager: DatabaseContext = { projectIds: ['BBB-001'], role: 'project_manager' };
  expect(await read('project_overview', manager)).toMatchObject([{ project_id: 'BBB-001', miners_active: 20 }]);
  expect(await read('global_overview', manager)).toMatchObject([{ total_projects: 1, total_miners: 20 }]);
  expect(await read('active_alerts', manager)).toMatchObject([{ project_name: 'B', message: 'of B' }]);
  expect(await read('project_overview', { ...manager, role: 'viewer' })).toHaveLength(1);
  expect(await read('active_alerts', { ...manager, role: 'viewer' })).toEqual([]);
  expect(await read('active_alerts', { role: 'super_admin' })).toHaveLength(2);
  expect(await read('project_overview', {})).toEqual([]);
});
