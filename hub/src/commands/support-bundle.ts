import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { asReader, examine } from '../doctor/doctor.ts';
import { createLog } from '../log.ts';
import { writeBundle } from '../support/bundle.ts';
import { hubPieces, secretsOf } from '../support/pieces.ts';
import { Redactor } from '../support/redact.ts';
import { action, type Ending, type Io } from './command.ts';

/** `support-bundle`: what helpers ask for, in one redacted file. */
export function supportBundleCommand(program: Command, io: Io, ending: Ending): void {
  const command = program
    .command('support-bundle')
    .description('write what helps to find a fault into one file, without secrets')
    .argument('[file]', 'the file to write (default: hearst-hub-support-TIME.tar.gz in this folder)');
  action(command, io, ending, async (file: string | undefined) => {
    const config = loadConfig(io.env);
    const log = io.log ?? createLog('error');
    const stamp = new Date(io.now()).toISOString().replace(/[-:]|\.\d+/g, '');
    const path = resolve(file ?? `hearst-hub-support-${stamp}.tar.gz`);
    const pieces = hubPieces({
      config,
      env: io.env,
      now: io.now,
      examine: () => examine({ config, log, now: io.now }),
      ask: (work) => asReader(config, log, work),
    });
    await writeBundle(path, pieces, new Redactor(secretsOf(config)));
    return {
      data: { file: path },
      text: `${path}\nSecrets are taken out, people and addresses have other names. Look through it before you send it.`,
    };
  });
}
