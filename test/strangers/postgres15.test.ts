import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database, withContext } from '../../hub/src/db/client.ts';
import { migrate } from '../../hub/src/db/migrate.ts';
import { Partitions } from '../../hub/src/db/partitions.ts';
import { createLog } from '../../hub/src/log.ts';
import { catalogueFaults } from '../harness/catalogue.ts';
import { type ForeignServer, hasPostgres15, startPostgres15 } from '../harness/debian-postgres.ts';
import { isolationFaults } from '../harness/isolation.ts';
import { needs } from '../harness/needs.ts';

const log = createLog('silent');
const here = needs(hasPostgres15, "Debian's Postgres 15 (package postgresql-15) is not installed");

async function run<T>(url: string, ...statements: string[]): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: T[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows as T[];
    return rows;
  } finally {
    await client.end();
  }
}

const at = (url: string, database: string, user?: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  if (user !== undefined) changed.username = user;
  return changed.href;
};

/** Makes day partitions, one of them with rows that came before it. */
async function lateRowsMove(url: string): Promise<unknown> {
  const database = await Database.open({ url, log });
  const day = Date.UTC(2026, 0, 1);
  for (const project of ['AAA-001', 'BBB-001'])
    await withContext(database.ingest, { projectIds: [project] }, (client) =>
      client.query(
        `insert into meter_frames (project_id, meter_id, at, device_at, received_at, agent_id, interval_s, clock, answered)
         values ($1, 'AAA-E02', $2, $2, $2, gen_random_uuid(), 60, 'synced', true)`,
        [project, new Date(day + 1000)],
      ),
    );
  await new Partitions(database.owner, { log }).ensure(day);
  const moved = await withContext(database.owner, { projectIds: ['AAA-001', 'BBB-001'] }, async (client) => {
    const { rows } = await client.query(
      "select project_id from meter_frames where tableoid = 'meter_frames_2026_01_01'::regclass and meter_id = 'AAA-E02' order by 1",
    );
    return rows.map((row: { project_id: string }) => row.project_id);
  });
  await database.close();
  return moved;
}

describe.skipIf(!here)("on Debian's Postgres 15", () => {
  let server: ForeignServer;

  beforeAll(async () => {
    server = await startPostgres15();
  });
  afterAll(() => server?.stop());

  it('migrates, keeps every rule of isolation and two projects apart, with a superuser in DATABASE_URL', async () => {
    await run(server.url, 'create database ours');
    const url = at(server.url, 'ours');
    expect(await migrate(url)).toEqual({ from: 0, to: expect.any(Number) });
    expect(await isolationFaults(url, log)).toEqual([]);
    expect(await lateRowsMove(url)).toEqual(['AAA-001', 'BBB-001']);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    expect(await catalogueFaults(client)).toEqual([]);
    await client.end();
  });

  it('does the same with a mere owner of the database, whom row security holds', async () => {
    const password = new URL(server.url).password;
    await run(
      server.url,
      'drop database if exists ours with (force)',
      'drop role if exists hearst_ingest, hearst_api, hearst_owner',
      `create role keeper login createrole password '${password}'`,
      'create database kept owner keeper',
    );
    const url = at(server.url, 'kept', 'keeper');
    expect(await migrate(url)).toEqual({ from: 0, to: expect.any(Number) });
    expect(await migrate(url)).toMatchObject({ from: expect.any(Number) });
    expect(await isolationFaults(url, log)).toEqual([]);
    expect(await lateRowsMove(url)).toEqual(['AAA-001', 'BBB-001']);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    expect(await catalogueFaults(client)).toEqual([]);
    expect((await client.query('select * from miners')).rows).toEqual([]);
    await client.end();
  });

  it('says what the user in DATABASE_URL lacks', async () => {
    const password = new URL(server.url).password;
    await run(server.url, `create role powerless login password '${password}'`, 'create database closed');
    await expect(migrate(at(server.url, 'closed', 'powerless'))).rejects.toThrow(
      /cannot be made as powerless: .*must be a superuser, or own the database and have CREATEROLE/,
    );
  });

  it('refuses a role of ours that somebody lifted above row security', async () => {
    await run(server.url, 'create database lifted', 'alter role hearst_api bypassrls');
    await expect(migrate(at(server.url, 'lifted'))).rejects.toThrow(
      /hearst_api is above row security.*alter role hearst_api nosuperuser nobypassrls login/,
    );
    await run(server.url, 'alter role hearst_api nobypassrls');
  });
});
