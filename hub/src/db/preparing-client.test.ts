import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { createLog } from '../log.ts';
import { Database, withContext } from './client.ts';

const log = createLog('silent');
let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  const first = await Database.open({ url: test.url, log });
  await first.owner.query("insert into projects (project_id, name) values ('AAA-001', 'A'), ('BBB-001', 'B')");
  await first.close();
});
afterAll(() => test.drop());
beforeEach(async () => {
  database = await Database.open({ url: test.url, log, connections: { api: 1, owner: 1 } });
});
afterEach(() => database.close());

async function preparedTexts(): Promise<string[]> {
  const { rows } = await database.api.query<{ statement: string }>('select statement from pg_prepared_statements');
  return rows.map(({ statement }) => statement);
}

it('prepares a text with parameters once, and none without', async () => {
  const text = 'select $1::int + 1 as sum';
  for (const n of [1, 2, 3]) expect((await database.api.query(text, [n])).rows).toEqual([{ sum: n + 1 }]);
  expect((await database.api.query({ text, values: [4], rowMode: 'array' })).rows).toEqual([[5]]);
  await database.api.query('select 1; select 2');
  expect(await preparedTexts()).toEqual([text]);
});

it('goes on without after so many', async () => {
  for (let i = 0; i < 300; i++)
    expect((await database.api.query(`select $1::int as n${i}`, [i])).rows).toEqual([{ [`n${i}`]: i }]);
  expect(await preparedTexts()).toHaveLength(250);
});

it('row security asks the context of each transaction, however often the plan was used', async () => {
  const seen = (own: string, asked: string): Promise<string[]> =>
    withContext(database.api, { projectIds: [own] }, async (client) => {
      const { rows } = await client.query<{ name: string }>('select name from projects where project_id = $1', [asked]);
      return rows.map(({ name }) => name);
    });
  for (let i = 0; i < 12; i++) {
    expect(await seen('AAA-001', 'AAA-001')).toEqual(['A']);
    expect(await seen('BBB-001', 'AAA-001')).toEqual([]);
    expect(await seen('BBB-001', 'BBB-001')).toEqual(['B']);
  }
  const { rows } = await database.api.query<{ generic: number }>(
    'select max(generic_plans)::int as generic from pg_prepared_statements',
  );
  expect(rows[0]?.generic).toBeGreaterThan(0);
});

it('a table that was changed under a plan costs one error, and the connection', async () => {
  await database.owner.query('create table changing (id int); grant select on changing to hearst_api');
  const ask = () =>
    withContext(database.api, {}, (client) => client.query('select * from changing where id = $1', [1]));
  await ask();
  await database.owner.query('alter table changing add column name text');
  await expect(ask()).rejects.toThrow('cached plan must not change result type');
  expect((await ask()).fields.map(({ name }) => name)).toEqual(['id', 'name']);
});
