import { readFileSync } from 'node:fs';
import { Agent, driversOf } from '../agent.ts';
import { systemClock } from '../clock.ts';
import { SiteFileError } from '../config/fault.ts';
import { minersOf, type Site } from '../config/site.ts';
import { dataFolder } from '../folders.ts';
import { boundHeap } from '../heap.ts';
import { LockedError } from '../lock.ts';
import { createLog } from '../log.ts';
import { OutboxError } from '../outbox/errors.ts';
import type { NewBatch } from '../outbox/outbox.ts';
import { Poller, type PollerState } from '../poller/poller.ts';
import { untilMended } from './broken-site.ts';
import { CommandFailure, type Declare, EXIT, type Outcome, type Problem, type Surroundings } from './command.ts';
import { openSite, type SiteContext, warningsText } from './site.ts';
import { untilSignal } from './watch.ts';

export interface RunOptions {
  once: boolean;
  dryRun: boolean;
  /** With a site file that cannot be used: show its faults on the local page and start once it is mended. */
  wait: boolean;
}

export const declareRun: Declare = (program, perform) =>
  program
    .command('run')
    .description('run the agent in the foreground')
    .option('--once', 'one sweep into the outbox, sent if possible, then end')
    .option('--dry-run', 'one sweep that is shown; nothing is kept, nothing is sent')
    .option('--wait', 'with a broken site file: show its faults on the local page, start when it is mended')
    .action((options, command) => {
      const { once, dryRun, wait } = options;
      const chosen = { once: once === true, dryRun: dryRun === true, wait: wait === true };
      return perform(command, (around) => run(around, chosen));
    });

/** How long `--once` waits for the hub to confirm, ms. */
const ONCE_WAIT_MS = 15_000;
/** The most that stopping may take before the process ends anyway, ms. */
const STOP_MS = 10_000;

/**
 * `run`: the agent in the foreground until it is told to stop; `--once` one sweep, `--dry-run` keeping nothing.
 *
 * With a site file that cannot be used it ends with 78, so that whoever typed it sees why. Started by a service
 * manager (or with `--wait`) it stays, shows the faults on the local page, and begins once the file is mended: nobody
 * is at the keyboard, and a service that ends would leave the page dark.
 */
export async function run(surroundings: Surroundings, options: RunOptions): Promise<Outcome> {
  boundHeap();
  const context = await siteOf(surroundings, options);
  if (context === null) return { code: EXIT.ok, data: { stopped_by: 'signal' }, problems: [], text: '' };
  if (!surroundings.json && !surroundings.quiet) surroundings.terminal.err(suffixed(warningsText(context)));
  if (options.dryRun) return dryRun(surroundings, context);
  const stuck = Promise.withResolvers<'stuck'>();
  const agent = agentOf(surroundings, context, () => stuck.resolve('stuck'));
  try {
    return options.once ? await once(agent, context) : await untilStopped(agent, context, stuck.promise);
  } catch (error) {
    throw startFailure(error);
  }
}

/** The site; null when the wait for a usable file was ended by a signal. Throws SiteFileError where nobody waits. */
async function siteOf(surroundings: Surroundings, { once, dryRun, wait }: RunOptions): Promise<SiteContext | null> {
  const { NOTIFY_SOCKET, INVOCATION_ID } = surroundings.environment;
  const patient = !once && !dryRun && (wait || Boolean(NOTIFY_SOCKET && INVOCATION_ID));
  try {
    return openSite(surroundings);
  } catch (error) {
    if (!patient || !(error instanceof SiteFileError)) throw error;
    const { signal, forget } = untilSignal();
    const context = await untilMended(surroundings, error, { clock: systemClock, log: logOf(surroundings), signal });
    forget();
    return context;
  }
}

/** The agent of a site, not started yet. */
export function agentOf(
  surroundings: Surroundings,
  context: SiteContext,
  onStuck: () => void,
  log = logOf(surroundings),
): Agent {
  const { site, profiles, problems, file, warnings } = context;
  const { environment, data } = surroundings;
  for (const problem of problems) log.warn(problem, problem.what);
  return new Agent({
    site,
    profiles,
    configFile: file,
    warnings,
    dataFolder: dataFolder(data, environment),
    localPort: localPort(environment, site),
    network: localNetwork(site),
    environment,
    clock: systemClock,
    log,
    onStuck,
  });
}

const logOf = ({ verbose, quiet }: Surroundings) => createLog(verbose ? 'debug' : quiet ? 'warn' : 'info');
const suffixed = (text: string): string => (text === '' ? '' : `${text}\n`);

/** `HEARST_LOCAL_PORT` comes before the site file. */
function localPort(environment: NodeJS.ProcessEnv, site: Site): number {
  const text = environment.HEARST_LOCAL_PORT;
  if (!text) return site.localPort;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new CommandFailure(EXIT.config, {
    code: 'E1402',
    what: `HEARST_LOCAL_PORT is no port: ${JSON.stringify(text)}`,
    where: 'environment',
    cause: null,
    next: 'Try: HEARST_LOCAL_PORT=8081   (0: any free port)',
  });
}

