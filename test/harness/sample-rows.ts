import type pg from 'pg';
import { withContext } from '../../hub/src/db/client.ts';
import type { LoginRole } from '../../hub/src/db/roles.ts';

/** A project of one's own and a foreign one: every table holds rows of both with the very same ids. */
export const OWN = 'AAA-001';
export const FOREIGN = 'BBB-001';
/** What somebody of the own project may see: a second project comes with it, which no row refers to. */
export const OWN_LIST: readonly string[] = [OWN, 'AAA-002'];

/** Somebody with an account, as a database context shows them. */
export interface Person {
  readonly userId: string;
  readonly login: string;
  readonly tokenHash: string;
}
const person = (letter: string): Person => ({
  userId: `00000000-0000-4000-8000-00000000000${letter}`,
  login: `${letter}@example.com`,
  tokenHash: letter.repeat(64),
});
/** Two people with a row in every table of people, and one who has none. */
export const ALICE = person('a');
export const BOB = person('b');
export const NEWCOMER = person('c');

/** Which of a project's rows of a table: two that are there (none refers to the spare one), or one that is not. */
export type Place = 'same' | 'spare' | 'fresh';
const PLACES: readonly Place[] = ['same', 'spare', 'fresh'];

interface Column {
  readonly name: string;
  readonly type: string;
  /** True where a row must say it: not null and without a default. */
  readonly required: boolean;
  readonly inKey: boolean;
  /** Whether the API's login may read it. */
  readonly readable: boolean;
  /** One of the values that a check lets the column hold; null where there is no such check. */
  readonly allowed: string | null;
}

/** A table as the catalogue tells of it. */
export interface Table {
  readonly name: string;
  /** True where a check lets project_id be nothing but HEARST-000: such rows are kept apart by person. */
  readonly ofPeople: boolean;
  readonly columns: readonly Column[];
  /** The last column of the primary key: what tells a project's rows apart. */
  readonly key: string;
  /** The first column that each login may update; null where there is none. */
  readonly changeable: Readonly<Record<LoginRole, string | null>>;
}

/** Every table that is no partition, those that others refer to first; without `installation`, which is nobody's. */
export async function readTables(owner: pg.Pool): Promise<Table[]> {
  const changeable = (role: LoginRole) => `(select a.attname from pg_attribute a where a.attrelid = c.oid
    and a.attnum > 0 and has_column_privilege('${role}', c.oid, a.attnum, 'update') order by a.attnum limit 1)`;
  const { rows } = await owner.query<Table>(`
    select c.relname as name,
      exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c'
        and pg_get_constraintdef(k.oid) = 'CHECK ((project_id = ''HEARST-000''::text))') as "ofPeople",
      (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
          'required', a.attnotnull and not a.atthasdef, 'inKey', a.attnum = any (p.conkey),
          'readable', has_column_privilege('hearst_api', c.oid, a.attnum, 'select'),
          'allowed', (
            select coalesce(substring(pg_get_constraintdef(k.oid) from '.*''(\\w+)''::text'),
                            substring(pg_get_constraintdef(k.oid) from 'ARRAY\\[(\\d+)'))
            from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
              and pg_get_constraintdef(k.oid) ~ '= ANY')) order by a.attnum)
       from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select a.attname from pg_attribute a
        where a.attrelid = c.oid and a.attnum = p.conkey[cardinality(p.conkey)]) as key,
      jsonb_build_object('hearst_ingest', ${changeable('hearst_ingest')}, 'hearst_api', ${changeable('hearst_api')})
        as changeable
    from pg_class c join pg_constraint p on p.conrelid = c.oid and p.contype = 'p'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'installation'
    order by c.relname <> 'projects', exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f'
      and k.confrelid <> 'projects'::regclass), c.relname`);
  return rows;
}

/** Puts the same rows of two projects, or of two people, into every table. */
export async function seedRows(owner: pg.Pool, tables: readonly Table[]): Promise<void> {
  const projectIds = ['HEARST-000', OWN, 'AAA-002', FOREIGN, 'BBB-002'];
  await withContext(owner, { role: 'super_admin', projectIds }, async (client) => {
    for (const table of tables)
      for (const row of table.ofPeople
        ? [insertPersonal(table, ALICE), insertPersonal(table, BOB)]
        : [OWN, FOREIGN].flatMap((project) => [insertRow(table, project, 'same'), insertRow(table, project, 'spare')]))
        await client.query(row);
  });
}

/** The statement that makes a project's row. */
export function insertRow(table: Table, project: string, place: Place): string {
  const columns = table.columns.filter(({ required, inKey }) => required || inKey);
  return insert(
    table.name,
    columns.map((column) => [column.name, sampleOf(column, project, column.name === table.key ? place : 'same')]),
  );
}

/** The condition that finds the row which `insertRow` makes, as far as the API's login may read its key. */
export function rowIs(table: Table, project: string, place: Place): string {
  return placed(table, project, place)
    .filter(([{ readable }]) => readable)
    .map(([, is]) => is)
    .join(' and ');
}

/** The assignments that give a row to another project, where it is the fresh one. */
export function moveTo(table: Table, project: string): string {
  return placed(table, project, 'fresh')
    .map(([, is]) => is)
    .join(', ');
}

function placed(table: Table, project: string, place: Place): [Column, is: string][] {
  return table.columns
    .filter(({ name }) => name === 'project_id' || name === table.key)
    .map((column) => [
      column,
      `"${column.name}" = ${sampleOf(column, project, column.name === table.key ? place : 'same')}`,
    ]);
}

/** The statement that makes a person's row. */
export function insertPersonal(table: Table, who: Person): string {
  const values = table.columns.flatMap((column): [string, string][] => {
    const personal = PERSONAL[column.name]?.(who);
    if (personal !== undefined) return [[column.name, personal]];
    return column.required ? [[column.name, sampleOf(column, 'HEARST-000', 'same')]] : [];
  });
  return insert(table.name, values);
}

/** The columns that say whose a row is. */
const PERSONAL: Readonly<Record<string, (who: Person) => string>> = {
  user_id: ({ userId }) => `'${userId}'`,
  principal: ({ userId }) => `'${userId}'`,
  email: ({ login }) => `'${login}'`,
  subject: ({ login }) => `'account:${login}'`,
  token_hash: ({ tokenHash }) => `'\\x${tokenHash}'`,
};

function insert(table: string, values: readonly (readonly [column: string, value: string])[]): string {
  const columns = values.map(([column]) => `"${column}"`).join(', ');
  return `insert into ${table} (${columns}) values (${values.map(([, value]) => value).join(', ')})`;
}

/** A value for a column. What ends does so after what starts. */
function sampleOf({ name, type, allowed }: Column, project: string, place: Place): string {
  const number = PLACES.indexOf(place) + 1;
  if (name === 'project_id') return `'${project.replace(/1$/, String(number))}'`;
  if (allowed !== null) return `'${allowed}'`;
  if (type === 'text') return `'${place}'`;
  if (type === 'uuid') return `'00000000-0000-4000-8000-00000000000${number}'`;
  if (type === 'bytea') return `'\\x0${number}'`;
  if (type === 'boolean') return 'true';
  if (type === 'jsonb') return `'{}'`;
  if (type === 'date') return `'2026-01-0${number}'`;
  if (type === 'timestamp with time zone') return `'2026-01-01T00:0${name === 'ends_at' ? 9 : number}:00Z'`;
  if (type.endsWith('[]')) return `'{}'`;
  return String(number);
}
