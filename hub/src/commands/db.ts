import type { Command } from 'commander';
import pg from 'pg';
import { loadConfig } from '../config.ts';
import { citusVersion, databaseSetting, distributedAlready, distributionSteps, SESSION } from '../db/distribution.ts';
import { migrate } from '../db/migrate.ts';
import { endpointOf } from '../db/roles.ts';
import { EXIT, HubError } from '../errors.ts';
import { createLog } from '../log.ts';
import { action, type Ending, type Io, type Outcome } from './command.ts';

const HELP = `
For a company that one server of Postgres no longer holds. DATABASE_URL names the coordinator, as superuser. Before:
Citus 12 or later on every server (shared_preload_libraries = 'citus'; create extension citus), the workers known to the
coordinator (citus_add_node), and a backup. Every hub is stopped meanwhile: tables are locked while their rows move.

Whatever a project owns is spread by project_id, and what belongs to none is copied to every server. It may be run again:
what is done already is left alone. hearst-hub db distribute --print shows the SQL and does nothing.
`;

/** `db distribute`: spreads the schema over several servers. */
export function dbCommands(program: Command, io: Io, ending: Ending): void {
  const db = program.command('db').description('the database itself');
  const command = db
    .command('distribute')
    .description('spread the tables over several servers, with Citus')
    .option('--print', 'show the SQL instead of running it')
    .addHelpText('after', HELP);
  action(command, io, ending, async ({ print }: { print?: boolean }) => {
    const { databaseUrl } = loadConfig(io.env);
    if (print === true) return printed(databaseUrl === null ? 'hearst' : endpointOf(databaseUrl).database);
    if (databaseUrl === null)
      throw new HubError(
        'The Postgres that the hub runs itself is one server and has no Citus. Set DATABASE_URL to the coordinator of a ' +
          'Citus cluster and move the data there first. Nothing was changed.',
        { exitCode: EXIT.configuration },
      );
    return await distribute(databaseUrl, io);
  });
}

function printed(database: string): Outcome {
  const sql = [databaseSetting(database), ...SESSION, ...distributionSteps().map((step) => step.sql)];
  return { data: { sql }, text: sql.map((statement) => `${statement};`).join('\n') };
}

async function distribute(url: string, io: Io): Promise<Outcome> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'hearst-hub db distribute',
    keepAlive: true,
  });
  client.on('error', () => {}); // The next statement says it.
  await client.connect();
  try {
    const version = await citusVersion(client);
    if (version === null)
      throw new HubError(
        `The extension Citus is not in the database ${endpointOf(url).database}. On every server set ` +
          "shared_preload_libraries = 'citus' and restart it, then as superuser: create extension citus; and on the " +
          "coordinator: select citus_add_node('WORKER', 5432); Nothing was changed.",
        { exitCode: EXIT.configuration },
      );
    await migrate(url, { log: io.log ?? createLog('warn') });
    await client.query(databaseSetting(endpointOf(url).database));
    for (const statement of SESSION) await client.query(statement);
    const before = await distributedAlready(client);
    const due = distributionSteps().filter(({ table }) => !before.has(table));
    for (const { table, sql } of due) await step(client, table, sql);
    return {
      data: { citus: version, distributed: due.map(({ table }) => table), already: [...before] },
      text: `Citus ${version}: ${due.length} tables were spread, ${before.size} were already. Start the hubs again.`,
    };
  } finally {
    await client.end();
  }
}

async function step(client: pg.Client, table: string, sql: string): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    throw new HubError(
      `The table ${table} was not spread: ${(error as Error).message}. Those before it are; once the cause is removed run ` +
        'it again, which goes on here. Statement: ' +
        sql,
      { cause: error },
    );
  }
}
