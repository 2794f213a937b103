import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterOptions, makeFolder, newFolder, SYSTEM_FOLDER, writeOnce } from './cluster.ts';
import { type Identity, identityFor } from './identity.ts';

/**
 * Gives a data folder without a cluster one that was made elsewhere: whole or not at all, and of the user that will run it.
 *
 * @param fill writes the cluster's files into the folder it is given
 * @returns where the cluster is: in the data folder, or where its server's user can reach it
 */
export async function placeCluster(
  options: ClusterOptions,
  fill: (folder: string) => Promise<void>,
): Promise<{ folder: string; home: string }> {
  const home = join(options.dataDir, 'postgres');
  makeFolder(options.dataDir, null);
  makeFolder(home, 0o755);
  const identity = identityFor(null);
  const folder = newFolder(home, options.systemDir ?? SYSTEM_FOLDER, identity);
  const unfinished = `${folder}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    mkdirSync(unfinished, { mode: 0o700 });
    await fill(unfinished);
    if (identity !== null) giveTo(unfinished, identity);
    renameSync(unfinished, folder);
    if (folder !== join(home, 'cluster')) writeOnce(join(home, 'cluster-folder'), folder);
    return { folder, home };
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (folder !== join(home, 'cluster')) rmSync(join(folder, '..'), { recursive: true, force: true });
    throw error;
  }
}

function giveTo(folder: string, { uid, gid }: Identity): void {
  chmodSync(folder, 0o700);
  chownSync(folder, uid, gid);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chownSync(join(folder, entry), uid, gid);
}
