import { Option } from 'commander';
import { type Fault, SiteFileError } from '../config/fault.ts';
import { minersOf } from '../config/site.ts';
import { formatDuration } from '../config/units.ts';
import { describeTarget } from '../drivers/cooling/read.ts';
import { dataFolder } from '../folders.ts';
import { CommandFailure, type Declare, EXIT, type Outcome, type Problem, type Surroundings } from './command.ts';
import { checkDevices, checkNetwork, LEVELS, type Level, type LevelOutcome } from './config-levels.ts';
import { originsOf, originsText } from './config-origin.ts';
import { invalidSite, openSite, type SiteContext, siteFileOf, warningsText } from './site.ts';

export const declareConfig: Declare = (program, perform) => {
  const config = program.command('config').description('the site file');
  config
    .command('check')
    .description('say everything that is wrong with the site file')
    .addOption(
      new Option('--level <level>', 'how deep: network tries routes and hub, device reads one miner of each container')
        .choices(LEVELS)
        .default('schema'),
    )
    .action((options, command) => perform(command, (around) => configCheck(around, options.level)));
  config
    .command('show')
    .description('what the agent makes of the site file, defaults filled in')
    .option('--origin', 'each setting with where it came from: flag, environment, file or default')
    .action((options, command) => perform(command, (around) => configShow(around, options.origin === true)));
};

/**
 * `config check`: says everything that is wrong with the site file, and which levels were checked. Throws
 * SiteFileError; exit 3 when the file is sound but network or devices are not as it says.
 */
export async function configCheck(surroundings: Surroundings, level: Level): Promise<Outcome> {
  if (level === 'syntax') return syntaxOnly(surroundings);
  const context = openChecked(surroundings);
  const { site, file } = context;
  const deep = LEVELS.indexOf(level);
  const folder = dataFolder(surroundings.data, surroundings.environment);
  const network = deep >= LEVELS.indexOf('network') ? await checkNetwork(site, folder) : null;
  const device = level === 'device' ? await checkDevices(site, context.profiles) : null;
  const levels: Record<Level, LevelOutcome> = {
    syntax: 'ok',
    schema: 'ok',
    network: outcomeOf(network),
    device: outcomeOf(device),
  };
  const problems = [...context.problems, ...(network ?? []), ...(device ?? [])];
  const miners = minersOf(site);
  const well = network?.length || device?.length ? 'the file is sound' : 'ok';
  const text = [
    `${well}: ${file}`,
    `  ${site.project}: ${site.containers.length} containers, ${miners} miners, ${site.meters.length} meters, ${site.transformers.length} transformers`,
    `  every ${formatDuration(site.poll.intervalMs)}, cooling every ${formatDuration(site.poll.coolingMs)}, meters every ${formatDuration(site.poll.metersMs)}`,
    `  ${levelsText(levels)}`,
  ].join('\n');
  const warnings = warningsText(context);
  const failed = (network?.length ?? 0) + (device?.length ?? 0) > 0;
  return {
    code: failed ? EXIT.degraded : EXIT.ok,
    data: {
      file,
      project: site.project,
      containers: site.containers.length,
      miners,
      meters: site.meters.length,
      transformers: site.transformers.length,
      levels,
    },
    problems,
    text,
    ...(warnings === '' || failed ? {} : { diagnosis: warnings }),
  };
}

/** Whether the notation can be read at all; what it says is not looked at. */
function syntaxOnly(surroundings: Surroundings): Outcome {
  const file = siteFileOf(surroundings);
  const levels = { syntax: 'ok', schema: 'not_checked', network: 'not_checked', device: 'not_checked' } as const;
  try {
    openSite(surroundings);
  } catch (error) {
    if (!(error instanceof SiteFileError)) throw error;
    if (error.faults.some(isNotation)) throw failureOf(error);
  }
  return { code: EXIT.ok, data: { file, levels }, problems: [], text: `readable: ${file}\n  ${levelsText(levels)}` };
}

