import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { runCli } from '../cli.ts';
import { createLog } from '../log.ts';
import { DISTRIBUTED_TABLES, distributionSteps, REFERENCE_TABLES } from './distribution.ts';

let place: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  place = await createTestDatabase();
  client = new pg.Client({ connectionString: place.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await place.drop();
});

const listed: readonly string[] = [...REFERENCE_TABLES, ...DISTRIBUTED_TABLES];

it('names every table of the schema exactly once, and spreads what has a project', async () => {
  const { rows } = await client.query<{ name: string; spread: boolean }>(
    `select c.relname as name, exists (select from pg_attribute a
       where a.attrelid = c.oid and a.attname = 'project_id' and a.attnotnull) as spread
     from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`,
  );
  expect(rows.map(({ name }) => name).sort()).toEqual([...listed].sort());
  const spread = rows.filter((row) => row.spread).map(({ name }) => name);
  expect(spread.sort()).toEqual([...DISTRIBUTED_TABLES].sort());
});

it('takes what a foreign key points to first', async () => {
  const { rows } = await client.query<{ from: string; to: string }>(
    `select f.relname as from, t.relname as to from pg_constraint k
       join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
     where k.contype = 'f' and k.connamespace = 'public'::regnamespace and not f.relispartition and not t.relispartition`,
  );
  const early = rows.filter(({ from, to }) => listed.indexOf(to) > listed.indexOf(from));
  expect(rows.length).toBeGreaterThan(5);
  expect(early).toEqual([]);
});

async function distribute(...args: string[]) {
  let [out, err] = ['', ''];
  const code = await runCli(['db', 'distribute', ...args], {
    env: { DATABASE_URL: place.url },
    now: Date.now,
    log: createLog('silent'),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

it('refuses, saying what to do, where the extension is missing, and prints what it would do', async () => {
  const refused = await distribute();
  expect([refused.code, refused.out]).toEqual([78, '']);
  expect(refused.err).toMatch(/Citus is not in the database.*create extension citus.*Nothing was changed/s);
  const { code, out } = await distribute('--print');
  expect(code).toBe(0);
  for (const { sql } of distributionSteps()) expect(out).toContain(`${sql};\n`);
});
