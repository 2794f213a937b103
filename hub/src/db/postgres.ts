import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { EXIT, HubError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type ClusterOptions, OWNER, openCluster } from './embedded/cluster.ts';
import { Server } from './embedded/server.ts';

export interface EmbeddedPostgresOptions extends ClusterOptions {
  readonly log: Log;
  /** A fixed port. Absent: any free one, kept over restarts while it is free. */
  readonly port?: number;
  /** Settings beside and above the usual ones, by name. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** How long a hub that was just killed may still seem to hold its server. */
const HANDOVER_MS = 3_000;
/** The advisory lock that a hub holds on its server as long as it lives. */
const OWNER_LOCK = 7_423_000;
/** Under what name it does so; its process id follows. */
const OWNER_NAME = 'hearst-hub owner process ';

/** Another hub lives on this data folder. */
class InUseError extends HubError {}

/**
 * The hub's own Postgres: a real server as a child process, on a cluster in the data folder. What holds:
 *
 * - it outlives a killed hub, and the next hub adopts it through its pid file;
 * - it restarts when it dies, on the same port, for as long as the hub runs; after a crash it recovers by itself;
 * - one hub per data folder: the hub holds a lock in the server itself, so nothing stale can remain of a killed one;
 * - a signal to the hub's terminal does not reach it; `stop` ends it by a fast shutdown;
 * - commits are synced to disk.
 */
export class EmbeddedPostgres {
  readonly #options: EmbeddedPostgresOptions;
  readonly #log: Log;
  #server: Server | undefined;
  #stopping = false;
  /** The start or restart in progress. */
  #work: Promise<unknown> = Promise.resolve();
  /** The connection that holds the owner's lock; its end says that the server went. */
  #holder: pg.Client | undefined;

  constructor(options: EmbeddedPostgresOptions) {
    this.#options = options;
    this.#log = options.log;
  }

  /** `postgres://hearst:<password>@127.0.0.1:<port>/hearst`; the same for as long as the hub runs. */
  get url(): string {
    if (this.#server === undefined) throw new HubError('The hub asked for its Postgres before starting it.');
    return this.#server.urlOf(OWNER);
  }

  /** The server's main process, or null while it is down. */
  get pid(): number | null {
    return this.#server?.pid ?? null;
  }

  /** Starts the server, or adopts the one that a killed hub left. Returns the URL of the hub's database. */
  async start(): Promise<string> {
    const starting = this.#start();
    this.#work = starting.catch(() => {}); // The caller hears of it; `stop` only has to wait.
    await starting;
    return this.url;
  }

  /** Fast shutdown: open transactions roll back, everything committed is on disk. Returns when the process is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#work;
    const holder = this.#holder;
    this.#holder = undefined;
    if (holder === undefined) return;
    await this.#server?.shutDown();
    await holder.end();
  }

  async #start(): Promise<void> {
    const cluster = await openCluster(this.#options);
    const { log, port, settings } = this.#options;
    const server = new Server({ cluster, log, port, settings });
    this.#server = server;
    try {
      let holder = await this.#bringUp(server, 'any');
      if (!(await isAsWanted(holder, server))) {
        this.#log.info('the left-over Postgres has other settings or another version: starting it anew');
        await server.shutDown();
        await holder.end();
        holder = await this.#bringUp(server, 'any');
      }
      await ensureDatabase(holder);
      this.#watch(server, holder);
    } catch (error) {
      // A failed start leaves no server behind that it launched itself, unless another hub uses it by now.
      if (server.isOwn && !(error instanceof InUseError)) await server.shutDown();
      throw error;
    }
    const { version } = cluster.binaries;
    this.#log.info({ port: server.port, pid: server.pid, version, folder: cluster.folder }, 'Postgres is up');
  }

  /** Returns the connection that holds the owner's lock of a server that takes connections. */
  async #bringUp(server: Server, port: 'any' | 'same'): Promise<pg.Client> {
    await server.bringUp(port, () => this.#stopping);
    return this.#takeOver(server);
  }

  /** Takes the owner's lock, which the server itself frees the moment a hub dies. */
  async #takeOver(server: Server): Promise<pg.Client> {
    const holder = server.client(`${OWNER_NAME}${process.pid}`);
    await holder.connect();
    const deadline = Date.now() + HANDOVER_MS;
    for (;;) {
      const { rows } = await holder.query<{ taken: boolean }>(`select pg_try_advisory_lock(${OWNER_LOCK}) as taken`);
      if (rows[0]?.taken === true) return holder;
      const other = await otherOwner(holder);
      if (Date.now() > deadline || (other !== null && isAlive(other))) {
        await holder.end();
        throw new InUseError(
          `Another hub (${other === null ? 'just gone' : `process ${other}`}) uses the data folder ` +
            `${this.#options.dataDir}. Stop it first, or give this one a folder of its own with HEARST_DATA_DIR.`,
          { exitCode: EXIT.configuration },
        );
      }
      await sleep(50);
    }
  }

  /** The holder's connection ends when the server goes, child or adopted alike. */
  #watch(server: Server, holder: pg.Client): void {
    this.#holder = holder;
    holder.once('end', () => {
      if (this.#stopping) return;
      this.#log.warn({ port: server.port }, 'Postgres went down: starting it again');
      this.#work = this.#recover(server);
    });
  }

  /** Tries for as long as the hub runs: everything else in it waits and retries meanwhile. */
  async #recover(server: Server): Promise<void> {
    let told = '';
    for (let delay = 100; !this.#stopping; delay = Math.min(delay * 2, 5_000)) {
      try {
        this.#watch(server, await this.#bringUp(server, 'same'));
        this.#log.info({ port: server.port, pid: server.pid }, 'Postgres is up again');
        return;
      } catch (error) {
        const { message } = error as Error;
        if (!this.#stopping && message !== told) this.#log.error({ err: error }, 'Postgres does not start: trying on');
        told = message;
        await sleep(delay);
      }
    }
  }
}

async function isAsWanted(client: pg.Client, server: Server): Promise<boolean> {
  const { rows } = await client.query<{ found: string | null }>(
    "select current_setting('hearst.fingerprint', true) as found",
  );
  return rows[0]?.found === server.fingerprint;
}

async function ensureDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query('select 1 from pg_database where datname = $1', [OWNER]);
  if (rows.length === 0) await client.query(`create database ${OWNER}`);
}

/** The process that holds the owner's lock, by its own word; null when it has just let go. */
async function otherOwner(client: pg.Client): Promise<number | null> {
  const { rows } = await client.query<{ name: string }>(
    `select application_name as name from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and classid = 0 and objid = ${OWNER_LOCK} and granted`,
  );
  return rows[0] === undefined ? null : Number(rows[0].name.replace(OWNER_NAME, ''));
}

/** Whether a process of this machine lives (in a container it may be of another one: then time decides). */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
