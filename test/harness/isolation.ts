import pg from 'pg';
import { Database, withContext } from '../../hub/src/db/client.ts';
import type { Log } from '../../hub/src/log.ts';

/** Two projects that hold rows with the very same ids, told apart by project_id alone. */
const TENANTS = ['AAA-001', 'BBB-001'] as const;

interface Column {
  name: string;
  type: string;
}

interface Table {
  name: string;
  /** The columns that a row cannot do without. */
  columns: Column[];
}

/**
 * Puts a row of each of two projects into every table and tries, as the roles that programs log in as, to read and
 * write the other one's. Returns one sentence per thing that went wrong: a foreign row seen or written, or an own row
 * not found. The rows are made from the catalogue, so a new table is tried without being listed here.
 */
export async function isolationFaults(url: string, log: Log): Promise<string[]> {
  const database = await Database.open({ url, log, connections: { ingest: 1, api: 1, owner: 1 } });
  try {
    return await isolationFaultsIn(database);
  } finally {
    await database.close();
  }
}

/** The same through connections that are open already. `only` names the tables to try; all of them when absent. */
export async function isolationFaultsIn(database: Database, only?: readonly string[]): Promise<string[]> {
  const tables = await readTables(database.owner);
  await seed(database.owner, tables);
  const faults: string[] = [];
  for (const [role, pool] of [
    ['hearst_ingest', database.ingest],
    ['hearst_api', database.api],
  ] as const)
    for (const table of tables.filter(({ name }) => only?.includes(name) ?? true))
      faults.push(...(await tryTable(role, pool, table)));
  return faults;
}

async function tryTable(role: string, pool: pg.Pool, table: Table): Promise<string[]> {
  const faults: string[] = [];
  const [own, foreign] = TENANTS;
  const read = `select project_id from ${table.name}`;

  const seen = await attempt(pool, [own], read);
  if (seen.refused === null) {
    const owners = seen.rows.map((row) => row.project_id);
    if (owners.some((owner) => owner !== own)) faults.push(`${role} reads foreign rows of ${table.name}`);
    if (!owners.includes(own)) faults.push(`${role} does not find its own row of ${table.name}`);
    if ((await attempt(pool, [], read)).count !== 0) faults.push(`${role} reads ${table.name} without a context`);
  } else if (!seen.refused.startsWith('42501')) faults.push(`${role} cannot read ${table.name}: ${seen.refused}`);

  const stolen = await attempt(pool, [own], insertStatement(table, foreign));
  if (stolen.refused === null) faults.push(`${role} writes a foreign row into ${table.name}`);
  else if (!stolen.refused.startsWith('42501'))
    faults.push(`${role} is stopped late in ${table.name}: ${stolen.refused}`);

  for (const change of [
    `update ${table.name} set project_id = project_id where project_id = '${foreign}'`,
    `update ${table.name} set project_id = '${foreign}' where project_id = '${own}'`,
    `delete from ${table.name} where project_id = '${foreign}'`,
  ])
    if (((await attempt(pool, [own], change)).count ?? 0) > 0) faults.push(`${role} changes a foreign row: ${change}`);
  return faults;
}

interface Attempt {
  /** SQLSTATE and message, or null. */
  refused: string | null;
  rows: { project_id: string }[];
  count: number | null;
}

/** Runs a statement under the context of `projectIds` and takes it back. */
async function attempt(pool: pg.Pool, projectIds: readonly string[], statement: string): Promise<Attempt> {
  let outcome: Attempt = { refused: null, rows: [], count: null };
  const takeBack = new Error('taken back');
  await withContext(pool, { projectIds }, async (client) => {
    try {
      const { rows, rowCount } = await client.query<{ project_id: string }>(statement);
      outcome = { refused: null, rows, count: rowCount };
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      outcome = { refused: `${error.code} ${error.message}`, rows: [], count: null };
    }
    throw takeBack;
  }).catch((error: unknown) => {
    if (error !== takeBack) throw error;
  });
  return outcome;
}

/** Every table that is no partition, those that others refer to first. */
async function readTables(owner: pg.Pool): Promise<Table[]> {
  const { rows } = await owner.query<Table>(`
    select c.relname as name,
      (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum)
       from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and a.attnotnull and not a.atthasdef) as columns
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'installation'
    order by c.relname <> 'projects', exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f'
      and k.confrelid <> 'projects'::regclass), c.relname`);
  return rows;
}

async function seed(owner: pg.Pool, tables: readonly Table[]): Promise<void> {
  for (const table of tables)
    for (const tenant of TENANTS) {
      const statement = `${insertStatement(table, tenant)} on conflict do nothing`;
      await withContext(owner, { projectIds: [tenant], role: 'super_admin' }, (client) => client.query(statement));
    }
}

/** Columns that a check lets hold only certain words. */
const WORDS: Record<string, string> = { role: 'viewer', severity: 'info' };

function insertStatement({ name, columns }: Table, tenant: string): string {
  // A table whose required columns are all defaulted still has project_id, which never is.
  const values = columns.map((column) => sampleOf(column, tenant));
  return `insert into ${name} (${columns.map((column) => `"${column.name}"`).join(', ')}) values (${values.join(', ')})`;
}

function sampleOf({ name, type }: Column, tenant: string): string {
  if (name === 'project_id') return `'${tenant}'`;
  if (type === 'text') return `'${WORDS[name] ?? 'same'}'`;
  if (type === 'uuid') return `'00000000-0000-4000-8000-000000000001'`;
  if (type === 'bytea') return `'\\x00'`;
  if (type === 'boolean') return 'true';
  if (type === 'jsonb') return `'{}'`;
  if (type === 'timestamp with time zone') return `'2026-01-01T00:00:00Z'`;
  if (type.endsWith('[]')) return `'{}'`;
  return '1';
}
