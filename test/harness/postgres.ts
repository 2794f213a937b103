import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  /** As superuser: what DATABASE_URL would be. `Database.open({ url, log })` takes it. */
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of its own for one test file: a migrated clone of the template. Takes about 0.1 s. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return create(inject('postgres').template);
}

/** The same without anything in it: no migration has run. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return create('template1');
}

async function create(template: string): Promise<TestDatabase> {
  const { url: templateUrl } = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await run(templateUrl, `create database ${name} template ${template}`);
  const url = new URL(templateUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(templateUrl, `drop database if exists ${name} with (force)`) };
}

/** Keeps a database as it is now, and puts it back in the place of what it has become: nobody may use it meanwhile. */
export async function keptDatabase(url: string): Promise<{ putBack(): Promise<void> }> {
  const name = new URL(url).pathname.slice(1);
  const { url: server } = inject('postgres');
  await run(server, `create database ${name}_kept template ${name}`);
  return {
    async putBack() {
      await run(server, `drop database ${name} with (force)`);
      await run(server, `alter database ${name}_kept rename to ${name}`);
    },
  };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
