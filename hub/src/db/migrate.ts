import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { EXIT, HubError } from '../errors.ts';
import type { Log } from '../log.ts';
import { ensureRoles, OWNER_ROLE } from './roles.ts';

/**
 * Brings a database to this program's schema. What holds:
 *
 * - files `NNNN_name.sql` run in order, each in one transaction together with its record, as `hearst_owner`;
 * - one advisory lock around it all: of several hubs that start together one works and the others wait;
 * - a released file never changes: its hash is recorded, and a difference is an error;
 * - a database of a newer program is refused and left untouched.
 */
export interface MigrateOptions {
  readonly log?: Log;
  /** Where the SQL files are; tests bring their own. */
  readonly folder?: string;
}

export interface MigrateResult {
  /** The version found; 0 for an empty database. */
  readonly from: number;
  readonly to: number;
}

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly hash: string;
}

const MIGRATIONS = join(import.meta.dirname, 'migrations');
/** The advisory lock of the runner: any number that nothing else in this database uses. */
const LOCK = 7_423_001;

/** The version of the schema that this program works with. */
export function newestSchema(): number {
  return readMigrations(MIGRATIONS).at(-1)?.version ?? 0;
}

/** @param url the owner's way in (DATABASE_URL) */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<MigrateResult> {
  const migrations = readMigrations(options.folder ?? MIGRATIONS);
  const client = new pg.Client({
    connectionString: url,
    application_name: 'hearst-hub migrate',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // A connection lost between two statements is reported by the next statement.
  client.on('error', (error) => options.log?.warn({ reason: error.message }, 'the migration lost its connection'));
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(${LOCK})`);
    await ensureRoles(client, url);
    return await applyAll(client, migrations, options.log);
  } finally {
    await client.end();
  }
}

async function applyAll(client: pg.Client, migrations: Migration[], log: Log | undefined): Promise<MigrateResult> {
  const applied = await readApplied(client);
  const from = Math.max(0, ...applied.keys());
  const newest = migrations.at(-1)?.version ?? 0;
  if (from > newest)
    throw new HubError(
      `The database is of a newer version (${from}) than this hub (${newest}), which would damage it. Start the newer ` +
        'hub, or restore the backup made before it was installed.',
    );
  for (const migration of migrations) {
    const hash = applied.get(migration.version);
    if (hash === undefined) {
      await apply(client, migration);
      log?.info({ version: migration.version, migration: migration.name }, 'migrated the database');
    } else if (hash !== migration.hash)
      throw new HubError(
        `The migration ${migration.name} is not the one this database was made with: a released file was edited. ` +
          'Put the file back as it was and make the change in a new file. A database that holds nothing worth keeping ' +
          'can be deleted instead.',
        { exitCode: EXIT.configuration },
      );
  }
  return { from, to: newest };
}

/** The versions in the database, with the hash of the file each was made by. */
async function readApplied(client: pg.Client): Promise<Map<number, string>> {
  const { rows: found } = await client.query("select 1 from pg_namespace where nspname = 'hearst_schema'");
  if (found.length === 0)
    await client.query(`begin; set local role ${OWNER_ROLE};
      create schema hearst_schema;
      create table hearst_schema.migrations (
        version integer primary key,
        name text not null,
        hash text not null,
        applied_at timestamptz not null default now()
      );
      commit`);
  const { rows } = await client.query<{ version: number; hash: string }>(
    'select version, hash from hearst_schema.migrations order by version',
  );
  return new Map(rows.map((row) => [row.version, row.hash]));
}

async function apply(client: pg.Client, { version, name, sql, hash }: Migration): Promise<void> {
  try {
    await client.query(`begin; set local role ${OWNER_ROLE}; set local lock_timeout = '10s'`);
    await client.query(sql);
    await client.query('insert into hearst_schema.migrations (version, name, hash) values ($1, $2, $3)', [
      version,
      name,
      hash,
    ]);
    await client.query('commit');
  } catch (error) {
    const { message, code } = error as { message: string; code?: string };
    throw new HubError(
      `The migration ${name} failed and changed nothing: ${message}${code === undefined ? '' : ` (${code})`}. ` +
        (code === '55P03'
          ? 'Another program holds a lock: stop it and start the hub again.'
          : 'Start the hub again once its cause is removed.'),
      { exitCode: EXIT.failed, cause: error },
    );
  }
}

function readMigrations(folder: string): Migration[] {
  const migrations = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name): Migration => {
      const version = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
      if (version === undefined) throw new HubError(`${join(folder, name)} is not named NNNN_what_it_does.sql.`);
      const sql = readFileSync(join(folder, name), 'utf8');
      return { version: Number(version), name, sql, hash: createHash('sha256').update(sql).digest('hex') };
    });
  const misplaced = migrations.find((migration, index) => migration.version !== index + 1);
  if (misplaced !== undefined)
    throw new HubError(`${join(folder, misplaced.name)} leaves a gap or shares its number: expected 1, 2, 3, ...`);
  return migrations;
}
