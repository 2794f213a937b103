import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EXIT, HubError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type Cluster, OWNER } from './cluster.ts';
import { CLEAN_ENVIRONMENT } from './identity.ts';
import { LogFile } from './log-file.ts';
import { type Postmaster, removeMisleadingPidFile, runningPostmaster, runsCluster } from './postmaster.ts';
import { serverSettings } from './settings.ts';

export interface ServerOptions {
  readonly cluster: Cluster;
  readonly log: Log;
  /** A fixed port. Absent: any free one, that of the last run if possible. */
  readonly port?: number | undefined;
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** After a kill of the main process its children may hold the shared memory until they notice. */
const ORPHANS_MS = 60_000;
/** Crash recovery replays at most `max_wal_size`; far beyond that something else is wrong. */
const START_MS = 600_000;
const STOP_MS = 30_000;
/** Waiting longer than this is worth a line in the log. */
const PATIENCE_MS = 10_000;

/** The server process of one cluster: brought up, talked to and shut down, whoever started it. */
export class Server {
  /** Tells a server with these settings and this version from another. */
  readonly fingerprint: string;
  readonly #cluster: Cluster;
  readonly #log: Log;
  readonly #fixedPort: number | undefined;
  readonly #arguments: readonly string[];
  readonly #logFile: LogFile;
  #port: number;
  #launched: number | undefined;

  constructor({ cluster, log, port, settings = {} }: ServerOptions) {
    const { args, fingerprint } = serverSettings(cluster.binaries.version, settings);
    this.fingerprint = fingerprint;
    this.#cluster = cluster;
    this.#log = log;
    this.#fixedPort = port;
    this.#arguments = args;
    this.#logFile = new LogFile(join(cluster.home, 'postgres.log'));
    this.#port = port ?? 0;
  }

  get port(): number {
    return this.#port;
  }

