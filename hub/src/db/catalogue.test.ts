import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogueFaults, grants } from '../../../test/harness/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { createLog } from '../log.ts';
import { Database } from './client.ts';
import { Partitions } from './partitions.ts';

const log = createLog('silent');
let test: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  test = await createTestDatabase();
  const database = await Database.open({ url: test.url, log });
  const partitions = new Partitions(database.owner, { log });
  await partitions.ensure(Date.UTC(2026, 0, 1));
  await partitions.ensureFine(Date.UTC(2026, 0, 1));
  await database.close();
  client = new pg.Client({ connectionString: test.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await test.drop();
});

async function faultsAfter(change: string): Promise<string[]> {
  await client.query('begin');
  try {
    await client.query(change);
    return await catalogueFaults(client);
  } finally {
    await client.query('rollback');
  }
}

it('keeps every rule of tenant isolation, partitions included', async () => {
  expect(await catalogueFaults(client)).toEqual([]);
});

const LISTED = "project_id = any (string_to_array(nullif(current_setting('hearst.project_ids', true), ''), ','))";

it.each([
  ['create table extra (project_id text primary key)', 'extra: has no row security, or not forced'],
  ['alter table miners no force row level security', 'miners: has no row security, or not forced'],
  [
    'alter table container_frames_default disable row level security',
    'container_frames_default: has no row security, or not forced',
  ],
  ['drop policy project on miners', 'miners: has no policy for every command'],
  [
    `create policy more on miners for select using (${LISTED})`,
    'miners: has several permissive policies, of which the widest counts',
  ],
  [
    'drop policy project on miners',
    'miners: has a restrictive policy and no permissive one, so that nobody sees anything',
  ],
  [
    `drop policy project on sessions; create policy project on sessions for all using (${LISTED})`,
    'sessions: has a policy without a condition for what is written',
  ],
  ['alter policy project on miners using (true)', 'miners: has a policy that does not look at project_id'],
  [
    'alter policy project on miners with check (project_id is not null)',
    'miners: has a policy that does not look at project_id',
  ],
  [
    'alter policy inside on miners using (true)',
    'miners: has a restrictive policy that does not look at the role, or is not for requests',
  ],
  [
    'alter policy writers_insert on miners to hearst_ingest',
    'miners: has a restrictive policy that does not look at the role, or is not for requests',
  ],
  ['drop policy purgers on miners', 'miners: lets requests delete rows of a project in any role'],
  [
    'alter policy project on miners using (project_id in (select project_id from projects))',
    'miners: has a policy with a sub-select',
  ],
  [
    'create table extra (key text primary key, project_id text)',
    'extra: has no primary key that begins with project_id',
  ],
  ['create unique index leak on agents (agent_id)', 'leak: is an index that does not begin with project_id'],
  [
    'create unique index on agents (agent_id); alter table ingest_keys add constraint leaves foreign key (agent_id) references agents (agent_id)',
    'leaves: is a foreign key that leaves the project',
  ],
  ['alter table miners owner to current_user', 'miners: is not owned by hearst_owner'],
  ['create view leak as select * from miners', 'leak: is a view that does not ask as its reader'],
  [
    'create materialized view leak as select * from miners with no data',
    'leak: is a view that does not ask as its reader',
  ],
  [
    "create function leak() returns text language sql security definer as $$ select 'x' $$",
    'leak(): is a function that runs as its owner',
  ],
  [
    "create function leak() returns text language sql leakproof as $$ select 'x' $$",
    'leak(): is a function that may be asked before row security',
  ],
  [
    'grant select on container_frames_2026_01_01 to hearst_api',
    'container_frames_2026_01_01: is a partition that a login role, or a table that everybody was granted something on',
  ],
  [
    'grant select (project_id) on metrics_days to hearst_api',
    'metrics_days: is a partition that a login role, or a table that everybody was granted something on',
  ],
  [
    'grant select on miners to public',
    'miners: is a partition that a login role, or a table that everybody was granted something on',
  ],
  ['grant truncate on miners to hearst_api', 'miners: was granted more than reading and writing rows to a login role'],
  [
    'grant references (project_id) on miners to hearst_api',
    'miners: was granted more than reading and writing rows to a login role',
  ],
  [
    'alter role hearst_api bypassrls',
    'hearst_api: is a role above row security, or with rights to make roles or databases',
  ],
  [
    'alter role hearst_owner login',
    'hearst_owner: is missing, or has a login where it should not, or none where it should',
  ],
  ['grant hearst_owner to hearst_api', 'hearst_api: is a login role that belongs to another role'],
  ['grant create on schema public to hearst_api', 'hearst_api: is a login role that may make things in the database'],
])('tells of: %s', async (change, fault) => {
  expect(await faultsAfter(change)).toContain(fault);
});

