import { Command, CommanderError } from 'commander';
import { activityCommands } from './commands/activity.ts';
import { agentCommands } from './commands/agent.ts';
import { backupCommand } from './commands/backup.ts';
import { brokerCommands } from './commands/broker.ts';
import { describe, type Ending, type Io } from './commands/command.ts';
import { dbCommands } from './commands/db.ts';
import { doctorCommand } from './commands/doctor.ts';
import { importLegacyCommand } from './commands/import-legacy.ts';
import { keyCommands } from './commands/key.ts';
import { migrateCommand } from './commands/migrate.ts';
import { restoreCommand } from './commands/restore.ts';
import { rollupCommand } from './commands/rollup.ts';
import { seedCommand } from './commands/seed.ts';
import { serveCommand } from './commands/serve.ts';
import { supportBundleCommand } from './commands/support-bundle.ts';
import { userCommands } from './commands/user.ts';
import { versionCommand } from './commands/version.ts';
import { EXIT } from './errors.ts';

/** Runs `hearst-hub` with these arguments and returns its exit code (`EXIT`). */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const ending: Ending = { code: EXIT.ok };
  const program = new Command('hearst-hub')
    .description('Hearst Control, the hub: collects what the agents at the sites read, and serves it.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showHelpAfterError('Try: hearst-hub --help');
  serveCommand(program, io, ending);
  migrateCommand(program, io, ending);
  seedCommand(program, io, ending);
  agentCommands(program, io, ending);
  brokerCommands(program, io, ending);
  keyCommands(program, io, ending);
  userCommands(program, io, ending);
  activityCommands(program, io, ending);
  rollupCommand(program, io, ending);
  dbCommands(program, io, ending);
  backupCommand(program, io, ending);
  restoreCommand(program, io, ending);
  doctorCommand(program, io, ending);
  supportBundleCommand(program, io, ending);
  importLegacyCommand(program, io, ending);
  versionCommand(program, io, ending);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    io.err(`${describe(error)}\n`);
    return EXIT.failed;
  }
  return ending.code;
}