  /** The main process, or null while there is none. */
  get pid(): number | null {
    return runningPostmaster(this.#cluster.folder)?.pid ?? null;
  }

  /** Whether the running server is one that this object started, rather than found. */
  get isOwn(): boolean {
    return this.#launched !== undefined && this.pid === this.#launched;
  }

  urlOf(database: string): string {
    return `postgres://${OWNER}:${this.#cluster.password}@127.0.0.1:${this.#port}/${database}`;
  }

  /** A connection as superuser, not yet opened. */
  client(applicationName: string): pg.Client {
    const client = new pg.Client({
      connectionString: this.urlOf('postgres'),
      application_name: applicationName,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    // Losses show as a failed call or as `end`.
    client.on('error', (error) => this.#log.debug({ reason: error.message }, 'lost a connection to Postgres'));
    return client;
  }

  /**
   * Returns when a server of the cluster takes connections: one that runs already, or a new one.
   *
   * @param port `same` insists on the port of before, because pools point there
   * @param calledOff true makes it throw at the next step
   */
  async bringUp(port: 'any' | 'same', calledOff: () => boolean): Promise<void> {
    const deadline = Date.now() + START_MS;
    const orphans = Date.now() + ORPHANS_MS;
    let tell = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      if (calledOff()) throw new HubError('The hub was stopped while its Postgres was starting.');
      if (Date.now() > tell) {
        this.#log.info({ log: this.#logFile.path }, 'waiting for Postgres to take connections');
        tell = Date.now() + PATIENCE_MS;
      }
      const running = runningPostmaster(this.#cluster.folder);
      if (running !== null) {
        if (await this.#answers(running)) return this.#rememberPort();
        await sleep(20);
        continue;
      }
      const failure = await this.#launch(port, calledOff);
      // What passes: another hub's server got there first; children of a killed server; the port, for a moment.
      const passing =
        failure === null ||
        /lock file "postmaster.pid" already exists/.test(failure) ||
        (/shared memory block|still in use/.test(failure) && Date.now() < orphans) ||
        (/could not bind/.test(failure) && this.#fixedPort === undefined);
      if (!passing) throw this.#startError(failure);
      if (failure !== null) await sleep(200);
    }
    throw this.#startError(`no answer within ${START_MS / 1000} s`);
  }

  /** Fast shutdown: open transactions roll back, everything committed is on disk. Returns when the process is gone. */
  async shutDown(): Promise<void> {
    for (const [signal, patience] of [
      ['SIGINT', STOP_MS],
      ['SIGQUIT', STOP_MS / 3],
    ] as const) {
      const { pid } = this;
      if (pid === null) return;
      process.kill(pid, signal);
      const deadline = Date.now() + patience;
      while (Date.now() < deadline) {
        if (!runsCluster(pid, this.#cluster.folder)) return;
        await sleep(20);
      }
      this.#log.warn({ pid, signal }, 'Postgres takes long to stop');
    }
    throw new HubError(`Postgres in ${this.#cluster.folder} does not stop. See ${this.#logFile.path}.`);
  }

  /** Starts the server. Returns null when it takes connections, else what it wrote before it ended. */
  async #launch(port: 'any' | 'same', calledOff: () => boolean): Promise<string | null> {
    const { binaries, folder, identity } = this.#cluster;
    if (removeMisleadingPidFile(folder))
      this.#log.warn({ folder }, 'removed a postmaster.pid that named another program');
    if (port === 'any') this.#port = this.#fixedPort ?? (await choosePort(this.#portFile));
    const { fd, start } = this.#logFile.open();
    // A session of its own: Ctrl-C in the hub's terminal must not end the server before the hub has drained.
    const child = spawn(binaries.postgres, ['-D', folder, '-p', String(this.#port), ...this.#arguments], {
      cwd: '/',
      env: CLEAN_ENVIRONMENT,
      ...identity,
      detached: true,
      stdio: ['ignore', fd, fd],
    });
    this.#logFile.close(fd);
    child.unref();
    this.#launched = child.pid;
    const ended = endOf(child);
    for (;;) {
      const outcome = await Promise.race([ended, sleep(20)]);
      if (outcome !== undefined) return `${this.#logFile.since(start)}${outcome}`;
      if (calledOff()) {
        child.kill('SIGINT');
        await ended;
        return null;
      }
      const running = runningPostmaster(folder);
      if (running !== null && running.pid === child.pid && (await this.#answers(running))) return null;
    }
  }

  /** Whether that server takes connections; it becomes the one to talk to. Throws when it refuses our password. */
  async #answers({ port, ready }: Postmaster): Promise<boolean> {
    if (!ready) return false;
    this.#port = port;
    const client = this.client('hearst-hub');
    try {
      await client.connect();
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code !== '28P01') return false;
      throw new HubError(
        `The database in ${this.#cluster.folder} refuses the password in ${this.#cluster.home}/password: the two do not ` +
          'belong together. Bring both back from the same backup of the data folder.',
        { exitCode: EXIT.configuration, cause: error },
      );
    } finally {
      await client.end();
    }
  }

  get #portFile(): string {
    return join(this.#cluster.home, 'port');
  }

  #rememberPort(): void {
    writeFileSync(this.#portFile, `${this.#port}\n`);
  }

  #startError(output: string): HubError {
    const { folder } = this.#cluster;
    const said = (message: string): HubError => new HubError(message, { exitCode: EXIT.unavailable });
    if (/could not bind/.test(output))
      return said(
        `Postgres cannot listen on 127.0.0.1:${this.#port}: another program does. Stop that program or choose another port.`,
      );
    if (/No space left on device/.test(output))
      return said(
        `Postgres does not start because the disk that holds ${folder} is full. Free some space and start the hub again; ` +
          'nothing committed is lost.',
      );
    const last = output.trim().split('\n').slice(-5).join('\n');
    return said(`Postgres in ${folder} does not start. It says (all of it in ${this.#logFile.path}):\n${last}`);
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
