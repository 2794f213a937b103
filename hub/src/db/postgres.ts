import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EXIT, HubError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Cluster, type ClusterOptions, OWNER, openCluster } from './embedded/cluster.ts';
import { CLEAN_ENVIRONMENT } from './embedded/identity.ts';
import { LogFile } from './embedded/log-file.ts';
import { type Postmaster, removeMisleadingPidFile, runningPostmaster } from './embedded/postmaster.ts';
import { serverSettings } from './embedded/settings.ts';

export interface EmbeddedPostgresOptions extends ClusterOptions {
  readonly log: Log;
  /** A fixed port. Absent: any free one, kept over restarts while it is free. */
  readonly port?: number;
  /** Settings beside and above the usual ones, by name. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** How long a hub that was just killed may still seem to hold its server. */
const HANDOVER_MS = 3_000;
/** After a kill of the main process its children may hold the shared memory until they notice. */
const ORPHANS_MS = 60_000;
/** Crash recovery replays at most `max_wal_size`; far beyond that something else is wrong. */
const START_MS = 600_000;
const STOP_MS = 30_000;
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
  #cluster: Cluster | undefined;
  #port = 0;
  /** The process of the server that this hub started; undefined for an adopted one. */
  #launched: number | undefined;
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
    return this.#urlOf(OWNER);
  }

  /** The server's main process, or null while it is down. */
  get pid(): number | null {
    return this.#cluster === undefined ? null : (runningPostmaster(this.#cluster.folder)?.pid ?? null);
  }

  /** Starts the server, or adopts the one that a killed hub left. Returns the URL of the hub's database. */
  async start(): Promise<string> {
    const starting = this.#start().catch((error: unknown) => this.#giveUp(error));
    this.#work = starting.catch(() => {}); // The caller hears of it; `stop` only has to wait.
    await starting;
    return this.url;
  }

  /** Fast shutdown: open transactions roll back, everything committed is on disk. Returns when the process is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#work;
    const cluster = this.#cluster;
    if (cluster !== undefined && this.#holder !== undefined) await this.#shutDown(cluster);
    await this.#holder?.end();
    this.#holder = undefined;
  }

  async #start(): Promise<void> {
    this.#cluster = await openCluster(this.#options);
    const cluster = this.#cluster;
    const { version } = cluster.binaries;
    const { fingerprint } = serverSettings(version, this.#options.settings ?? {});
    await this.#bringUp(cluster, 'any');
    this.#holder = await this.#takeOver();
    if (!(await this.#isOurs(fingerprint))) {
      this.#log.info('the left-over Postgres has other settings or another version: starting it anew');
      const left = this.#holder;
      this.#holder = undefined;
      await this.#shutDown(cluster);
      await left.end();
      await this.#bringUp(cluster, 'any');
      this.#holder = await this.#takeOver();
    }
    writeFileSync(join(cluster.home, 'port'), `${this.#port}\n`);
    await this.#ensureDatabase(this.#holder);
    this.#watch(this.#holder);
    this.#log.info({ port: this.#port, pid: this.pid, version, folder: cluster.folder }, 'Postgres is up');
  }

  /** A failed start leaves no server behind that it launched itself, unless another hub uses it by now. */
  async #giveUp(error: unknown): Promise<never> {
    const cluster = this.#cluster;
    const launched = this.#launched;
    this.#launched = undefined;
    if (cluster !== undefined && launched !== undefined && !(error instanceof InUseError))
      if (runningPostmaster(cluster.folder)?.pid === launched) await this.#shutDown(cluster);
    throw error;
  }

  /** Returns when a server of this cluster takes connections at `#port`: one that runs already, or a new one. */
  async #bringUp(cluster: Cluster, port: 'any' | 'same'): Promise<void> {
    const deadline = Date.now() + START_MS;
    const orphans = Date.now() + ORPHANS_MS;
    while (Date.now() < deadline) {
      if (this.#stopping) throw new HubError('The hub was stopped while its Postgres was starting.');
      const running = runningPostmaster(cluster.folder);
      if (running !== null) {
        if (await this.#answers(running)) return;
        await sleep(50);
        continue;
      }
      const failure = await this.#launch(cluster, port);
      if (failure === null) continue;
      // What passes: another hub's server got there first; children of a killed server; the port, for a moment.
      const passing =
        /lock file "postmaster.pid" already exists/.test(failure) ||
        (/shared memory block|still in use/.test(failure) && Date.now() < orphans) ||
        (/could not bind/.test(failure) && this.#options.port === undefined);
      if (!passing) throw this.#startError(cluster, failure);
      await sleep(200);
    }
    throw this.#startError(cluster, `no answer within ${START_MS / 1000} s`);
  }

  /** Starts the server. Returns null when it takes connections, else what it wrote before it ended. */
  async #launch(cluster: Cluster, port: 'any' | 'same'): Promise<string | null> {
    if (removeMisleadingPidFile(cluster.folder))
      this.#log.warn({ folder: cluster.folder }, 'removed a postmaster.pid that named another program');
    if (port === 'any') this.#port = this.#options.port ?? (await choosePort(join(cluster.home, 'port')));
    const { args } = serverSettings(cluster.binaries.version, this.#options.settings ?? {});
    const logFile = new LogFile(join(cluster.home, 'postgres.log'));
    const { fd, start } = logFile.open();
    // A session of its own: Ctrl-C in the hub's terminal must not end the server before the hub has drained.
    const child = spawn(cluster.binaries.postgres, ['-D', cluster.folder, '-p', String(this.#port), ...args], {
      cwd: '/',
      env: CLEAN_ENVIRONMENT,
      ...cluster.identity,
      detached: true,
      stdio: ['ignore', fd, fd],
    });
    logFile.close(fd);
    child.unref();
    this.#launched = child.pid;
    const ended = endOf(child);
    for (;;) {
      const outcome = await Promise.race([ended, sleep(30)]);
      if (outcome !== undefined) return `${logFile.since(start)}${outcome}`;
      const running = runningPostmaster(cluster.folder);
      if (running?.pid === child.pid && running?.port === this.#port && (await this.#answers(running))) return null;
      if (this.#stopping) return null;
    }
  }

  /** Whether that server takes connections; it becomes ours to talk to. Throws when it refuses our password. */
  async #answers({ port }: Postmaster): Promise<boolean> {
    if (port === 0) return false;
    this.#port = port;
    const client = this.#client('postgres');
    try {
      await client.connect();
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code !== '28P01') return false;
      throw new HubError(
        `The database in ${this.#cluster?.folder} refuses the password in ${this.#cluster?.home}/password: the two do not ` +
          'belong together. Bring both back from the same backup of the data folder.',
        { exitCode: EXIT.configuration, cause: error },
      );
    } finally {
      await client.end();
    }
  }

  /** Takes the owner's lock, which the server itself frees the moment a hub dies. */
  async #takeOver(): Promise<pg.Client> {
    const holder = this.#client('postgres');
    await holder.connect();
    const deadline = Date.now() + HANDOVER_MS;
    for (;;) {
      const { rows } = await holder.query<{ taken: boolean }>(`select pg_try_advisory_lock(${OWNER_LOCK}) as taken`);
      if (rows[0]?.taken === true) return holder;
      const other = await this.#otherOwner(holder);
      if (Date.now() < deadline && !(other !== null && isAlive(other))) await sleep(50);
      else {
        await holder.end();
        throw new InUseError(
          `Another hub (${other === null ? 'just gone' : `process ${other}`}) uses the data folder ` +
            `${this.#options.dataDir}. Stop it first, or give this one a folder of its own with HEARST_DATA_DIR.`,
          { exitCode: EXIT.configuration },
        );
      }
    }
  }

  /** The process that holds the owner's lock, by its own word; null when it has just let go. */
  async #otherOwner(client: pg.Client): Promise<number | null> {
    const { rows } = await client.query<{ name: string }>(
      `select application_name as name from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and classid = 0 and objid = ${OWNER_LOCK} and granted`,
    );
    return rows[0] === undefined ? null : Number(rows[0].name.replace(OWNER_NAME, ''));
  }

  async #isOurs(fingerprint: string): Promise<boolean> {
    const result = await this.#holder?.query<{ found: string | null }>(
      "select current_setting('hearst.fingerprint', true) as found",
    );
    return result?.rows[0]?.found === fingerprint;
  }

  async #ensureDatabase(client: pg.Client): Promise<void> {
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [OWNER]);
    if (rows.length === 0) await client.query(`create database ${OWNER}`);
  }

  /** The holder's connection ends when the server goes, child or adopted alike. */
  #watch(holder: pg.Client): void {
    holder.once('end', () => {
      if (this.#stopping || this.#holder !== holder) return;
      this.#log.error({ port: this.#port }, 'Postgres went down: starting it again');
      this.#work = this.#recover();
    });
  }

  /** Tries for as long as the hub runs: everything else in it waits and retries meanwhile. */
  async #recover(): Promise<void> {
    const cluster = this.#cluster;
    for (let delay = 100; cluster !== undefined && !this.#stopping; delay = Math.min(delay * 2, 5_000)) {
      try {
        await this.#bringUp(cluster, 'same');
        this.#holder = await this.#takeOver();
        this.#watch(this.#holder);
        this.#log.info({ port: this.#port, pid: this.pid }, 'Postgres is up again');
        return;
      } catch (error) {
        if (this.#stopping) return;
        this.#log.error({ err: error }, 'Postgres does not start: trying again');
        await sleep(delay);
      }
    }
  }

  async #shutDown(cluster: Cluster): Promise<void> {
    for (const [signal, patience] of [
      ['SIGINT', STOP_MS],
      ['SIGQUIT', STOP_MS / 3],
    ] as const) {
      const running = runningPostmaster(cluster.folder);
      if (running === null) return;
      process.kill(running.pid, signal);
      const deadline = Date.now() + patience;
      while (Date.now() < deadline) {
        if (runningPostmaster(cluster.folder)?.pid !== running.pid) return;
        await sleep(20);
      }
      this.#log.warn({ pid: running.pid, signal }, 'Postgres takes long to stop');
    }
    throw new HubError(`Postgres in ${cluster.folder} does not stop. See ${join(cluster.home, 'postgres.log')}.`);
  }

  #client(database: string): pg.Client {
    const client = new pg.Client({
      connectionString: this.#urlOf(database),
      application_name: `${OWNER_NAME}${process.pid}`,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    // Losses show as a failed call or as `end`.
    client.on('error', (error) => this.#log.debug({ reason: error.message }, 'lost a connection to Postgres'));
    return client;
  }

  #urlOf(database: string): string {
    if (this.#cluster === undefined) throw new HubError('The hub asked for its Postgres before starting it.');
    return `postgres://${OWNER}:${this.#cluster.password}@127.0.0.1:${this.#port}/${database}`;
  }

  #startError(cluster: Cluster, output: string): HubError {
    const log = join(cluster.home, 'postgres.log');
    if (/could not bind/.test(output))
      return new HubError(
        `Postgres cannot listen on 127.0.0.1:${this.#port}: another program does. Stop that program or choose another port.`,
        { exitCode: EXIT.unavailable },
      );
    if (/No space left on device/.test(output))
      return new HubError(
        `Postgres does not start because the disk that holds ${cluster.folder} is full. Free some space and start the ` +
          'hub again; nothing committed is lost.',
        { exitCode: EXIT.unavailable },
      );
    const last = output.trim().split('\n').slice(-5).join('\n');
    return new HubError(`Postgres in ${cluster.folder} does not start. It says (all of it in ${log}):\n${last}`, {
      exitCode: EXIT.unavailable,
    });
  }
}

/** Whether a process of this machine lives (in a container it may be of another one: then time decides). */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** How a child ended, in words. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`(ended with ${signal ?? `code ${code}`})`));
  });
}

/** The port of the last run if it is free, so that addresses noted elsewhere stay right; else any free one. */
async function choosePort(file: string): Promise<number> {
  const last = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : 0;
  return (await freePort(last)) ?? (await freePort(0)) ?? 0;
}

function freePort(wanted: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(Number.isInteger(wanted) ? wanted : 0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
