import type pg from 'pg';
import { Database, type DatabaseContext } from '../../hub/src/db/client.ts';
import { LOGIN_ROLES, type LoginRole } from '../../hub/src/db/roles.ts';
import type { Log } from '../../hub/src/log.ts';
import { attempt, NOT_ALLOWED, passes } from './attempt.ts';
import { peopleFaults } from './people-apart.ts';
import { FOREIGN, insertRow, moveTo, OWN, OWN_LIST, readTables, rowIs, seedRows, type Table } from './sample-rows.ts';

/**
 * Puts the same rows of two projects, or of two people, into every table and tries, as the roles that programs log in
 * as, to read and write the other one's. Returns one sentence per thing that went wrong: a foreign row seen or written,
 * or an own row not found. The rows are made from the catalogue, so a new table is tried without being listed here.
 */
export async function isolationFaults(url: string, log: Log): Promise<string[]> {
  const database = await Database.open({ url, log, connections: { ingest: 1, api: 1, owner: 1 } });
  try {
    const tables = await readTables(database.owner);
    await seedRows(database.owner, tables);
    const faults: string[] = [];
    for (const table of tables) faults.push(...(await tableFaults(database, table)));
    return faults;
  } finally {
    await database.close();
  }
}

/** The same of one table, whose rows `seedRows` has put there. */
export async function tableFaults(database: Database, table: Table): Promise<string[]> {
  if (table.ofPeople) return await peopleFaults(database.api, table);
  const faults: string[] = [];
  for (const role of LOGIN_ROLES) {
    const pool = role === 'hearst_api' ? database.api : database.ingest;
    faults.push(...(await readingFaults(pool, role, table)), ...(await writingFaults(pool, role, table)));
  }
  return faults;
}

/**
 * Somebody who sees the own project alone and whom no other policy stops: a super admin who names the project. Only the
 * projects themselves open to that role, so there a manager has to do.
 */
function tenant(role: LoginRole, table: Table): DatabaseContext {
  if (role === 'hearst_ingest') return { projectIds: OWN_LIST };
  return { projectIds: OWN_LIST, role: table.name === 'projects' ? 'project_manager' : 'super_admin' };
}

async function readingFaults(pool: pg.Pool, role: LoginRole, table: Table): Promise<string[]> {
  const read = `select project_id as row from ${table.name}`;
  const seen = await attempt(pool, tenant(role, table), read);
  if (seen.refused?.code === NOT_ALLOWED) return [];
  if (seen.refused !== null) return [`${role} cannot read ${table.name}: ${seen.refused.message}`];
  const faults: string[] = [];
  if (seen.rows.some((project) => !OWN_LIST.includes(project)))
    faults.push(`${role} reads foreign rows of ${table.name}`);
  if (!seen.rows.includes(OWN)) faults.push(`${role} does not find its own row of ${table.name}`);
  const bare = await attempt(pool, {}, read);
  if (bare.count > 0) faults.push(`${role} reads ${table.name} without a context`);
  return faults;
}

async function writingFaults(pool: pg.Pool, role: LoginRole, table: Table): Promise<string[]> {
  const { name } = table;
  const column = table.changeable[role] ?? 'project_id';
  const context = tenant(role, table);
  // Of the projects themselves the one that nothing refers to. Nothing is read, so that only the condition on what is
  // written can refuse it: a statement that finds its rows first has to see them afterwards, too.
  const giving = name === 'projects' ? { ...context, projectIds: OWN_LIST.slice(1) } : context;
  const writes: [what: string, context: DatabaseContext, statement: string][] = [
    ['writes a foreign row into', context, insertRow(table, FOREIGN, 'fresh')],
    ['gives a row to a foreign project in', giving, `update ${name} set ${moveTo(table, FOREIGN)}`],
    [
      'changes a foreign row of',
      context,
      `update ${name} set ${column} = ${column} where ${rowIs(table, FOREIGN, 'spare')}`,
    ],
    ['deletes a foreign row of', context, `delete from ${name} where ${rowIs(table, FOREIGN, 'spare')}`],
  ];
  const faults: string[] = [];
  for (const [what, shown, statement] of writes)
    if (passes(await attempt(pool, shown, statement))) faults.push(`${role} ${what} ${name}`);
  return faults;
}
