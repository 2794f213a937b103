import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { reachDatabase } from '../database-place.ts';
import { migrate } from '../db/migrate.ts';
import { createLog } from '../log.ts';
import { action, type Ending, type Io } from './command.ts';

/** `migrate`: brings the database to this program's schema; `serve` does the same at its start. */
export function migrateCommand(program: Command, io: Io, ending: Ending): void {
  const command = program.command('migrate').description("bring the database to this hub's version");
  action(command, io, ending, async () => {
    const config = loadConfig(io.env);
    const log = io.log ?? createLog('warn');
    const place = await reachDatabase(config, log);
    try {
      const { from, to } = await migrate(place.url, { log });
      return {
        data: { from, to },
        text:
          from === to
            ? `The database is at version ${to} already.`
            : `Migrated the database from version ${from} to ${to}.`,
      };
    } finally {
      await place.release();
    }
  });
}
