import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { migrate } from './migrate.ts';

/** The newest version there is, and the name of a file that would follow it. */
const NEWEST = readdirSync(join(import.meta.dirname, 'migrations')).length;
const NEXT = NEWEST + 1;
const numbered = (version: number, name: string) => `${String(version).padStart(4, '0')}_${name}.sql`;

let test: TestDatabase;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearst-migrations-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

/** The real migrations and, after them, files of the test's own. */
function migrations(extra: Record<string, string>): string {
  const made = mkdtempSync(join(folder, 'set-'));
  cpSync(join(import.meta.dirname, 'migrations'), made, { recursive: true });
  for (const [name, sql] of Object.entries(extra)) writeFileSync(join(made, name), sql);
  return made;
}

async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: test.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

it('leaves a migrated database as it is', async () => {
  expect(await migrate(test.url)).toEqual({ from: NEWEST, to: NEWEST });
});

it('applies what is new, as hearst_owner, once, however many hubs start together', async () => {
  const set = migrations({
    // Without the lock the slower hubs would find the table there and fail.
    [numbered(NEXT, 'more')]: 'select pg_sleep(0.2); create table more (project_id text primary key);',
  });
  const results = await Promise.all([1, 2, 3].map(() => migrate(test.url, { folder: set })));
  const byStart = results.toSorted((one, other) => one.from - other.from);
  expect(byStart.map(({ from, to }) => `${from} to ${to}`)).toEqual([
    `${NEWEST} to ${NEXT}`,
    `${NEXT} to ${NEXT}`,
    `${NEXT} to ${NEXT}`,
  ]);
  expect(await query("select tableowner from pg_tables where tablename = 'more'")).toEqual([
    { tableowner: 'hearst_owner' },
  ]);
});

it('migrates an empty database, several of one server together', async () => {
  const { url } = inject('postgres');
  const names = ['one', 'two', 'three'].map((name) => `${new URL(test.url).pathname.slice(1)}_${name}`);
  const urls = names.map((name) => Object.assign(new URL(url), { pathname: `/${name}` }).href);
  for (const name of names) await query(`create database ${name}`);
  try {
    const results = await Promise.all(urls.flatMap((each) => [migrate(each), migrate(each)]));
    expect(results.filter(({ from, to }) => from === 0 && to === NEWEST)).toHaveLength(3);
  } finally {
    for (const name of names) await query(`drop database ${name} with (force)`);
  }
});

it('takes a failing file back whole and names it', async () => {
  const set = migrations({
    [numbered(NEXT, 'broken')]: 'create table half (project_id text primary key); select 1 / 0;',
  });
  await expect(migrate(test.url, { folder: set })).rejects.toThrow(
    /_broken.sql failed and changed nothing: division by zero/,
  );
  expect(await query("select to_regclass('half') as half")).toEqual([{ half: null }]);
  expect(await migrate(test.url)).toEqual({ from: NEWEST, to: NEWEST });
});

it('refuses a database of a newer program and leaves it untouched', async () => {
  await migrate(test.url, {
    folder: migrations({ [numbered(NEXT, 'more')]: 'create table more (project_id text primary key)' }),
  });
  await expect(migrate(test.url)).rejects.toThrow(
    new RegExp(`newer version \\(${NEXT}\\) than this hub \\(${NEWEST}\\).*Start the newer hub`),
  );
});

it('refuses a released file that was edited', async () => {
  const first = migrations({ [numbered(NEXT, 'more')]: 'create table more (project_id text primary key)' });
  await migrate(test.url, { folder: first });
  writeFileSync(join(first, numbered(NEXT, 'more')), 'create table more (project_id text primary key, extra text)');
  await expect(migrate(test.url, { folder: first })).rejects.toThrow(/_more.sql is not the one.*Put the file back/);
});

it('refuses files whose numbers leave a gap, and names it cannot read', async () => {
  await expect(migrate(test.url, { folder: migrations({ [numbered(NEXT + 1, 'gap')]: 'select 1' }) })).rejects.toThrow(
    /leaves a gap/,
  );
  await expect(migrate(test.url, { folder: migrations({ 'more.sql': 'select 1' }) })).rejects.toThrow(
    /not named NNNN_/,
  );
});

it('gives up on a lock that another program holds, and says so', async () => {
  const set = migrations({
    [numbered(NEXT, 'locked')]: "set local lock_timeout = '50ms'; alter table projects add extra text;",
  });
  const other = new pg.Client({ connectionString: test.url });
  await other.connect();
  await other.query('begin; select * from projects');
  await expect(migrate(test.url, { folder: set })).rejects.toThrow(/Another program holds a lock/);
  await other.end();
  expect(await migrate(test.url, { folder: set })).toEqual({ from: NEWEST, to: NEXT });
});
