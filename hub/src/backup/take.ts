import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, posix, relative, resolve, sep } from 'node:path';
import pg from 'pg';
import { HubError } from '../errors.ts';
import { type Copied, copyFile, inParallel, writeNew } from './copy.ts';
import { FORMAT, type Manifest, writeManifest } from './manifest.ts';

export interface BackupOptions {
  /** The hub's data folder. */
  readonly dataDir: string;
  /** PGDATA of its cluster. */
  readonly cluster: string;
  /** The superuser's way in. */
  readonly url: string;
  /** The folder that backups are kept in. */
  readonly into: string;
  readonly hub: string;
  readonly now: () => number;
}

/** Of the data folder, beside the cluster. */
const KEPT = ['hub.key', 'postgres/password'];
/** Of the cluster, what a copy must not hold: of the running server, or made anew at every start. */
const EMPTIED = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|pg_internal\.init(\.\d+)?|pgsql_tmp.*|backup_label(\.old)?|tablespace_map(\.old)?)$/;
const CONTROL = 'global/pg_control';
const SEGMENT = /^[0-9A-F]{24}$/;

/**
 * Copies a running hub's database and keys into a new folder, while it goes on working. What holds:
 *
 * - the copy is of one moment, its end: files are copied between `pg_backup_start` and `pg_backup_stop`, and with the
 *   write-ahead log from the first to the second Postgres brings them all to the second;
 * - that log stays until it is copied: a replication slot holds it, which goes with this connection whatever happens;
 * - the folder appears whole or not at all: it is called `.unfinished` until everything is on disk.
 */
export async function takeBackup(options: BackupOptions): Promise<{ folder: string; manifest: Manifest }> {
  const { into, dataDir, cluster, now } = options;
  for (const inside of [dataDir, cluster])
    if (!relative(resolve(inside), resolve(into)).startsWith('..'))
      throw new HubError(
        `${into} is inside ${inside}, which would be lost together with its backup. Name a folder on another disk.`,
      );
  const stamp = new Date(now()).toISOString().replace(/[-:]|\.\d+/g, '');
  const folder = join(into, `hearst-${stamp}-${randomBytes(2).toString('hex')}`);
  const unfinished = `${folder}.unfinished`;
  try {
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    const manifest = await new Backup(options, unfinished).take();
    await writeManifest(unfinished, manifest);
    await syncFolder(unfinished);
    await rename(unfinished, folder);
    await syncFolder(into);
    return { folder, manifest };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw explained(error, folder);
  }
}

class Backup {
  readonly #options: BackupOptions;
  readonly #to: string;
  readonly #folders: string[] = [];
  readonly #files: Record<string, Copied> = {};

  constructor(options: BackupOptions, to: string) {
    this.#options = options;
    this.#to = to;
  }

