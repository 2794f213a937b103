import type { Declare } from '../command.ts';
import { serviceInstall } from '../service.ts';
import { ANSWERS, type AnswerName, type Given, readTerminal } from './asking.ts';
import { type SetupFlags, setup } from './setup.ts';

/** Each answer's flag is its own name. */
const FLAGS: Readonly<Record<AnswerName, `--${AnswerName} <${string}>`>> = {
  networks: '--networks <ranges>',
  exclude: '--exclude <ranges>',
  'miner-port': '--miner-port <port>',
  'modbus-port': '--modbus-port <port>',
  'place-by': '--place-by <way>',
  pattern: '--pattern <pattern>',
  range: '--range <first-last>',
  table: '--table <file>',
  step: '--step <n>',
  containers: '--containers <numbers>',
  places: '--places <n>',
  layout: '--layout <rows-columns>',
  cooling: '--cooling <addresses>',
  'cooling-profile': '--cooling-profile <id>',
  meters: '--meters <addresses>',
  'meter-profile': '--meter-profile <id>',
  'containers-per-transformer': '--containers-per-transformer <n>',
  prefix: '--prefix <name>',
  'time-zone': '--time-zone <zone>',
};

export const declareSetup: Declare = (program, perform) => {
  const command = program
    .command('setup')
    .description('from a bare machine to data at headquarters; goes on where it stopped. --yes accepts the plan')
    .option('--token <token>', 'the one-time token, or file:PATH')
    .option('--hub <url>', "the hub's address (default: hub.url of the site file)")
    .option('--name <name>', "how the hub shows this agent (default: the machine's name)")
    .option('--site-file <file>', 'the site file prepared at headquarters; it is taken into the data folder')
    .option('--no-service', 'install no service')
    .option('--new-site-file', 'make a site file here although there is one, which is kept as .before')
    .optionsGroup('To make a site file here (in a terminal, what is missing is asked):');
  for (const name of Object.keys(FLAGS) as AnswerName[]) command.option(FLAGS[name], ANSWERS[name]);
  command.action(({ token, hub, name, siteFile, service, newSiteFile, ...rest }, own) =>
    perform(own, (around) => {
      const flags: SetupFlags = {
        ...{ token, hub, name, siteFile, service: service !== false, newSiteFile: newSiteFile === true },
        answers: answersOf(rest),
      };
      return setup(around, flags, serviceInstall, readTerminal);
    }),
  );
};

/** The flags of ANSWERS, as commander names them: `minerPort`. */
function answersOf(options: Record<string, unknown>): Given {
  return Object.fromEntries(
    (Object.keys(ANSWERS) as AnswerName[]).flatMap((name) => {
      const value = options[name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