it('grants each program what it needs and no more', async () => {
  expect(await grants(client)).toMatchInlineSnapshot(`
    [
      "active_alerts hearst_api: SELECT",
      "activity_logs hearst_api: INSERT SELECT",
      "activity_logs hearst_ingest: INSERT SELECT",
      "agent_events hearst_api: DELETE SELECT",
      "agent_events hearst_ingest: INSERT SELECT",
      "agents hearst_api: DELETE INSERT SELECT UPDATE",
      "agents hearst_ingest: SELECT UPDATE",
      "alert_events hearst_api: DELETE INSERT SELECT",
      "alert_events hearst_ingest: INSERT SELECT",
      "alert_rules hearst_api: DELETE INSERT SELECT UPDATE",
      "alert_rules hearst_ingest: SELECT",
      "alerts hearst_api: DELETE INSERT SELECT UPDATE",
      "alerts hearst_ingest: INSERT SELECT UPDATE",
      "alerts_id_seq hearst_api: USAGE",
      "alerts_id_seq hearst_ingest: USAGE",
      "api_keys hearst_api: DELETE INSERT SELECT UPDATE (expires_at, last_used_at, name, revoked_at)",
      "container_frames hearst_api: DELETE SELECT",
      "container_frames hearst_ingest: INSERT SELECT",
      "containers hearst_api: DELETE INSERT SELECT UPDATE",
      "containers hearst_ingest: INSERT SELECT UPDATE",
      "deliveries hearst_api: DELETE INSERT SELECT UPDATE",
      "deliveries hearst_ingest: INSERT SELECT UPDATE",
      "electricity_prices hearst_api: DELETE INSERT SELECT UPDATE",
      "enrolment_tokens hearst_api: DELETE INSERT SELECT UPDATE",
      "global_overview hearst_api: SELECT",
      "idempotency_keys hearst_api: DELETE INSERT SELECT UPDATE",
      "ingest_keys hearst_api: DELETE SELECT (project_id)",
      "ingest_keys hearst_ingest: DELETE INSERT SELECT",
      "installation hearst_api: SELECT",
      "installation hearst_ingest: SELECT",
      "invitations hearst_api: INSERT SELECT UPDATE (expires_at, used_at)",
      "maintenance_plans hearst_api: DELETE INSERT SELECT UPDATE",
      "maintenance_plans hearst_ingest: SELECT UPDATE",
      "maintenance_windows hearst_api: DELETE INSERT SELECT UPDATE",
      "maintenance_windows hearst_ingest: INSERT SELECT UPDATE (ended_by, ends_at, updated_at)",
      "meter_frames hearst_api: DELETE SELECT",
      "meter_frames hearst_ingest: INSERT SELECT",
      "meters hearst_api: DELETE INSERT SELECT UPDATE",
      "meters hearst_ingest: INSERT SELECT UPDATE",
      "metrics hearst_api: DELETE SELECT",
      "metrics hearst_ingest: INSERT SELECT UPDATE",
      "metrics_global hearst_api: SELECT",
      "miners hearst_api: DELETE INSERT SELECT UPDATE",
      "miners hearst_ingest: INSERT SELECT UPDATE",
      "notification_channels hearst_api: DELETE INSERT SELECT UPDATE",
      "notification_channels hearst_ingest: SELECT",
      "notification_threads hearst_api: DELETE SELECT",
      "notification_threads hearst_ingest: INSERT SELECT UPDATE",
      "project_overview hearst_api: SELECT",
      "projects hearst_api: DELETE INSERT SELECT UPDATE",
      "projects hearst_ingest: SELECT",
      "quarantine hearst_api: DELETE SELECT",
      "quarantine hearst_ingest: INSERT SELECT UPDATE (released_at)",
      "raw_horizons hearst_api: DELETE SELECT (project_id)",
      "raw_horizons hearst_ingest: SELECT UPDATE",
      "rollup_dues hearst_api: DELETE SELECT (project_id)",
      "rollup_dues hearst_ingest: DELETE INSERT SELECT UPDATE",
      "rollup_marks hearst_api: DELETE SELECT (project_id)",
      "rollup_marks hearst_ingest: DELETE INSERT SELECT",
      "rollup_marks_mark_id_seq hearst_ingest: USAGE",
      "sessions hearst_api: DELETE INSERT SELECT UPDATE",
      "sign_in_failures hearst_api: DELETE INSERT SELECT UPDATE",
      "silences hearst_api: DELETE INSERT SELECT UPDATE",
      "silences hearst_ingest: SELECT",
      "standing_conditions hearst_api: DELETE SELECT",
      "standing_conditions hearst_ingest: INSERT SELECT UPDATE",
      "transformers hearst_api: DELETE INSERT SELECT UPDATE",
      "transformers hearst_ingest: INSERT SELECT UPDATE",
      "user_project_access hearst_api: DELETE INSERT SELECT UPDATE",
      "users hearst_api: INSERT SELECT UPDATE",
    ]
  `);
});
