import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { type Checked, examine, worst } from '../doctor/doctor.ts';
import { EXIT } from '../errors.ts';
import { createLog } from '../log.ts';
import { action, type Ending, type Io } from './command.ts';

const HELP = `
Run it with the environment of the hub (HEARST_DATA_DIR, DATABASE_URL, MQTT_URL ...), as the user that runs the hub. It
changes nothing. Where the hub is stopped, its own Postgres is started for the time of the checks.

Ends with 0 where all is well, 3 with warnings, 1 with errors.
`;

const SIGNS = { ok: '✔', warning: '!', error: '✖', skipped: '–' } as const;
const EXITS = { ok: EXIT.ok, warning: EXIT.degraded, error: EXIT.failed } as const;

/** `doctor`: what is wrong with this hub, and what to do about it. */
export function doctorCommand(program: Command, io: Io, ending: Ending): void {
  const command = program
    .command('doctor')
    .description('check the hub, its database, broker, certificate, disk, jobs and backups')
    .addHelpText('after', HELP);
  action(command, io, ending, async () => {
    const config = loadConfig(io.env);
    const checks = await examine({ config, log: io.log ?? createLog('error'), now: io.now });
    const outcome = worst(checks.map((check) => check.outcome));
    ending.code = EXITS[outcome];
    return { data: { outcome, checks }, text: [...checks.map(lineOf), sumOf(checks)].join('\n') };
  });
}

function lineOf({ code, name, outcome, says, cause, next }: Checked): string {
  const head = `${SIGNS[outcome]} ${outcome.padEnd(8)} ${name.padEnd(22)} ${says}`;
  if (cause === undefined) return head;
  const more = [`likely cause: ${cause}`, `→ ${next ?? ''} (${code})`];
  return [head, ...more.map((line) => `${' '.repeat(34)}${line}`)].join('\n');
}

function sumOf(checks: readonly Checked[]): string {
  const count = (outcome: Checked['outcome']): string =>
    `${checks.filter((check) => check.outcome === outcome).length} ${outcome}`;
  return (['ok', 'warning', 'error', 'skipped'] as const).map(count).join(' · ');
}
