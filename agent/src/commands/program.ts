import { Command, CommanderError } from 'commander';
import { SiteFileError } from '../config/fault.ts';
import { missingPart } from '../missing-part.ts';
import { VERSION } from '../version.ts';
import {
  CommandFailure,
  type Declare,
  EXIT,
  type ExitCode,
  type Outcome,
  type Perform,
  type Surroundings,
} from './command.ts';
import { declareConfig } from './config.ts';
import { declareDoctor } from './doctor.ts';
import { declareEnrol } from './enrol.ts';
import { declareInventory } from './inventory.ts';
import { declareLogs } from './logs.ts';
import { declareMaintenance } from './maintenance.ts';
import { declareOutbox } from './outbox.ts';
import { declareRead } from './read.ts';
import { declareRun } from './run.ts';
import { declareScan } from './scan.ts';
import { declareService } from './service.ts';
import { declareSetup } from './setup/declare.ts';
import { invalidSite } from './site.ts';
import { declareStatus } from './status.ts';
import { declareSupportBundle } from './support-bundle.ts';
import { processTerminal, tell } from './terminal.ts';
import { declareUninstall } from './uninstall.ts';
import { declareUpdate } from './update.ts';

/** Every command, in the order of `--help`. */
const COMMANDS: readonly Declare[] = [
  declareSetup,
  declareEnrol,
  declareScan,
  declareInventory,
  declareConfig,
  declareRead,
  declareDoctor,
  declareStatus,
  declareOutbox,
  declareMaintenance,
  declareRun,
  declareService,
  declareLogs,
  declareSupportBundle,
  declareUpdate,
  declareUninstall,
];

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
    .option('--yes', 'ask nothing: the answer is yes')
    .option('--no-input', 'ask nothing: what would have to be asked is a failure')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${text.trimEnd()}\nTry: hearst-agent --help\n`) });

  const perform: Perform = async (command, work) => {
    const surroundings = surroundingsOf(command, environment);
    const outcome = await outcomeOf(() => work(surroundings), surroundings);
    ending = outcome.code;
    tell(outcome, surroundings);
  };

  for (const declare of COMMANDS) declare(program, perform);

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
  const { config, data, json, quiet, verbose, color, yes, input } = command.optsWithGlobals();
  return {
    environment,
    config,
    data,
    json: json === true,
    quiet: quiet === true,
    verbose: verbose === true,
    yes: yes === true,
    interactive: input !== false && process.stdin.isTTY === true,
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
    const missing = missingPart(error);
    if (missing !== null) return { code: EXIT.config, data: null, problems: [missing], text: '' };
    const what = error instanceof Error ? error.message : String(error);
    const cause = verbose && error instanceof Error ? (error.stack ?? null) : null;
    const next = verbose ? 'Send this to support' : 'Run it again with --verbose and send what it prints to support';
    return { code: EXIT.failed, data: null, problems: [{ code: 'E1000', what, where: '', cause, next }], text: '' };
  }
}
