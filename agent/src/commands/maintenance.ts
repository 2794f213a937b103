import { userInfo } from 'node:os';
import { parseDuration } from '../config/units.ts';
import { span } from '../doctor/text.ts';
import { dataFolder } from '../folders.ts';
import { MaintenanceBook, MaintenanceError } from '../maintenance/book.ts';
import { type MaintenanceEntry, MaintenanceWish } from '../maintenance/entry.ts';
import { CommandFailure, type Declare, EXIT, type ExitCode, type Outcome, type Surroundings } from './command.ts';
import { RunningAgent } from './running-agent.ts';
import { openSite } from './site.ts';

export interface MaintenanceOnOptions {
  for: string;
  subject: string;
  reason: string;
}

export const declareMaintenance: Declare = (program, perform) => {
  const maintenance = program.command('maintenance').description('say what somebody works on: its alarms are held');
  maintenance
    .command('on')
    .description('begin: headquarters sees it, alarms are held until then')
    .requiredOption('--for <time>', 'how long: 30m, 2h, at most 168h')
    .requiredOption('--container <id>', 'a container, transformer or miner: QATAR-C12, C12, QATAR-T03')
    .requiredOption('--reason <text>', 'what is done')
    .action((options, command) =>
      perform(command, (around) =>
        maintenanceOn(around, { for: options.for, subject: options.container, reason: options.reason }),
      ),
    );
  maintenance
    .command('off')
    .description('end it before its time; without --container all of it')
    .option('--container <id>', 'only of this one')
    .action((options, command) => perform(command, (around) => maintenanceOff(around, options.container)));
  maintenance
    .command('list')
    .description('what is in maintenance now')
    .action((_options, command) => perform(command, maintenanceList));
};

/** `maintenance on`: the running agent keeps it and tells the hub; where none runs it is kept and told at its start. */
export async function maintenanceOn(surroundings: Surroundings, options: MaintenanceOnOptions): Promise<Outcome> {
  const forMs = parseDuration(options.for);
  if (forMs === null) throw usage(`${JSON.stringify(options.for)} is no length of time`, 'Try: --for 2h');
  const subject = subjectOf(surroundings, options.subject);
  const wish = MaintenanceWish.safeParse({ action: 'on', subject, for_ms: forMs, reason: options.reason, by: user() });
  if (!wish.success) {
    const [issue] = wish.error.issues;
    throw usage(
      `${String(issue?.path[0] ?? 'maintenance')}: ${issue?.message}`,
      'Try: --for 2h --container QATAR-C12 --reason "pump"',
    );
  }
  return changed(surroundings, wish.data, ([entry]) => (entry ? `maintenance of ${lineOf(entry, Date.now())}` : ''));
}

/** `maintenance off`. Nothing to end is fine: exit 0. */
export async function maintenanceOff(surroundings: Surroundings, container: string | undefined): Promise<Outcome> {
  const subject = container === undefined ? null : subjectOf(surroundings, container);
  return changed(surroundings, { action: 'off', subject, by: user() }, (entries) =>
    entries.length === 0 ? 'nothing was in maintenance' : `ended: ${entries.map((entry) => entry.subject).join(', ')}`,
  );
}

export async function maintenanceList({ data, environment }: Surroundings): Promise<Outcome> {
  const now = Date.now();
  const entries = kept(() => new MaintenanceBook(dataFolder(data, environment)).current(now));
  const text =
    entries.length === 0 ? 'nothing is in maintenance' : entries.map((entry) => lineOf(entry, now)).join('\n');
  return { code: EXIT.ok, data: entries, problems: [], text };
}

async function changed(
  { data, environment }: Surroundings,
  wish: MaintenanceWish,
  words: (entries: MaintenanceEntry[]) => string,
): Promise<Outcome> {
  const folder = dataFolder(data, environment);
  const agent = await RunningAgent.look(folder);
  const entries = agent
    ? await agent.post<MaintenanceEntry[]>('/maintenance', wish)
    : kept(() => new MaintenanceBook(folder).apply(wish, Date.now()));
  const when = agent ? 'headquarters is told now' : 'no agent runs: headquarters is told when it starts';
  const text = `${words(entries)}${entries.length > 0 ? `\n${when}` : ''}`;
  return { code: EXIT.ok, data: { entries, told: agent !== null }, problems: [], text };
}

/** `C12` is `QATAR-C12` where the site file has that one. */
function subjectOf(surroundings: Surroundings, text: string): string {
  const id = text.toUpperCase();
  const { site } = openSite(surroundings);
  const known = [...site.containers, ...site.transformers].map((one) => one.id);
  const full = known.find((one) => one === id || one.endsWith(`-${id}`));
  if (full) return full;
  const container = site.containers.find((one) => id.startsWith(`${one.id}-M`));
  const position = Number(/-M(\d+)$/.exec(id)?.[1]);
  if (container && position >= 1 && position <= container.addresses.length) return id;
  throw usage(`${text} is not in the site file`, 'See: hearst-agent config show');
}

const lineOf = ({ subject, until, reason, by }: MaintenanceEntry, now: number): string =>
  `${subject} until ${until.slice(0, 16).replace('T', ' ')} UTC (${span((Date.parse(until) - now) / 1000).en}): ${reason}   [${by}]`;

function user(): string {
  try {
    return (process.env.SUDO_USER || userInfo().username).slice(0, 64);
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`; // a user without an entry, as in containers
  }
}

function kept<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MaintenanceError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    const what = (error as Error).message;
    throw failure(EXIT.failed, 'E1703', what, "Run it as the agent's user, and look at the file it names");
  }
}

const usage = (what: string, next: string): CommandFailure => failure(EXIT.usage, 'E1001', what, next);

function failure(code: ExitCode, id: string, what: string, next: string): CommandFailure {
  return new CommandFailure(code, { code: id, what, where: '', cause: null, next });
}
