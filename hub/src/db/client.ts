import { DrizzleQueryError } from 'drizzle-orm/errors';
import pg from 'pg';
import { EXIT, HubError } from '../errors.ts';
import { type Log, withoutPassword } from '../log.ts';
import { beginStatement, type DatabaseContext, NO_ROLE, setProjects, setUserId } from './context.ts';
import { PreparingClient } from './preparing-client.ts';
import { endpointOf, type LoginRole, rolePassword } from './roles.ts';
import { typeParsers } from './types.ts';

export type { DatabaseContext, DatabaseRole } from './context.ts';

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`: the owner's way in, see `roles.ts` for what it must be allowed. */
  readonly url: string;
  readonly log: Log;
  /** The most connections of each pool. Separate pools: a stuck API never takes ingest's. */
  readonly connections?: { readonly ingest?: number; readonly api?: number; readonly owner?: number };
}

/**
 * Whatever people ask comes in by project_id. Without an index condition a policy takes the list of projects apart for
 * every row it looks at: nine times as long for the list of 100 projects (39 against 4.5 ms, measured).
 */
const PLAN_BY_INDEX = '-c enable_seqscan=off -c jit=off';

/** The oldest server that has what the schema uses (security_invoker views). */
const OLDEST_SERVER = 150_000;

/**
 * The three ways into the database, each a pool with bounded waits everywhere: a lost network, a lock or a full pool
 * is an error within seconds, never a hang. int8 and count() arrive as numbers (see `types.ts`), timestamptz as Date.
 *
 * Opening connects once as owner, so that a wrong address or password is told at once. `ingest` and `api` connect when
 * first used, after `migrate` has made their roles.
 */
export class Database {
  readonly url: string;
  /** Role hearst_ingest: writes readings. */
  readonly ingest: pg.Pool;
  /** Role hearst_api: what people and API keys see and change. */
  readonly api: pg.Pool;
  /** DATABASE_URL itself: migrations, partitions, commands. May be a superuser, whom row security does not hold. */
  readonly owner: pg.Pool;

  private constructor(options: DatabaseOptions) {
    const { url, log, connections = {} } = options;
    this.url = url;
    this.ingest = openPool('ingest', { ...loginAs(url, 'hearst_ingest'), max: connections.ingest ?? 6 }, log);
    this.api = openPool(
      'api',
      { ...loginAs(url, 'hearst_api'), max: connections.api ?? 10, options: PLAN_BY_INDEX },
      log,
    );
    this.owner = openPool('owner', { connectionString: url, max: connections.owner ?? 4 }, log);
  }

  static async open(options: DatabaseOptions): Promise<Database> {
    const database = new Database(options);
    try {
      const { rows } = await database.owner.query<{ version: number }>(
        "select current_setting('server_version_num')::int as version",
      );
      const version = rows[0]?.version ?? 0;
      if (version < OLDEST_SERVER)
        throw new HubError(
          `The Postgres at ${withoutPassword(options.url)} is version ${Math.floor(version / 10_000)}, the hub needs 15 ` +
            'or later. Upgrade the server or point DATABASE_URL at a newer one.',
        );
      return database;
    } catch (error) {
      await database.close();
      if (error instanceof HubError) throw error;
      throw new HubError(
        `The database at ${withoutPassword(options.url)} cannot be used: ${(error as Error).message}. ` +
          'Check that the server runs and that DATABASE_URL names the right host, database, user and password.',
        { exitCode: EXIT.unavailable, cause: error },
      );
    }
  }

  /** Waits for work in progress to give its connections back, then closes them. */
  async close(): Promise<void> {
    await Promise.all([this.ingest.end(), this.api.end(), this.owner.end()]);
  }
}

function loginAs(url: string, role: LoginRole): pg.PoolConfig {
  const { password, ...endpoint } = endpointOf(url);
  return { ...endpoint, user: role, password: rolePassword(password, role) };
}

function openPool(name: string, config: pg.PoolConfig, log: Log): pg.Pool {
  const pool = new pg.Pool({
    Client: PreparingClient,
    // What a connection has prepared takes memory in the server: begin anew now and then.
    maxLifetimeSeconds: 3600,
    application_name: `hearst-hub ${name}`,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // The server gives up first; query_timeout is for a server that has vanished without a word.
    statement_timeout: 30_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 30_000,
    query_timeout: 40_000,
    types: typeParsers,
    ...config,
  });
  // Without a listener on both, a connection that dies while idle or between two queries ends the process.
  // While the pool ends, a connection that the server closes first is no news.
  const note = (error: Error): void =>
    log[pool.ending ? 'debug' : 'warn']({ pool: name, reason: error.message }, 'a database connection was lost');
  pool.on('error', note);
  pool.on('connect', (client) => client.on('error', note));
  return pool;
}

/**
 * Runs `work` in one transaction whose first statements set the context. Commits when `work` returns, rolls back when
 * it throws, and throws what it threw. An error of the commit itself leaves the outcome unknown: ask by key.
 *
 * Row security shows and accepts only the rows of the context's projects. Never nest two calls: the inner one takes a
 * second connection.
 */
export async function withContext<T>(
  pool: pg.Pool,
  context: DatabaseContext,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const seesAll = context.role === 'super_admin' && context.projectIds === undefined;
  const begin = seesAll ? '' : beginStatement(context);
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    if (seesAll) await beginForAll(pool, client, context);
    else await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (thrown) {
    const error = spoken(thrown);
    broken = isConnectionTrouble(error) ? error : await rollback(client);
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * Reads rows in a read-only transaction that is one message to the server and back: for what every request begins with.
 *
 * @param statement holds its values as literals (`pg.escapeLiteral`)
 */
export async function readAtOnce<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  context: DatabaseContext,
  statement: string,
): Promise<Row[]> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const text = [beginStatement({ ...context, readOnly: true }), statement, 'commit'].join('; ');
    const results = (await client.query<Row>(text)) as unknown as pg.QueryResult<Row>[];
    return results.at(-2)?.rows ?? [];
  } catch (error) {
    broken = isConnectionTrouble(error) ? error : await rollback(client);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** What belongs to no project carries this id; only super admins have it in their context. */
const GLOBAL_PROJECT_ID = 'HEARST-000';

/** The projects that super admins saw last: a guess, never trusted. */
const lastSeen = new WeakMap<pg.Pool, readonly string[]>();

/**
 * Begins with every project there is. Those seen last are set along with the question which there are, so that one message
 * is enough unless a project was made or purged since.
 */
async function beginForAll(pool: pg.Pool, client: pg.PoolClient, context: DatabaseContext): Promise<void> {
  const guess = lastSeen.get(pool) ?? [];
  const begin = beginStatement({ ...context, projectIds: guess });
  const begun = await client.query<{ project_id: string }>(`${begin}; select project_id from projects order by 1`);
  const all = [GLOBAL_PROJECT_ID, ...lastOf(begun).map((row) => row.project_id)];
  if (all.join() === guess.join()) return;
  await client.query(setProjects(all));
  lastSeen.set(pool, all);
}

/** What the last statement of a text answers. The library gives an array for several, which its types do not say. */
function lastOf<Row extends pg.QueryResultRow>(result: pg.QueryResult<Row> | pg.QueryResult<Row>[]): Row[] {
  return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
}

/** Goes on in the running transaction as somebody who has just shown who they are. */
export async function setUser(client: pg.ClientBase, userId: string): Promise<void> {
  await client.query(setUserId(userId));
}

/** Adds a project to the list that the running transaction sees: one that it has just made. */
export async function includeProject(client: pg.ClientBase, projectId: string): Promise<void> {
  const { rows } = await client.query<{ ids: string | null }>(
    "select current_setting('hearst.project_ids', true) as ids",
  );
  const known = (rows[0]?.ids ?? '').split(',').filter((id) => id !== '');
  await client.query(setProjects([...known, projectId]));
}

/**
 * Reads something in the running transaction that the role of whoever asks keeps closed and a policy opens without one:
 * how many alerts are open, for somebody who may see the number but not the alerts. The projects stay: foreign rows are
 * hidden as ever. Going back to the savepoint gives the role back, whatever `work` ended in, and undoes what it wrote.
 */
export async function withoutRole<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query(`savepoint role; ${NO_ROLE}`);
  try {
    return await work();
  } finally {
    await client.query('rollback to savepoint role; release savepoint role');
  }
}

/** What Postgres or the connection said: the query builder wraps it in an error that repeats statement and parameters. */
function spoken(thrown: unknown): unknown {
  return thrown instanceof DrizzleQueryError && thrown.cause !== undefined ? thrown.cause : thrown;
}

async function rollback(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/**
 * True when an error says that the connection, not the statement, failed: the transaction's outcome may be unknown
 * and the connection must not be used again. So it is where the server has lost or outgrown what the connection prepared:
 * a pooler has put another server in its place, or a newer hub has changed the table.
 */
export function isConnectionTrouble(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  if (severity === 'FATAL' || severity === 'PANIC') return true;
  if (typeof code === 'string' && /^(08...|57P0[1-5]|26000)$|^E[A-Z]{3,}$/.test(code)) return true;
  return /^(cached plan must not change|Connection terminated|Query read timeout|Client has encountered a connection error|timeout expired)/.test(
    error.message,
  );
}
