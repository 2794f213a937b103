import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../test/harness/until.ts';
import { createLog } from '../log.ts';
import { Database } from './client.ts';
import { packagedBinaries, usableBinaries } from './embedded/binaries.ts';
import { EmbeddedPostgres, type EmbeddedPostgresOptions } from './postgres.ts';

const log = createLog('silent');
const PROCESS = fileURLToPath(new URL('../../../test/harness/postgres-process.ts', import.meta.url));
const asRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const DAEMON = 1;

let base: string;
/** A data folder with a cluster at rest, which every test leaves at rest again: making one takes a second or more. */
let shared: string;
const servers: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'hearst-postgres-'));
  chmodSync(base, 0o755);
  shared = join(base, 'shared');
  const server = open(shared);
  await server.start();
  await server.stop();
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) await server.stop();
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Killing a process loses nothing that it wrote, so most of these tests need no sync to disk. */
const QUICK = { fsync: 'off' };

function open(dataDir: string, more: Partial<EmbeddedPostgresOptions> = {}): EmbeddedPostgres {
  const quick = { sync: false, settings: QUICK, systemDir: join(base, 'system') };
  const server = new EmbeddedPostgres({ dataDir, log, ...quick, ...more });
  servers.push(server);
  return server;
}

async function ask<T>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

