import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogueFaults } from '../../../test/harness/catalogue.ts';
import { isolationFaults } from '../../../test/harness/isolation.ts';
import { createLog } from '../log.ts';
import { Database } from './client.ts';
import { migrate } from './migrate.ts';
import { Partitions } from './partitions.ts';
import { EmbeddedPostgres } from './postgres.ts';
import { rolePassword } from './roles.ts';

// A server of its own: roles belong to a whole server, and these tests change them.
const log = createLog('silent');
let dataDir: string;
let server: EmbeddedPostgres;
let url: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'hearst-roles-'));
  chmodSync(dataDir, 0o755);
  server = new EmbeddedPostgres({ dataDir, log, sync: false, settings: { fsync: 'off' } });
  url = await server.start();
  await run('create role keeper login createrole password $$old password$$', 'create database kept owner keeper');
});
afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true });
});

async function run(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

async function rows(query: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const result = await client.query(query);
  await client.end();
  return result.rows;
}

const keeper = (password: string): string => {
  const changed = new URL(url);
  changed.username = 'keeper';
  changed.password = password;
  changed.pathname = '/kept';
  return changed.href;
};

it('needs no superuser: an owner of the database with CREATEROLE makes roles, tables and partitions', async () => {
  const owner = keeper('old password');
  expect((await migrate(owner)).from).toBe(0);
  expect(await isolationFaults(owner, log)).toEqual([]);
  const database = await Database.open({ url: owner, log });
  await new Partitions(database.owner, { log }).ensure(Date.UTC(2026, 0, 1));
  const client = await database.owner.connect();
  expect(await catalogueFaults(client)).toEqual([]);
  client.release();
  await database.close();
});

it("gives its roles new passwords when the owner's has changed, and changes nothing when it has not", async () => {
  await run("alter role keeper password 'new password'");
  const owner = keeper('new password');
  const database = await Database.open({ url: owner, log });
  await expect(database.api.query('select 1')).rejects.toMatchObject({ code: '28P01' });
  await migrate(owner);
  expect((await database.api.query('select 1 as one')).rows).toEqual([{ one: 1 }]);

  await database.close();

  const stored = 'select rolname, rolpassword from pg_authid order by 1';
  const before = await rows(stored);
  await migrate(owner);
  expect(await rows(stored)).toEqual(before);
});

it('derives a different password for each role and each owner', () => {
  const all = [
    rolePassword('a', 'hearst_api'),
    rolePassword('a', 'hearst_ingest'),
    rolePassword('b', 'hearst_api'),
    rolePassword('b', 'hearst_ingest'),
  ];
  expect(new Set(all).size).toBe(4);
  expect(rolePassword('a', 'hearst_api')).toBe(all[0]);
});