/** The address of the site's network for the local page, with its code: six digits in a file of their own. */
function localNetwork({ localNetwork: network }: Site): { address: string; code: string } | null {
  if (network === null) return null;
  const { address, codeFile } = network;
  const problem = (what: string): CommandFailure =>
    new CommandFailure(EXIT.config, {
      code: 'E1407',
      what,
      where: codeFile,
      cause: null,
      next: `Make one: umask 077; shuf -i 100000-999999 -n 1 > ${codeFile}`,
    });
  let code: string;
  try {
    code = readFileSync(codeFile, 'utf8').trim();
  } catch (error) {
    throw problem(`the code of the local page cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if (!/^\d{6}$/.test(code)) throw problem('the code of the local page is not six digits');
  return { address, code };
}

/** Runs until SIGTERM or SIGINT, or until a restart is due. A second signal, or a stop that takes too long, ends the process at once. */
async function untilStopped(agent: Agent, { site, problems }: SiteContext, stuck: Promise<'stuck'>): Promise<Outcome> {
  const stop = Promise.withResolvers<NodeJS.Signals>();
  const onSignal = (signal: NodeJS.Signals): void => {
    process.once('SIGTERM', () => process.exit(EXIT.interrupted)).once('SIGINT', () => process.exit(EXIT.interrupted));
    stop.resolve(signal);
  };
  process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
  await agent.start();
  const reason = await Promise.race([stop.promise, stuck]);
  setTimeout(() => process.exit(EXIT.failed), STOP_MS).unref();
  await agent.stop();
  const code = reason === 'SIGINT' ? EXIT.interrupted : reason === 'stuck' ? EXIT.later : EXIT.ok;
  return { code, data: { project: site.project, stopped_by: reason }, problems, text: '' };
}

async function once(agent: Agent, { site, problems }: SiteContext): Promise<Outcome> {
  const { report, sent } = await agent.once(ONCE_WAIT_MS);
  const { kept } = report.poller;
  const waiting = report.outbox?.batches ?? 0;
  const fate = sent ? 'the hub has confirmed them' : `${waiting} batches wait in the outbox (hub: ${report.hub.phase})`;
  const text = `${summaryOf(site, report.poller)}\nkept ${kept.readings} readings in ${kept.batches} batches; ${fate}`;
  const data = { ...dataOf(report.poller), sent, waiting, hub: report.hub.phase };
  return { code: kept.lost_batches > 0 ? EXIT.failed : codeOf(report.poller), data, problems, text };
}

/** One sweep that is shown and forgotten. */
async function dryRun(surroundings: Surroundings, { site, profiles, problems }: SiteContext): Promise<Outcome> {
  const nowhere = { append: (batches: NewBatch[]) => batches.map(() => 0) };
  const log = logOf(surroundings);
  const poller = new Poller({ site, clock: systemClock, log, keeper: nowhere, ...driversOf(site, profiles) });
  const begun = systemClock.mono();
  await poller.sweep();
  const took = (systemClock.mono() - begun) / 1000;
  const state = poller.state();
  await poller.stop();
  const text = `${summaryOf(site, state)}\ntook ${took.toFixed(1)} s; dry run: nothing was kept, nothing was sent`;
  return { code: codeOf(state), data: dataOf(state), problems, text };
}

function summaryOf(site: Site, state: PollerState): string {
  const rows = state.containers.map(({ container, answering, miners, cooling, tookMs }) => {
    const answer = `${answering} of ${miners} miners answer`;
    return `${container.padEnd(14)} ${answer.padEnd(28)} cooling ${(cooling ?? 'none').padEnd(8)} ${tookMs} ms`;
  });
  const failures = Object.entries(state.devices.refusals).map(([code, times]) => `${times} ${code}`);
  return [
    ...rows,
    `${site.project}: ${state.answering} of ${minersOf(site)} miners, ${state.meters.answering} of ${state.meters.meters} meters answer`,
    ...(failures.length > 0 ? [`no reading: ${failures.join(', ')}`] : []),
  ].join('\n');
}

function dataOf(state: PollerState) {
  const { miners, answering, meters, containers, devices, kept } = state;
  return { miners, answering, meters, containers, devices, kept };
}

function codeOf({ miners, answering, meters, containers }: PollerState): Outcome['code'] {
  const all =
    answering === miners &&
    meters.answering === meters.meters &&
    containers.every(({ cooling }) => cooling !== 'silent');
  return all ? EXIT.ok : EXIT.degraded;
}

/** Why the agent could not start, with what to do. */
export function startFailure(error: unknown): unknown {
  const problem = (code: string, next: string): Problem => ({
    code,
    what: (error as Error).message,
    where: '',
    cause: null,
    next,
  });
  if (error instanceof LockedError)
    return new CommandFailure(EXIT.later, problem('E1403', `Look at it: ps -p ${error.pid}`));
  if (!(error instanceof OutboxError)) return error;
  if (error.code === 'locked') return new CommandFailure(EXIT.later, problem('E1404', 'Stop the other agent'));
  if (error.code === 'newer_version')
    return new CommandFailure(EXIT.config, problem('E1405', 'Install the newer agent again'));
  return new CommandFailure(EXIT.failed, problem('E1406', 'See the message, then start the agent again'));
}