/** Another hub's process. Resolves to its first line: the URL, or why it does not start. */
async function otherProcess(dataDir: string, uid?: number): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, [PROCESS, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return { child, line };
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const gone = (pid: number | null): boolean => pid === null || !existsSync(`/proc/${pid}/exe`);

describe('a start', () => {
  it('makes a durable server with a password of its own, and a stop leaves nothing running', async () => {
    const dataDir = join(base, 'first');
    const server = open(dataDir, { sync: true, settings: {} });
    const url = await server.start();
    const [settings] = await ask(
      url,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
        current_setting('listen_addresses') as listen, current_setting('wal_compression') as wal,
        current_setting('data_checksums') as checksums, current_database() as database`,
    );
    expect(settings).toEqual({
      fsync: 'on',
      commit: 'on',
      listen: '127.0.0.1',
      wal: 'pglz',
      checksums: 'on',
      database: 'hearst',
    });
    expect(statSync(join(dataDir, 'postgres', 'password')).mode & 0o777).toBe(0o600);
    await expect(ask(url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(/password/);

    const { pid } = server;
    await server.stop();
    expect(gone(pid)).toBe(true);
    expect(existsSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'))).toBe(false);
  });

  it('finds data and port of the last run again', async () => {
    const first = open(shared);
    const url = await first.start();
    await ask(url, 'create table kept_2 as select 42 as answer');
    await first.stop();
    expect(await open(shared).start()).toBe(url);
    expect(await ask(url, 'select answer from kept_2')).toEqual([{ answer: 42 }]);
  });

  it('works in a folder whose path is longer than a socket may have, and holds spaces', async () => {
    const dataDir = join(base, `a b ${'x'.repeat(120)}`);
    execFileSync('cp', ['-a', shared, dataDir]);
    expect(await ask(await open(dataDir).start(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is out of reach of the signals of our terminal', async () => {
    const server = open(shared);
    await server.start();
    const group = (pid: number | string): string =>
      readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[2]!;
    expect(group(server.pid ?? 0)).not.toBe(group('self'));
  });

  it('refuses a cluster of a newer Postgres and says what to do', async () => {
    const file = join(shared, 'postgres', 'cluster', 'PG_VERSION');
    writeFileSync(file, '19\n');
    await expect(open(shared).start()).rejects.toThrow(
      /made by Postgres 19; this hub brings 18.*Start the hub version/,
    );
    writeFileSync(file, '18\n');
  });

  it('refuses a port that another program holds', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    await expect(open(shared, { port }).start()).rejects.toThrow(new RegExp(`127.0.0.1:${port}: another program`));
    holder.close();
  });

  it('takes another port when the one of the last run is held by then', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    writeFileSync(join(shared, 'postgres', 'port'), `${port}\n`);
    const url = await open(shared).start();
    expect(url).not.toContain(`:${port}/`);
    holder.close();
  });

  it('says when password file and cluster do not belong together', async () => {
    const file = join(shared, 'postgres', 'password');
    const right = readFileSync(file);
    writeFileSync(file, 'other\n');
    const server = open(shared);
    await expect(server.start()).rejects.toThrow(/refuses the password in .*Bring both back/);
    expect(server.pid).toBeNull();
    writeFileSync(file, right);
  });

  it('is not stopped by a postmaster.pid whose number another program has now', async () => {
    const cluster = join(shared, 'postgres', 'cluster');
    const { uid, gid } = statSync(cluster);
    const stranger = spawn('sleep', ['60'], asRoot ? { uid, gid } : {});
    children.push(stranger);
    const file = join(cluster, 'postmaster.pid');
    writeFileSync(file, `${stranger.pid}\n${cluster}\n1\n5432\n\n127.0.0.1\n\nready\n`, { mode: 0o600 });
    chownSync(file, uid, gid);
    expect(await ask(await open(shared).start(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  it('can be called off', async () => {
    const server = open(shared);
    const starting = server.start();
    const outcome = starting.then(
      () => 'up',
      () => 'called off',
    );
    await server.stop();
    expect(['up', 'called off']).toContain(await outcome);
    expect(server.pid).toBeNull();
  });
});

describe('a kill', () => {
  it('of the server: it comes back at the same address with everything committed, and pools reconnect', async () => {
    const server = open(shared);
    const url = await server.start();
    const database = await Database.open({ url, log });
    await database.owner.query('create table kept_11 as select 42 as answer');
    const before = server.pid;
    process.kill(before ?? 0, 'SIGKILL');
    // A connection may be served for a moment yet: only the new server counts.
    await until(() => server.pid !== null && server.pid !== before, { withinMs: 15_000, what: 'a new server' });
    const rows = await until(async () => (await database.owner.query('select answer from kept_11')).rows, {
      withinMs: 15_000,
    });
    expect(rows).toEqual([{ answer: 42 }]);
    expect(server.url).toBe(url);
    await database.close();
  });

  it('of the hub: the next one adopts the running server, connections and all', async () => {
    const { child, line: url } = await otherProcess(shared);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await killed(child);

    const next = open(shared);
    expect(await next.start()).toBe(url);
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await client.end();
    const { pid } = next;
    await next.stop();
    expect(gone(pid)).toBe(true);
  });

  it('of hub and server together: the next hub recovers', async () => {
    const { child, line: url } = await otherProcess(shared);
    await ask(url, 'create table kept_13 as select 42 as answer');
    const [{ pid } = { pid: 0 }] = await ask<{ pid: number }>(
      url,
      "select pg_read_file('postmaster.pid')::text ~ '.' as x, split_part(pg_read_file('postmaster.pid'), chr(10), 1)::int as pid",
    );
    await killed(child);
    process.kill(pid, 'SIGKILL');
    expect(await ask(await open(shared).start(), 'select answer from kept_13')).toEqual([{ answer: 42 }]);
  });

  it('of a hub with other settings: the server left over is started anew', async () => {
    const { child, line: url } = await otherProcess(shared);
    await killed(child);
    const next = open(shared, { settings: { ...QUICK, work_mem: '7MB' } });
    expect(await next.start()).toBe(url);
    expect(await ask(url, 'show work_mem')).toEqual([{ work_mem: '7MB' }]);
  });
});

describe('a second hub on one data folder', () => {
  it('is told who holds it, and disturbs nothing', async () => {
    const { child, line: url } = await otherProcess(shared);
    await expect(open(shared).start()).rejects.toThrow(
      new RegExp(`Another hub \\(process ${child.pid}\\) uses the data folder ${shared}. Stop it first`),
    );
    servers.pop();
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it('started at the same moment: one wins, the other is told', async () => {
    const dataDir = join(base, 'together');
    const outcomes = await Promise.allSettled([otherProcess(dataDir), otherProcess(dataDir)]);
    const lines = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value.line : String(outcome.reason),
    );
    expect(lines.filter((line) => line.startsWith('postgres://'))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('Another hub'))).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') outcome.value.child.kill('SIGTERM');
    await until(() => !existsSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid')), { withinMs: 15_000 });
  });
});

describe.skipIf(!asRoot)('as root', () => {
  it('runs as nobody; a data folder that nobody cannot reach keeps its mode and points to the cluster', async () => {
    const closed = join(base, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const dataDir = join(closed, 'data');
    const server = open(dataDir);
    const url = await server.start();
    const pointer = readFileSync(join(dataDir, 'postgres', 'cluster-folder'), 'utf8').trim();
    expect(pointer).toMatch(new RegExp(`^${join(base, 'system')}/[0-9a-f]{16}/cluster$`));
    expect(statSync(pointer).uid).toBe(NOBODY);
    expect(readFileSync(join(pointer, '..', 'data-folder'), 'utf8')).toBe(`${dataDir}\n`);
    expect(statSync(`/proc/${server.pid}`).uid).toBe(NOBODY);
    expect(statSync(closed).mode & 0o777).toBe(0o700);
    await ask(url, 'create table kept as select 42 as answer');
    await server.stop();

    expect(await ask(await open(dataDir).start(), 'select answer from kept')).toEqual([{ answer: 42 }]);
    await servers.at(-1)?.stop();
    rmSync(pointer, { recursive: true });
    await expect(open(dataDir).start()).rejects.toThrow(/which is not there. Bring that folder back/);
  });

  it('copies the binaries where nobody cannot read them', async () => {
    const closed = join(base, 'closed-package');
    mkdirSync(closed, { mode: 0o700 });
    execFileSync('cp', ['-a', packagedBinaries(), join(closed, 'native')]);
    const copies = join(base, 'copies');
    const nobody = { uid: NOBODY, gid: NOBODY };
    const binaries = await usableBinaries(join(closed, 'native'), nobody, copies);
    expect(binaries).toMatchObject({ version: '18.4', postgres: join(copies, 'postgres-18.4', 'bin', 'postgres') });
    expect(await usableBinaries(join(closed, 'native'), nobody, copies)).toEqual(binaries);
    expect(statSync(closed).mode & 0o777).toBe(0o700);
  });

  it('runs directly for an ordinary user, and later for root as that user', async () => {
    const dataDir = join(base, 'ordinary');
    mkdirSync(dataDir);
    chownSync(dataDir, DAEMON, DAEMON);
    const { child, line } = await otherProcess(dataDir, DAEMON);
    expect(line).toMatch(/^postgres:/);
    child.kill('SIGTERM');
    await once(child, 'exit');

    const server = open(dataDir);
    await server.start();
    expect(statSync(`/proc/${server.pid}`).uid).toBe(DAEMON);
    await server.stop();
    expect((await otherProcess(dataDir, NOBODY)).line).toMatch(/belongs to another user \(uid 1\)/);
  });

  it('says when the disk is full', async () => {
    const dataDir = join(base, 'small-disk');
    mkdirSync(dataDir);
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=20m,mode=755', 'tmpfs', dataDir]);
    try {
      await expect(open(dataDir).start()).rejects.toThrow(/disk that holds .* is full/);
    } finally {
      execFileSync('/bin/umount', [dataDir]);
    }
  });
});
