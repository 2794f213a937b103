import { boundBufferPools } from '@hearst/protocol';
import type { Command } from 'commander';
import type { OneTimeLogin } from '../auth/first-admin.ts';
import { loadConfig } from '../config.ts';
import { EXIT } from '../errors.ts';
import { createLog } from '../log.ts';
import { action, type Ending, type Io } from './command.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** `serve`: runs the hub until SIGINT or SIGTERM. */
export function serveCommand(program: Command, io: Io, ending: Ending): void {
  const command = program
    .command('serve')
    .description('run the hub: database, broker, ingest, API')
    .option('--no-broker', 'start no broker of its own; MQTT_URL names the one to use');
  action(command, io, ending, async (options: { broker: boolean }) => {
    boundBufferPools();
    const config = loadConfig(io.env, { broker: options.broker });
    const log = io.log ?? createLog(config.logLevel);
    process.on('uncaughtException', (error) => {
      log.fatal({ err: error }, 'the hub failed in a way nobody foresaw and ends; what is committed is safe');
      process.exit(EXIT.failed);
    });
    // Half of the program is only needed here: the other commands answer in a third of the time without it.
    const { Hub } = await import('../hub.ts');
    const hub = new Hub(config, { log, now: io.now, onFirstAdmin: (login) => io.err(welcome(login)) });
    const stopping = stopRequested();
    const addresses = await Promise.race([hub.start(), stopping.then(() => null)]);
    if (addresses !== null) {
      io.err(`The hub is up: ${addresses.httpUrl} (agents: ${addresses.mqttUrl}). Ctrl-C stops it.\n`);
      await stopping;
    }
    await hub.stop();
    return { data: { stopped: true }, text: 'The hub has stopped.' };
  });
}

/** For the terminal alone: the log does not have it. */
function welcome({ email, password }: OneTimeLogin): string {
  return `
Nobody could sign in yet, so there is a super admin now. The one-time password is shown only here:

  e-mail    ${email}
  password  ${password}

`;
}

/** Settles at the first signal to stop; a second one ends the process at once. */
function stopRequested(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (asked) process.exit(EXIT.interrupted);
        asked = true;
        resolve();
      });
    }
  });
}
