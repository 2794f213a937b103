import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { dataFolder } from '../folders.ts';
import { Installation } from '../release/installation.ts';
import { type Host, thisHost } from '../service/host.ts';
import { SERVICE, unitText } from '../service/unit.ts';
import { CommandFailure, type Declare, EXIT, type ExitCode, type Outcome, type Surroundings } from './command.ts';
import { openSite, siteFileOf } from './site.ts';

export interface ServiceOptions {
  /** The user it runs as; made when it is not there. */
  user?: string;
  /** Only shows the unit: nothing is written, root is not needed. */
  print?: boolean;
  /** Writes and enables it without starting it. */
  noStart?: boolean;
  host?: Host;
}

const UNIT = `/etc/systemd/system/${SERVICE}.service`;
const USER = 'hearst-agent';

export const declareService: Declare = (program, perform) => {
  const service = program.command('service').description('the agent as a systemd service');
  service
    .command('install')
    .description('write the unit, make its user, start it; safe to run again')
    .option('--user <name>', 'the user it runs as', USER)
    .option('--print', 'only show the unit')
    .option('--no-start', 'do not start it')
    .action(({ user, print, start }, command) =>
      perform(command, (around) => serviceInstall(around, { user, print: print === true, noStart: start === false })),
    );
  service
    .command('uninstall')
    .description('stop it and remove the unit; data and user stay')
    .action((_options, command) => perform(command, (around) => serviceUninstall(around)));
  service
    .command('status')
    .description('what systemd says of it')
    .action((_options, command) => perform(command, (around) => serviceStatus(around)));
};

/**
 * `service install`: the user, the data folder's owner, the unit, then started (or restarted, so that a changed unit
 * takes effect). Throws SiteFileError for a site file that cannot be used: a service that reads nothing is no use.
 */
export async function serviceInstall(surroundings: Surroundings, options: ServiceOptions = {}): Promise<Outcome> {
  const { user = USER, print = false, noStart = false, host = thisHost } = options;
  const folder = dataFolder(surroundings.data, surroundings.environment);
  const unit = unitFor(surroundings, folder, user);
  if (print) return { code: EXIT.ok, data: { unit }, problems: [], text: unit };
  assertPossible(host);
  const steps: string[] = [];
  const step = (words: string, program: string, ...args: string[]): void => {
    const { code, output } = host.run(program, ...args);
    if (code !== 0) throw failed([program, ...args].join(' '), output);
    steps.push(words);
  };
  if (host.run('id', '-u', user).code !== 0)
    step(
      `user ${user} made`,
      'useradd',
      '--system',
      '--home-dir',
      folder,
      '--shell',
      '/usr/sbin/nologin',
      '--user-group',
      user,
    );
  if (!host.exists(folder)) step(`folder ${folder} made`, 'install', '-d', '-m', '0700', folder);
  step(`${folder} given to ${user}`, 'chown', '-R', `${user}:${user}`, folder);
  // Where the package keeps it, outside the data folder, it may be root's alone: setup writes it so.
  const config = siteFileOf(surroundings);
  if (config.startsWith('/etc/hearst-agent/') && host.exists(config)) {
    step(`${config} may be read by ${user}`, 'chown', `root:${user}`, config);
    step(`${config} may be changed by root alone`, 'chmod', '0640', config);
  }
  host.write(UNIT, unit, 0o644);
  steps.push(`${UNIT} written`);
  step('unit read', 'systemctl', 'daemon-reload');
  step('starts with the machine', 'systemctl', 'enable', `${SERVICE}.service`);
  if (!noStart) step('started', 'systemctl', 'restart', `${SERVICE}.service`);
  const text = [...steps.map((words) => `ok: ${words}`), `log: journalctl -u ${SERVICE} -f`].join('\n');
  return { code: EXIT.ok, data: { unit: UNIT, user, data: folder, started: !noStart, steps }, problems: [], text };
}

