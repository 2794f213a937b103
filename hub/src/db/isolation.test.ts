import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFaults, grants } from '../../../test/harness/catalogue.ts';
import { isolationFaults, isolationFaultsIn } from '../../../test/harness/isolation.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { createLog } from '../log.ts';
import { Database, withContext } from './client.ts';
import { Partitions } from './partitions.ts';

const log = createLog('silent');
let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, log, connections: { api: 1 } });
  await new Partitions(database.owner, { log }).ensure(Date.UTC(2026, 0, 1));
});

afterAll(async () => {
  await database.close();
  await test.drop();
});

async function faultsAfter(change: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: test.url });
  await client.connect();
  await client.query('begin');
  await client.query(change);
  const faults = await catalogueFaults(client);
  await client.query('rollback');
  await client.end();
  return faults;
}

describe('the catalogue', () => {
  it('keeps every rule of tenant isolation, day partitions included', async () => {
    const client = await database.owner.connect();
    expect(await catalogueFaults(client)).toEqual([]);
    client.release();
  });

  it.each([
    ['create table extra (project_id text primary key)', 'extra: has no row security, or not forced'],
    ['alter table miners no force row level security', 'miners: has no row security, or not forced'],
    [
      'alter table container_frames_default disable row level security',
      'container_frames_default: has no row security, or not forced',
    ],
    ['drop policy project on miners', 'miners: has no policy for every command'],
    ['alter policy project on miners using (true)', 'miners: has a policy that does not look at project_id'],
    [
      'alter policy project on miners using (project_id in (select project_id from projects))',
      'miners: has a policy with a sub-select',
    ],
    ['create unique index leak on agents (agent_id)', 'leak: is an index that does not begin with project_id'],
    [
      'create unique index on agents (agent_id); alter table ingest_keys add constraint leaves foreign key (agent_id) references agents (agent_id)',
      'leaves: is a foreign key that leaves the project',
    ],
    ['create view leak as select * from miners', 'leak: is a view that does not ask as its reader'],
    [
      "create function leak() returns text language sql security definer as $$ select 'x' $$",
      'leak(): is a function that runs as its owner',
    ],
    [
      'grant select on container_frames_2026_01_01 to hearst_api',
      'container_frames_2026_01_01: is a partition that a login role, or a table that everybody was granted something on',
    ],
    [
      'grant truncate on miners to hearst_api',
      'miners: was granted more than reading and writing rows to a login role',
    ],
    [
      'grant create on schema public to hearst_api',
      'hearst_api: is a login role that may make things in schema public',
    ],
  ])('tells of: %s', async (change, fault) => {
    expect(await faultsAfter(change)).toContain(fault);
  });

  it('grants each program what it needs and no more', async () => {
    const client = await database.owner.connect();
    expect(await grants(client)).toMatchInlineSnapshot(`
      [
        "agent_events hearst_api: SELECT",
        "agent_events hearst_ingest: INSERT SELECT",
        "agents hearst_api: INSERT SELECT UPDATE",
        "agents hearst_ingest: SELECT UPDATE",
        "api_keys hearst_api: INSERT SELECT UPDATE",
        "container_frames hearst_api: SELECT",
        "container_frames hearst_ingest: INSERT SELECT",
        "containers hearst_api: INSERT SELECT UPDATE",
        "containers hearst_ingest: INSERT SELECT UPDATE",
        "enrolment_tokens hearst_api: INSERT SELECT UPDATE",
        "ingest_keys hearst_ingest: DELETE INSERT SELECT",
        "installation hearst_api: SELECT",
        "installation hearst_ingest: SELECT",
        "meter_frames hearst_api: SELECT",
        "meter_frames hearst_ingest: INSERT SELECT",
        "meters hearst_api: INSERT SELECT UPDATE",
        "meters hearst_ingest: INSERT SELECT UPDATE",
        "miners hearst_api: INSERT SELECT UPDATE",
        "miners hearst_ingest: INSERT SELECT UPDATE",
        "projects hearst_api: INSERT SELECT UPDATE",
        "projects hearst_ingest: SELECT",
        "quarantine hearst_api: SELECT",
        "quarantine hearst_ingest: INSERT SELECT",
        "transformers hearst_api: INSERT SELECT UPDATE",
        "transformers hearst_ingest: INSERT SELECT UPDATE",
      ]
    `);
    client.release();
  });
});

describe('two projects with the same ids', () => {
  it('stay apart in every table, for reading and writing', async () => {
    expect(await isolationFaults(test.url, log)).toEqual([]);
  });

  it('does not let a partition be asked directly', async () => {
    const asked = withContext(database.api, { projectIds: ['AAA-001'] }, (client) =>
      client.query('select * from container_frames_2026_01_01'),
    );
    await expect(asked).rejects.toMatchObject({ code: '42501' });
  });
});

describe('each policy matters', () => {
  let clone: TestDatabase;
  let broken: Database;

  beforeAll(async () => {
    clone = await createTestDatabase();
    broken = await Database.open({ url: clone.url, log, connections: { ingest: 1, api: 1 } });
  });

  afterAll(async () => {
    await broken.close();
    await clone.drop();
  });

  const change = (statement: string): Promise<unknown> => broken.owner.query(statement);

  // As read from the migrations: a table that is missing here is found by the catalogue test above.
  const TABLES = [
    'projects',
    'transformers',
    'containers',
    'miners',
    'meters',
    'agents',
    'enrolment_tokens',
    'api_keys',
    'container_frames',
    'meter_frames',
    'agent_events',
    'ingest_keys',
    'quarantine',
  ];

  it.each(TABLES)('%s: without it another project is read, or nothing', async (table) => {
    expect(await isolationFaultsIn(broken, [table])).toEqual([]);

    await change(`alter table ${table} disable row level security`);
    expect((await isolationFaultsIn(broken, [table])).join('\n')).toContain(`reads foreign rows of ${table}`);
    await change(`alter table ${table} enable row level security`);

    await change(`alter policy project on ${table} rename to kept`);
    await change(`create policy leak on ${table} using (true)`);
    expect((await isolationFaultsIn(broken, [table])).join('\n')).toContain(`reads foreign rows of ${table}`);
    await change(`drop policy leak on ${table}; drop policy kept on ${table}`);
    expect((await isolationFaultsIn(broken, [table])).join('\n')).toContain(`does not find its own row of ${table}`);
  });
});
