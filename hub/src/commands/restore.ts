import { resolve } from 'node:path';
import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { Command } from 'commander';
import { renewEpoch, restoreBackup } from '../backup/restore.ts';
import { loadConfig } from '../config.ts';
import { newestSchema } from '../db/migrate.ts';
import { EXIT, HubError } from '../errors.ts';
import { action, asOwner, type Ending, type Io, type Outcome } from './command.ts';

const HELP = `
The hub that the backup is of must be stopped, and stay stopped: two hubs must not believe that they are the same.
Agents notice by themselves that the hub was restored: each sends again what it still holds and the backup does not
(confirmed readings stay at the site for six hours). What was made at the hub after the backup was taken is not there
any more: people, keys, agents enrolled since (enrol those again), acknowledgements.

An example: HEARST_DATA_DIR=/var/lib/hearst-hub hearst-hub restore /backup/hearst/hearst-20261127T020000Z-1f2e
`;

/** `restore BACKUP`, or `restore --external` after a database of one's own was restored by its own tools. */
export function restoreCommand(program: Command, io: Io, ending: Ending): void {
  const command = program
    .command('restore')
    .description('bring a backup back into an empty data folder')
    .argument('[backup]', 'the folder that "hearst-hub backup" printed')
    .option(
      '--external',
      'the database in DATABASE_URL was restored by its own tools: have the agents send what it lacks',
    )
    .addHelpText('after', HELP);
  action(command, io, ending, async (backup: string | undefined, options: { external?: boolean }) => {
    const { databaseUrl, dataDir } = loadConfig(io.env);
    if (options.external === true) {
      if (databaseUrl === null || backup !== undefined)
        throw new HubError(
          '--external is for a database named by DATABASE_URL, and takes no backup: restore that one with its own tools first.',
          { exitCode: EXIT.usage },
        );
      return told(await settle(io, null), 'The database in DATABASE_URL has a new epoch.');
    }
    if (backup === undefined)
      throw new HubError('Name the backup to restore, or say --external.', { exitCode: EXIT.usage });
    if (databaseUrl !== null)
      throw new HubError(
        'DATABASE_URL is set, and a backup of the hub is of the Postgres that it runs itself. Unset DATABASE_URL to restore ' +
          'it into the data folder. A Postgres of your own is restored with its own tools, then: hearst-hub restore --external',
        { exitCode: EXIT.configuration },
      );
    let epoch = '';
    const manifest = await restoreBackup({
      backup: resolve(backup),
      dataDir,
      schema: newestSchema(),
      settle: async (folder) => {
        epoch = await settle({ ...io, env: { ...io.env, HEARST_DATA_DIR: folder } }, resolve(backup));
      },
    });
    return told(epoch, `Restored the hub as it was at ${manifest.taken_at} into ${dataDir}.`, {
      data_dir: dataDir,
      taken_at: manifest.taken_at,
    });
  });
}

/** Gives the database its new epoch, and writes down who restored it. */
function settle(io: Io, backup: string | null): Promise<string> {
  return asOwner(io, async (client, _config, change) => {
    const epoch = await renewEpoch(client, change.at);
    await change.record({
      project: GLOBAL_PROJECT_ID,
      action: 'hub.restored',
      target: { type: 'hub', id: epoch },
      after: { backup },
    });
    return epoch;
  });
}

function told(epoch: string, done: string, more: Record<string, unknown> = {}): Outcome {
  return {
    data: { hub_epoch: epoch, ...more },
    text:
      `${done}\nStart it: hearst-hub serve. The agents will send again what it does not hold; agents that were enrolled ` +
      'after the backup are to be enrolled again. Watch: hearst-hub doctor',
  };
}
