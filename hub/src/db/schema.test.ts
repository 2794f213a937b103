import { getTableColumns, is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import * as schema from './schema.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** One line per column and key, the same wording on both sides. */
function declared(): string[] {
  const tables = Object.values(schema).filter((entry) => is(entry, PgTable));
  return tables.flatMap((table) => {
    const { name, primaryKeys } = getTableConfig(table);
    const columns = Object.entries(getTableColumns(table));
    const keys = primaryKeys.map((key) => key.columns.map((column) => column.name).join(', '));
    const key = keys[0] ?? columns.find(([, column]) => column.primary)?.[1].name;
    return [
      `${name} key (${key})`,
      ...columns.map(([property, column]) => {
        expect(property).toBe(column.name);
        const defaulted = column.hasDefault || column.generated !== undefined;
        const facts = [column.getSQLType(), column.notNull ? 'not null' : 'null', defaulted ? 'default' : ''];
        return `${name}.${column.name} ${facts.join(' ').trim()}`;
      }),
    ];
  });
}

async function actual(): Promise<string[]> {
  const client = new pg.Client({ connectionString: test.url });
  await client.connect();
  const { rows } = await client.query<{ line: string }>(`
    with tables as (
      select oid, relname from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
    )
    select concat_ws(' ', t.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then 'not null' else 'null' end, case when a.atthasdef then 'default' end) as line
    from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    union all
    select format('%s key (%s)', t.relname, string_agg(a.attname, ', ' order by k.ordinality))
    from tables t join pg_constraint c on c.conrelid = t.oid and c.contype = 'p'
    cross join unnest(c.conkey) with ordinality k (attnum, ordinality)
    join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
    group by t.relname`);
  await client.end();
  return rows.map((row) => row.line);
}

it('is what the migrations make: tables, columns, types, nullability, defaults, keys', async () => {
  expect(declared().sort()).toEqual((await actual()).sort());
});
