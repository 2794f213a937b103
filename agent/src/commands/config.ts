import { minersOf } from '../config/site.ts';
import { formatDuration } from '../config/units.ts';
import { describeTarget } from '../drivers/cooling/read.ts';
import { type Declare, EXIT, type Outcome, type Surroundings } from './command.ts';
import { openSite, warningsText } from './site.ts';

export const declareConfig: Declare = (program, perform) => {
  const config = program.command('config').description('the site file');
  config
    .command('check')
    .description('say everything that is wrong with the site file')
    .action((_options, command) => perform(command, configCheck));
  config
    .command('show')
    .description('what the agent makes of the site file, defaults filled in')
    .action((_options, command) => perform(command, configShow));
};

/** `config check`: reads the site file and says everything that is wrong with it. Throws SiteFileError. */
export function configCheck(surroundings: Surroundings): Outcome {
  const context = openSite(surroundings);
  const { site, file, problems } = context;
  const miners = minersOf(site);
  const text = [
    `ok: ${file}`,
    `  ${site.project}: ${site.containers.length} containers, ${miners} miners, ${site.meters.length} meters, ${site.transformers.length} transformers`,
    `  every ${formatDuration(site.poll.intervalMs)}, cooling every ${formatDuration(site.poll.coolingMs)}, meters every ${formatDuration(site.poll.metersMs)}`,
    '  levels checked: syntax ok, schema ok, network not checked, devices not checked',
  ].join('\n');
  const warnings = warningsText(context);
  return {
    code: EXIT.ok,
    data: {
      file,
      project: site.project,
      containers: site.containers.length,
      miners,
      meters: site.meters.length,
      transformers: site.transformers.length,
      levels: { syntax: 'ok', schema: 'ok', network: 'not_checked', device: 'not_checked' },
    },
    problems,
    text,
    ...(warnings === '' ? {} : { diagnosis: warnings }),
  };
}

/** `config show`: what the agent makes of the site file, every default filled in. Throws SiteFileError. */
export function configShow(surroundings: Surroundings): Outcome {
  const { site, file, problems } = openSite(surroundings);
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