  async take(): Promise<Manifest> {
    const { dataDir, cluster, url, hub, now } = this.#options;
    const client = new pg.Client({ connectionString: url, application_name: 'hearst-hub backup', keepAlive: true });
    client.on('error', () => {}); // The next statement says it.
    await client.connect();
    try {
      const about = await describeDatabase(client);
      await this.#folder('postgres');
      for (const name of KEPT) if (existsSync(join(dataDir, name))) await this.#file(join(dataDir, name), name);
      await client.query('select pg_create_physical_replication_slot($1, true, true)', [
        `hearst_backup_${randomBytes(6).toString('hex')}`,
      ]);
      await client.query("select pg_backup_start('hearst-hub backup', true)");
      await this.#folder('cluster');
      await this.#copyCluster(cluster, 'cluster');
      await this.#copyControl(join(cluster, CONTROL));
      const { rows } = await client.query<{ label: string; last: string }>(
        'select labelfile as label, pg_walfile_name(lsn) as last from pg_backup_stop(false)',
      );
      const taken_at = new Date(now()).toISOString();
      const { label = '', last = '' } = rows[0] ?? {};
      await this.#write('cluster/backup_label', label);
      await this.#copyLog(join(cluster, 'pg_wal'), /\(file ([0-9A-F]{24})\)/.exec(label)?.[1] ?? '', last);
      const bytes = Object.values(this.#files).reduce((sum, file) => sum + file.bytes, 0);
      return { format: FORMAT, hub, ...about, taken_at, bytes, folders: this.#folders, files: this.#files };
    } finally {
      await client.end();
    }
  }

  async #copyCluster(from: string, to: string): Promise<void> {
    await inParallel(await entriesOf(from), async (entry) => {
      const [source, target] = [join(from, entry.name), posix.join(to, entry.name)];
      if (LEFT_OUT.test(entry.name) || target === `cluster/${CONTROL}`) return;
      if (entry.isDirectory()) {
        await this.#folder(target);
        if (!(to === 'cluster' && EMPTIED.has(entry.name))) await this.#copyCluster(source, target);
      } else if (entry.isFile()) await this.#file(source, target);
      else
        throw new HubError(
          `${source} is neither a file nor a folder, so it would be missing from the backup. A cluster with tablespaces ` +
            'of its own is backed up with pg_basebackup.',
        );
    });
  }

  /** Postgres writes this one in place, and a read may meet half of a write: two that agree are whole. */
  async #copyControl(from: string): Promise<void> {
    let content = await readFile(from);
    for (let again = await readFile(from); !again.equals(content); again = await readFile(from)) content = again;
    await this.#write(`cluster/${CONTROL}`, content);
  }

  async #copyLog(from: string, first: string, last: string): Promise<void> {
    const names = (await entriesOf(from)).map(({ name }) => name);
    const wanted = names.filter((name) =>
      SEGMENT.test(name) ? name >= first && name <= last : /\.history$/.test(name),
    );
    for (const name of [first, last])
      if (!wanted.includes(name))
        throw new HubError(
          `The write-ahead log ${name} is gone from ${from} before it was copied. Take the backup again.`,
        );
    for (const name of wanted) await this.#file(join(from, name), `cluster/pg_wal/${name}`);
    await this.#folder('cluster/pg_wal/archive_status');
  }

  async #folder(path: string): Promise<void> {
    await mkdir(join(this.#to, path), { mode: 0o700 });
    this.#folders.push(path);
  }

  /** A file of the cluster that goes while it is copied was dropped, and the log says so: nothing is missing. */
  async #file(from: string, path: string): Promise<void> {
    try {
      this.#files[path] = await copyFile(from, join(this.#to, path));
    } catch (error) {
      const gone =
        (error as NodeJS.ErrnoException).code === 'ENOENT' &&
        path.startsWith('cluster/') &&
        !path.startsWith('cluster/pg_wal/');
      if (!gone) throw error;
      await rm(join(this.#to, path), { force: true });
    }
  }

  async #write(path: string, content: string | Buffer): Promise<void> {
    this.#files[path] = await writeNew(join(this.#to, path), Buffer.from(content));
  }
}

async function describeDatabase(client: pg.Client): Promise<Pick<Manifest, 'schema' | 'postgres' | 'hub_epoch'>> {
  const { rows } = await client.query<Pick<Manifest, 'schema' | 'postgres' | 'hub_epoch'>>(
    `select hub_epoch, (current_setting('server_version_num')::int / 10000)::text as postgres,
            (select max(version) from hearst_schema.migrations) as schema from installation`,
  );
  if (rows[0] === undefined)
    throw new HubError('The database is empty. Start the hub once before taking a backup of it.');
  return rows[0];
}

async function entriesOf(folder: string) {
  return (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function explained(error: unknown, folder: string): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  if (error instanceof HubError || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return error;
  const step =
    code === 'ENOSPC'
      ? 'Make room there, or name another folder'
      : `Run it as the user that runs the hub (or root), with a folder that this user may write to`;
  return new HubError(
    `The backup ${folder} was not taken: ${code}${path ? ` at ${path.split(sep).join('/')}` : ''}. ${step}.`,
    {
      cause: error,
    },
  );
}