const isNotation = ({ code }: Fault): boolean => code === 'E1101' || code === 'E1102';

const outcomeOf = (problems: readonly Problem[] | null): LevelOutcome =>
  problems === null ? 'not_checked' : problems.length === 0 ? 'ok' : 'failed';

const WORDS: Readonly<Record<LevelOutcome, string>> = { ok: 'ok', failed: 'failed', not_checked: 'not checked' };

function levelsText(levels: Readonly<Record<Level, LevelOutcome>>): string {
  const { syntax, schema, network, device } = levels;
  return `levels checked: syntax ${WORDS[syntax]}, schema ${WORDS[schema]}, network ${WORDS[network]}, devices ${WORDS[device]}`;
}

/** The site, or the faults with a last line that says how far the check came. */
function openChecked(surroundings: Surroundings): SiteContext {
  try {
    return openSite(surroundings);
  } catch (error) {
    if (!(error instanceof SiteFileError)) throw error;
    throw failureOf(error);
  }
}

function failureOf(error: SiteFileError): CommandFailure {
  const syntax = !error.faults.some(isNotation);
  const schema: LevelOutcome = syntax ? 'failed' : 'not_checked';
  const levels = { syntax: syntax ? 'ok' : 'failed', schema, network: 'not_checked', device: 'not_checked' } as const;
  const outcome = invalidSite(error);
  return new CommandFailure(EXIT.config, outcome.problems, `${outcome.diagnosis}\n\n${levelsText(levels)}`, { levels });
}

/** `config show`: what the agent makes of the site file, every default filled in. Throws SiteFileError. */
export function configShow(surroundings: Surroundings, withOrigin: boolean): Outcome {
  const { site, file, problems } = openSite(surroundings);
  if (withOrigin) {
    const origins = originsOf(surroundings, site, file);
    return { code: EXIT.ok, data: { file, origins }, problems, text: originsText(origins) };
  }
  const lines = [
    `# ${file}`,
    `project      ${site.project}${site.name ? ` (${site.name})` : ''}, ${site.timeZone}`,
    `hub          ${site.hubUrl ?? 'as enrolled'}`,
    `poll         interval ${formatDuration(site.poll.intervalMs)}, cooling ${formatDuration(site.poll.coolingMs)}, meters ${formatDuration(site.poll.metersMs)}`,
    `             timeout ${formatDuration(site.poll.timeoutMs)}, concurrency ${site.poll.concurrency}, spread ${formatDuration(site.poll.spreadMs)}`,
    `outbox       ${site.outbox.folder ?? '<data folder>/outbox'}, at most ${site.outbox.maxBytes === null ? 'a quarter of the disk, 8 GB' : `${site.outbox.maxBytes / 1e9} GB`}`,
    `local page   http://127.0.0.1:${site.localPort}`,
    '',
    ...site.containers.map(
      ({ id, addresses, port, transformer, cooling }) =>
        `${id.padEnd(14)} ${String(addresses.length).padStart(4)} miners  ${addresses[0] ?? '-'} to ${addresses.at(-1) ?? '-'} port ${port}` +
        `${transformer ? `  ${transformer}` : ''}${cooling ? `\n${' '.repeat(15)}cooling ${describeTarget(cooling)}` : ''}`,
    ),
    ...site.meters.map(
      ({ id, address, unit, profile, transformer, monitor }) =>
        `${id.padEnd(14)} meter ${address.host}:${address.port}/${unit} ${profile}${transformer ? `  ${transformer}` : ''}` +
        `${monitor ? `\n${' '.repeat(15)}monitor ${monitor.address.host}:${monitor.address.port}/${monitor.unit} ${monitor.profile}` : ''}`,
    ),
  ];
  return { code: EXIT.ok, data: { file, site }, problems, text: lines.join('\n') };
}
