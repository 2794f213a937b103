import type { ClientBase } from 'pg';

/** Columns of a row by name. */
export type Row = Readonly<Record<string, unknown>>;

/** Inserts a row in which every free text that it does not name is the canary; answers it as it stands then. */
export async function insertWithCanary(client: ClientBase, table: string, given: Row, canary: string): Promise<Row> {
  const row = { ...(await freeTexts(client, table, canary)), ...given };
  const names = Object.keys(row);
  const { rows } = await client.query<Row>(
    `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')})
     values (${names.map((_, i) => `$${i + 1}`).join(', ')}) returning *`,
    Object.values(row),
  );
  return rows[0]!;
}

/** Does the same to the row of a project that is there. */
export async function fillWithCanary(client: ClientBase, project: string, given: Row, canary: string): Promise<void> {
  const row = { ...(await freeTexts(client, 'projects', canary)), ...given };
  const assignments = Object.keys(row).map((name, i) => `"${name}" = $${i + 2}`);
  await client.query(`update projects set ${assignments.join(', ')} where project_id = $1`, [
    project,
    ...Object.values(row),
  ]);
}

/** The columns of a table that hold any text or JSON, each with the canary in it; those of tables to come too. */
async function freeTexts(client: ClientBase, table: string, canary: string): Promise<Row> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `select a.attname as name, format_type(a.atttypid, null) as type from pg_attribute a
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
       and format_type(a.atttypid, null) in ('text', 'jsonb')
       and not exists (select from pg_constraint k where k.conrelid = a.attrelid and a.attnum = any (k.conkey)
         and k.contype <> 'n')`,
    [table],
  );
  return Object.fromEntries(rows.map(({ name, type }) => [name, type === 'text' ? canary : { note: canary }]));
}
