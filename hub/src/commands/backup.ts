import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { noteBackup } from '../backup/last.ts';
import { MANIFEST } from '../backup/manifest.ts';
import { takeBackup } from '../backup/take.ts';
import { loadConfig } from '../config.ts';
import { clusterFolder, reachDatabase } from '../database-place.ts';
import { EXIT, HubError } from '../errors.ts';
import { createLog } from '../log.ts';
import { hubVersion } from '../version.ts';
import { action, type Ending, type Io } from './command.ts';

const HELP = `
The hub goes on working meanwhile. The folder holds the whole database, its password and the key that the agents' secrets
are sealed with: keep it where nobody else reads it. What is configured from outside is not in it: certificates,
passwords in files, the environment. Agents need no backup but of their credential.

Where DATABASE_URL is set the database is somebody else's to back up: pg_basebackup (or pg_dumpall --roles-only with
pg_dump) for the server, and a copy of hub.key out of the data folder, which belongs to it. After such a restore run
"hearst-hub restore --external", so that the agents send again what the copy does not hold.

An example, every night: hearst-hub backup /backup/hearst --keep 14
`;

/** `backup FOLDER`: a copy of database and keys in a new folder below that one, taken while the hub runs. */
export function backupCommand(program: Command, io: Io, ending: Ending): void {
  const command = program
    .command('backup')
    .description("copy the hub's own database and its keys into a new folder")
    .argument('<folder>', 'the folder that backups are kept in, on another disk')
    .option('--keep <n>', 'afterwards delete older backups there but for the newest <n>', countOf)
    .addHelpText('after', HELP);
  action(command, io, ending, async (into: string, options: { keep?: number }) => {
    const config = loadConfig(io.env);
    if (config.databaseUrl !== null)
      throw new HubError(
        'DATABASE_URL names a Postgres that the hub does not run, so its files are out of reach. Back it up with ' +
          'pg_basebackup, or pg_dumpall --roles-only and pg_dump, and copy hub.key out of ' +
          `${config.dataDir}. After restoring it run: hearst-hub restore --external`,
        { exitCode: EXIT.configuration },
      );
    if (!existsSync(clusterFolder(config.dataDir)))
      throw new HubError(
        `There is no database in ${config.dataDir}. Name the hub's data folder with HEARST_DATA_DIR, as for serve.`,
        { exitCode: EXIT.configuration },
      );
    const place = await reachDatabase(config, io.log ?? createLog('warn'));
    try {
      const { dataDir } = config;
      const { folder, manifest } = await takeBackup({
        dataDir,
        cluster: clusterFolder(dataDir),
        url: place.url,
        into: resolve(into),
        hub: hubVersion(),
        now: io.now,
      });
      await noteBackup(dataDir, { at: manifest.taken_at, folder });
      const deleted = options.keep === undefined ? [] : await deleteOlder(resolve(into), options.keep);
      const files = Object.keys(manifest.files).length;
      return {
        data: { folder, taken_at: manifest.taken_at, bytes: manifest.bytes, files, deleted },
        text: [
          `Backup of ${manifest.taken_at}: ${folder} (${(manifest.bytes / 1e6).toFixed(0)} MB, ${files} files).`,
          ...deleted.map((each) => `Deleted ${each}.`),
          `Restore it into an empty data folder: HEARST_DATA_DIR=... hearst-hub restore ${folder}`,
        ].join('\n'),
      };
    } finally {
      await place.release();
    }
  });
}

/** Finished backups alone: what has another name, or no manifest, is not ours to delete. */
async function deleteOlder(into: string, keep: number): Promise<string[]> {
  const finished = (await readdir(into))
    .filter((name) => /^hearst-\d{8}T\d{6}Z-[0-9a-f]{4}$/.test(name) && existsSync(join(into, name, MANIFEST)))
    .sort();
  const older = finished.slice(0, -keep).map((name) => join(into, name));
  for (const folder of older) await rm(folder, { recursive: true });
  return older;
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new HubError(`--keep ${text} is no number of backups: expected 1 or more.`, { exitCode: EXIT.usage });
}
