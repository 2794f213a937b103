import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT, HubError } from '../../errors.ts';
import { type Binaries, packagedBinaries, usableBinaries } from './binaries.ts';
import { canEnter, type Identity, identityFor, run } from './identity.ts';

/**
 * Where the cluster lives. What holds:
 *
 * - `<data folder>/postgres` has the password (mode 0600), the server's log and, as a rule, the cluster;
 * - where the server's user cannot reach that folder, the cluster is at `<system folder>/<id>` and the file
 *   `cluster-folder` points to it. No folder that we did not make changes its mode;
 * - a cluster appears whole or not at all: initdb works beside it and the result is renamed.
 */
export interface Cluster {
  /** PGDATA. */
  readonly folder: string;
  /** `<data folder>/postgres`. */
  readonly home: string;
  /** The user the server runs as; null for the hub's own. */
  readonly identity: Identity | null;
  readonly binaries: Binaries;
  /** Of the superuser `OWNER`. */
  readonly password: string;
}

/** The cluster's superuser, and the name of the hub's database. */
export const OWNER = 'hearst';

/** For what must be reachable by every user: clusters of data folders that are not, copies of the binaries. */
export const SYSTEM_FOLDER = '/var/lib/hearst-control';

export interface ClusterOptions {
  readonly dataDir: string;
  /** Instead of `SYSTEM_FOLDER`, for tests. */
  readonly systemDir?: string;
  /** False leaves the new cluster unsynced: for tests that throw it away. */
  readonly sync?: boolean;
}

/** Finds the data folder's cluster, or makes it (2 s). */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const home = join(options.dataDir, 'postgres');
  const systemDir = options.systemDir ?? SYSTEM_FOLDER;
  makeFolder(options.dataDir, null);
  makeFolder(home, 0o755);
  const existing = existingFolder(home);
  const identity = identityFor(existing);
  const binaries = await usableBinaries(packagedBinaries(), identity, systemDir);
  const password = existing === null ? keepPassword(home) : readPassword(home);
  if (existing === null)
    await initialise({ folder: newFolder(home, systemDir, identity), home, identity, binaries, password }, options);
  const folder = existing ?? existingFolder(home);
  if (folder === null) throw new HubError(`The database made in ${home} has vanished. Start the hub again.`);
  refuseOtherMajor(folder, binaries);
  return { folder, home, identity, binaries, password };
}

/** The folder of the cluster that this data folder has, or null while it has none. */
export function existingFolder(home: string): string | null {
  const inside = join(home, 'cluster');
  if (existsSync(inside)) return inside;
  const pointer = join(home, 'cluster-folder');
  if (!existsSync(pointer)) return null;
  const folder = readFileSync(pointer, 'utf8').trim();
  if (existsSync(folder)) return folder;
  throw new HubError(
    `${pointer} says that the database is in ${folder}, which is not there. Bring that folder back (from a backup, or ` +
      `from the machine this data folder comes from), or delete ${pointer} to begin with an empty database.`,
    { exitCode: EXIT.configuration },
  );
}

/** Where the cluster of a data folder goes that has none. */
export function newFolder(home: string, systemDir: string, identity: Identity | null): string {
  if (canEnter(identity, home)) return join(home, 'cluster');
  makeFolder(systemDir, 0o755);
  const own = join(systemDir, randomBytes(8).toString('hex'));
  makeFolder(own, 0o755);
  // For whoever finds the folder one day and wonders whether it is still needed.
  writeFileSync(join(own, 'data-folder'), `${resolve(home, '..')}\n`);
  return join(own, 'cluster');
}

/** Makes a folder that is not there. A mode is set whatever the umask says; an existing folder keeps its own. */
export function makeFolder(folder: string, mode: number | null): void {
  if (existsSync(folder)) return;
  try {
    mkdirSync(folder, { recursive: true });
    if (mode !== null) chmodSync(folder, mode);
  } catch (error) {
    throw new HubError(
      `The folder ${folder} cannot be made: ${(error as Error).message}. ` +
        'Give the hub the right to make it, or choose another HEARST_DATA_DIR.',
      { exitCode: EXIT.configuration, cause: error },
    );
  }
}

function keepPassword(home: string): string {
  writeOnce(join(home, 'password'), randomBytes(24).toString('base64url'));
  return readPassword(home);
}

function readPassword(home: string): string {
  const file = join(home, 'password');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new HubError(
      `The database's password cannot be read from ${file}: ${(error as Error).message}. ` +
        'Bring the file back from a backup of the data folder, with mode 0600.',
      { exitCode: EXIT.configuration, cause: error },
    );
  }
}

/** Writes a file that nobody else can read, whole, unless it exists: of two hubs that start together one wins. */
export function writeOnce(file: string, content: string): void {
  const unfinished = `${file}.new-${randomBytes(4).toString('hex')}`;
  writeFileSync(unfinished, `${content}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

async function initialise(cluster: Cluster, { sync = true }: ClusterOptions): Promise<void> {
  const { folder, home, identity, binaries, password } = cluster;
  const suffix = `.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  const unfinished = `${folder}${suffix}`;
  const passwordFile = `${folder}-password${suffix}`;
  removeLeftovers(folder);
  try {
    mkdirSync(unfinished, { mode: 0o700 });
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (identity !== null) for (const path of [unfinished, passwordFile]) chownSync(path, identity.uid, identity.gid);
    const { code, output } = await run(binaries.initdb, initdbArguments(unfinished, passwordFile, sync), identity);
    if (code !== 0) throw initdbError(folder, output);
    // Of two hubs that start together the slower one finds the cluster made and uses it.
    if (!existsSync(folder)) renameSync(unfinished, folder);
    if (folder !== join(home, 'cluster')) writeOnce(join(home, 'cluster-folder'), folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
    rmSync(passwordFile, { force: true });
  }
}

/** What a hub left behind that was killed in initdb. */
function removeLeftovers(folder: string): void {
  const parent = join(folder, '..');
  for (const name of readdirSync(parent)) {
    const pid = /^cluster(?:-password)?\.new-(\d+)-[0-9a-f]+$/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`) && existsSync('/proc/self'))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}

/** A locale that is the same on every machine: UTF-8, ordered by code point. */
function initdbArguments(folder: string, passwordFile: string, sync: boolean): string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${OWNER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
    ...(sync ? [] : ['--no-sync']),
  ];
}

function initdbError(folder: string, output: string): HubError {
  if (output.includes('No space left on device'))
    return new HubError(
      `The disk that holds ${folder} is full: a new database needs 60 MB. Free some space and start again.`,
    );
  return new HubError(`The database in ${folder} cannot be made. initdb says:\n${output.trim()}`);
}

function refuseOtherMajor(folder: string, binaries: Binaries): void {
  const found = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  const ours = binaries.version.split('.')[0] ?? '';
  if (found === ours) return;
  throw new HubError(
    `The database in ${folder} was made by Postgres ${found}; this hub brings ${ours} and must not open it. ` +
      `Start the hub version that brings Postgres ${found}, or run that Postgres yourself and set DATABASE_URL.`,
    { exitCode: EXIT.configuration },
  );
}
