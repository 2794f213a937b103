import { Command, CommanderError, Option } from 'commander';
import { SiteFileError } from '../config/fault.ts';
import { VERSION } from '../version.ts';
import { CommandFailure, EXIT, type ExitCode, type Outcome, type Surroundings } from './command.ts';
import { configCheck, configShow } from './config.ts';
import { enrol } from './enrol.ts';
import { read } from './read.ts';
import { run } from './run.ts';
import { invalidSite } from './site.ts';
import { status } from './status.ts';
import { processTerminal, tell } from './terminal.ts';

/** Runs `hearst-agent` with these arguments and returns its exit code. */
export async function runProgram(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<ExitCode> {
  let ending: ExitCode = EXIT.ok;
  const program = new Command('hearst-agent')
    .description('Reads the miners, cooling loops and meters of a site and keeps every reading until the hub has it.')
    .version(VERSION)
    .option('--config <file>', 'site file (default: agent.yaml in the data folder)')
    .option('--data <dir>', 'data folder (default: HEARST_DATA_DIR/agent)')
    .option('--json', 'exactly one JSON document on standard output: { ok, data, problems }')
    .option('--quiet', 'only problems')
    .option('--verbose', 'more of the log')
    .option('--no-color', 'no colours (NO_COLOR does the same)')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${text.trimEnd()}\nTry: hearst-agent --help\n`) });

  /** Runs a command in its surroundings and tells what came of it, once. */
  const perform = async (
    command: Command,
    work: (surroundings: Surroundings) => Outcome | Promise<Outcome>,
  ): Promise<void> => {
    const surroundings = surroundingsOf(command, environment);
    const outcome = await outcomeOf(() => work(surroundings), surroundings);
    ending = outcome.code;
    tell(outcome, surroundings);
  };

  program
    .command('run')
    .description('run the agent in the foreground')
    .option('--once', 'one sweep into the outbox, sent if possible, then end')
    .option('--dry-run', 'one sweep that is shown; nothing is kept, nothing is sent')
    .action((options, command) =>
      perform(command, (around) => run(around, { once: options.once === true, dryRun: options.dryRun === true })),
    );
  program
    .command('read')
    .argument(
      '<target>',
      'ADDRESS[:PORT] of a miner, modbus://HOST:PORT/UNIT?profile=NAME, antspace://HOST, or an id of the site file',
    )
    .description('read one thing now and print its values')
    .action((target, _options, command) => perform(command, (around) => read(around, target)));
  program
    .command('status')
    .description('what the running agent says of itself')
    .action((_options, command) => perform(command, status));
  program
    .command('enrol')
    .description("exchange a one-time token for the agent's own credential")
    .addOption(new Option('--token <token>', 'the token, or file:PATH').makeOptionMandatory())
    .option('--hub <url>', "the hub's address (default: hub.url of the site file)")
    .option('--name <name>', "how the hub shows this agent (default: the machine's name)")
    .action((options, command) =>
      perform(command, (around) => enrol(around, { token: options.token, hub: options.hub, name: options.name })),
    );
  const config = program.command('config').description('the site file');
  config
    .command('check')
    .description('say everything that is wrong with the site file')
    .action((_options, command) => perform(command, configCheck));
  config
    .command('show')
    .description('what the agent makes of the site file, defaults filled in')
    .action((_options, command) => perform(command, configShow));

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    ending = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (ending === EXIT.usage && args.includes('--json')) {
      const problem = { code: 'E1001', what: error.message, where: '', cause: null, next: 'See: hearst-agent --help' };
      process.stdout.write(`${JSON.stringify({ ok: false, data: null, problems: [problem] })}\n`);
    }
  }
  return ending;
}

function surroundingsOf(command: Command, environment: NodeJS.ProcessEnv): Surroundings {
  const { config, data, json, quiet, verbose, color } = command.optsWithGlobals();
  return {
    environment,
    config,
    data,
    json: json === true,
    quiet: quiet === true,
    verbose: verbose === true,
    terminal: processTerminal(environment, color === false),
  };
}

/** What a command came to; whatever it threw becomes an outcome too. */
async function outcomeOf(work: () => Outcome | Promise<Outcome>, { verbose }: Surroundings): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandFailure) return error.outcome;
    if (error instanceof SiteFileError) return invalidSite(error);
    const what = error instanceof Error ? error.message : String(error);
    const cause = verbose && error instanceof Error ? (error.stack ?? null) : null;
    const next = verbose ? 'Send this to support' : 'Run it again with --verbose and send what it prints to support';
    return { code: EXIT.failed, data: null, problems: [{ code: 'E1000', what, where: '', cause, next }], text: '' };
  }
}
