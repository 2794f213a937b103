import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PoolClient } from 'pg';
import { packagedBinaries, usableBinaries } from '../db/embedded/binaries.ts';
import { SYSTEM_FOLDER } from '../db/embedded/cluster.ts';
import { identityFor } from '../db/embedded/identity.ts';
import { placeCluster } from '../db/embedded/place-cluster.ts';
import { EXIT, HubError } from '../errors.ts';
import { copyFile, inParallel } from './copy.ts';
import { type Manifest, readManifest } from './manifest.ts';

/** Where a restore works inside the data folder until all is as it should be. */
const WORK = '.restoring';
const LETS_IN = new Set(['lost+found']);

/**
 * Brings a backup back into an empty data folder. What holds:
 *
 * - every file is checked against the manifest before anything is started from it;
 * - the database gets another epoch before a hub can open it, so that no hub runs on it as if nothing had been lost;
 * - it appears in the data folder last and whole; what was cut off before is in `.restoring` and starts nothing.
 *
 * @param options.settle opens the database of the data folder it is given, gives it a new epoch and stops it again
 */
export async function restoreBackup(options: {
  readonly backup: string;
  readonly dataDir: string;
  /** The newest version of the schema that this program knows. */
  readonly schema: number;
  readonly systemDir?: string;
  readonly settle: (dataDir: string) => Promise<void>;
}): Promise<Manifest> {
  const { backup, dataDir, settle, systemDir = SYSTEM_FOLDER } = options;
  const manifest = await readManifest(backup);
  await refuseUnfit(manifest, options.schema, systemDir);
  await refuseFull(dataDir);
  const work = join(dataDir, WORK);
  let placed: { folder: string; home: string } | undefined;
  try {
    await mkdir(work, { recursive: true });
    placed = await placeCluster({ dataDir: work, systemDir }, (folder) => copyCluster(backup, manifest, folder));
    for (const path of Object.keys(manifest.files).filter(isOutside))
      await checkedCopy(backup, manifest, path, join(work, path));
    await settle(work);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    if (placed !== undefined) await rm(placed.folder, { recursive: true, force: true });
    throw error;
  }
  const note = join(dirname(placed.folder), 'data-folder');
  if (existsSync(note) && placed.folder !== join(placed.home, 'cluster')) await writeFile(note, `${dataDir}\n`);
  const made = (await readdir(work)).filter((name) => name !== 'postgres');
  for (const name of [...made, 'postgres']) await rename(join(work, name), join(dataDir, name));
  await rm(work, { recursive: true });
  return manifest;
}

/**
 * Tells a database apart from the one it is a copy of, as `hearst_owner`: agents send again what it does not hold.
 * Row security holds the owner too, and lets nobody change the epoch: it is lifted for this one row and put back.
 *
 * @returns the new epoch
 */
export async function renewEpoch(client: PoolClient, at: Date): Promise<string> {
  await client.query('alter table installation no force row level security');
  const { rows } = await client.query<{ hub_epoch: string }>(
    // No hello that the copy knows of is younger, whatever the clock says.
    `update installation set hub_epoch = gen_random_uuid(),
       restored_to = greatest($1, (select max(hello_at) from agents)) returning hub_epoch`,
    [at],
  );
  await client.query('alter table installation force row level security');
  if (rows[0] === undefined) throw new HubError('The database holds no installation: it is not one of a hub.');
  return rows[0].hub_epoch;
}

async function refuseUnfit(manifest: Manifest, schema: number, systemDir: string): Promise<void> {
  if (manifest.schema > schema)
    throw new HubError(
      `The backup's database is at version ${manifest.schema} (hub ${manifest.hub}), this hub knows ${schema}. ` +
        'Restore it with the version of hearst-hub that wrote it, or a newer one.',
      { exitCode: EXIT.configuration },
    );
  const { version } = await usableBinaries(packagedBinaries(), identityFor(null), systemDir);
  const ours = version.split('.')[0];
  if (manifest.postgres !== ours)
    throw new HubError(
      `The backup is of Postgres ${manifest.postgres}, this hub brings ${ours} and must not open it. ` +
        `Restore it with hub ${manifest.hub}, which wrote it.`,
      { exitCode: EXIT.configuration },
    );
}

async function refuseFull(dataDir: string): Promise<void> {
  const names = existsSync(dataDir) ? (await readdir(dataDir)).filter((name) => !LETS_IN.has(name)) : [];
  if (names.length > 0)
    throw new HubError(
      `The data folder ${dataDir} is not empty (${names.slice(0, 5).join(', ')}), and nothing in it is overwritten. Stop the ` +
        'hub, move the folder away, and restore into a new one; or name another with HEARST_DATA_DIR.' +
        (names.includes(WORK) ? ` ${WORK} is what a restore left that was cut off: it may be deleted.` : ''),
      { exitCode: EXIT.configuration },
    );
}

function isOutside(path: string): boolean {
  return !path.startsWith('cluster/');
}

async function copyCluster(backup: string, manifest: Manifest, folder: string): Promise<void> {
  const inside = (path: string): string => join(folder, path.slice('cluster/'.length));
  for (const path of manifest.folders.filter((path) => !isOutside(path)).sort())
    await mkdir(inside(path), { mode: 0o700 });
  const files = Object.keys(manifest.files).filter((path) => !isOutside(path));
  await inParallel(files, (path) => checkedCopy(backup, manifest, path, inside(path)));
}

async function checkedCopy(backup: string, manifest: Manifest, path: string, to: string): Promise<void> {
  const expected = manifest.files[path];
  const copied = await copyFile(join(backup, path), to).catch((error: NodeJS.ErrnoException) => {
    throw new HubError(`${path} of the backup ${backup} was not restored: ${error.message}.`, { cause: error });
  });
  if (copied.sha256 !== expected?.sha256)
    throw new HubError(
      `${join(backup, path)} is damaged: its checksum is not the manifest's. Nothing was restored. Use another backup.`,
    );
}