/** `service uninstall`: readings that wait stay in the data folder. Nothing installed is fine. */
export async function serviceUninstall(_surroundings: Surroundings, host: Host = thisHost): Promise<Outcome> {
  assertPossible(host);
  const installed = host.exists(UNIT);
  if (installed) {
    const { code, output } = host.run('systemctl', 'disable', '--now', `${SERVICE}.service`);
    if (code !== 0) throw failed(`systemctl disable --now ${SERVICE}.service`, output);
    host.remove(UNIT);
    host.run('systemctl', 'daemon-reload');
  }
  const text = installed ? `ok: stopped, ${UNIT} removed; data and user are kept` : 'the service is not installed';
  return { code: EXIT.ok, data: { removed: installed ? [UNIT] : [] }, problems: [], text };
}

/** `service status`: exit 0 active, 69 not. Needs no rights. */
export async function serviceStatus(_surroundings: Surroundings, host: Host = thisHost): Promise<Outcome> {
  if (!host.hasSystemd()) throw noSystemd();
  const names = [
    'LoadState',
    'ActiveState',
    'SubState',
    'StatusText',
    'NRestarts',
    'MainPID',
    'MemoryCurrent',
    'ActiveEnterTimestamp',
  ];
  const { output } = host.run('systemctl', 'show', `${SERVICE}.service`, `--property=${names.join(',')}`);
  const facts = Object.fromEntries(
    output.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );
  const active = facts.ActiveState === 'active';
  const text = names.map((name) => `${name.padEnd(22)} ${facts[name] || '-'}`).join('\n');
  if (active) return { code: EXIT.ok, data: facts, problems: [], text };
  const installed = facts.LoadState !== 'not-found';
  const problem = {
    code: 'E1803',
    what: installed ? `the service is ${facts.ActiveState} (${facts.SubState})` : 'the service is not installed',
    where: UNIT,
    cause: null,
    next: installed ? `journalctl -u ${SERVICE} -n 50` : 'sudo hearst-agent service install',
  };
  return { code: EXIT.unavailable, data: facts, problems: [problem], text };
}

function unitFor(surroundings: Surroundings, folder: string, user: string): string {
  const { site } = openSite(surroundings);
  const config = siteFileOf(surroundings);
  // Through the link where versions stand side by side, else the program as it was started: sources or a bundle.
  const command = Installation.here()?.command() ?? [process.execPath, realpathSync(process.argv[1] ?? '')];
  const outbox = site.outbox.folder === null ? [] : [resolve(site.outbox.folder)];
  const { HEARST_LOCAL_PORT } = surroundings.environment;
  return unitText({
    command,
    config,
    dataFolder: folder,
    alsoWrites: outbox.filter((path) => !path.startsWith(`${folder}/`)),
    user,
    needsHome: [...command, config, folder].some((path) => /^\/(home|root|run\/user)\//.test(path)),
    environment: HEARST_LOCAL_PORT ? { HEARST_LOCAL_PORT } : {},
  });
}

export function assertPossible(host: Host): void {
  if (!host.hasSystemd()) throw noSystemd();
  if (host.isRoot()) return;
  throw failure(
    EXIT.refused,
    'E1802',
    'only root may change services',
    'this is another user',
    `sudo hearst-agent ...   (or see the unit: hearst-agent service install --print)`,
  );
}

const noSystemd = (): CommandFailure =>
  failure(
    EXIT.failed,
    'E1801',
    'systemd does not run here',
    'a container, or a system with another service manager',
    'Start it by what runs here: hearst-agent run   (the unit: hearst-agent service install --print)',
  );

const failed = (command: string, output: string): CommandFailure =>
  failure(
    EXIT.failed,
    'E1804',
    `${command} failed`,
    output.split('\n').at(-1) || null,
    'See the cause, then run it again: what is done stays done',
  );

function failure(exit: ExitCode, code: string, what: string, cause: string | null, next: string): CommandFailure {
  return new CommandFailure(exit, { code, what, where: '', cause, next });
}
