import { createInterface } from 'node:readline/promises';
import { size } from '../doctor/text.ts';
import { dataFolder } from '../folders.ts';
import { type Host, thisHost } from '../service/host.ts';
import { SERVICE } from '../service/unit.ts';
import { CommandFailure, type Declare, EXIT, type Outcome, type Surroundings } from './command.ts';
import { RunningAgent } from './running-agent.ts';

export interface UninstallOptions {
  purge: boolean;
  host?: Host;
  /** Asks a question of whoever is at the terminal. */
  ask?: (question: string) => Promise<string>;
}

const UNIT = `/etc/systemd/system/${SERVICE}.service`;

export const declareUninstall: Declare = (program, perform) =>
  program
    .command('uninstall')
    .description('stop and remove service and user; data stays unless --purge')
    .option('--purge', 'remove the data folder too: readings that wait for the hub are lost')
    .action((options, command) => perform(command, (around) => uninstall(around, { purge: options.purge === true })));

/**
 * `uninstall`: says first what goes and what stays, then asks. Without a terminal it needs `--yes`. With `--purge`
 * whatever waits for the hub is lost, and it says how much that is.
 */
export async function uninstall(surroundings: Surroundings, options: UninstallOptions): Promise<Outcome> {
  const { purge, host = thisHost, ask = askTerminal } = options;
  const { terminal, interactive, yes, json } = surroundings;
  const folder = dataFolder(surroundings.data, surroundings.environment);
  const plan = planOf(host, folder, purge);
  const loss = purge ? await lossOf(folder) : null;
  const words = planText(plan, folder, purge, loss);
  if (!json) terminal.err(`${words}\n`);
  if (plan.length === 0)
    return { code: EXIT.ok, data: { removed: [] }, problems: [], text: 'nothing is installed here' };
  if (plan.some(({ needsRoot }) => needsRoot) && !host.isRoot())
    throw refused('E1802', 'only root may remove the service', 'sudo hearst-agent uninstall');
  if (!yes) {
    if (!interactive)
      throw refused('E1901', 'nothing was removed: nobody can be asked here', 'If that is what you want, add --yes');
    const answer = await ask(purge ? 'Type the word purge to go on: ' : 'Go on? [y/N] ');
    const agreed = purge ? answer.trim() === 'purge' : /^(y|yes|o|oui)$/i.test(answer.trim());
    if (!agreed) return { code: EXIT.interrupted, data: { removed: [] }, problems: [], text: 'nothing was removed' };
  }
  for (const { what, remove } of plan) {
    const trouble = remove();
    if (trouble) throw refused('E1804', `${what} could not be removed: ${trouble}`, 'See the cause, then run it again');
  }
  return {
    code: EXIT.ok,
    data: { removed: plan.map(({ what }) => what) },
    problems: [],
    text: plan.map(({ what }) => `removed: ${what}`).join('\n'),
  };
}

interface Step {
  what: string;
  needsRoot: boolean;
  /** Null when it is done, else why not. */
  remove: () => string | null;
}

function planOf(host: Host, folder: string, purge: boolean): Step[] {
  const steps: Step[] = [];
  if (host.exists(UNIT)) {
    steps.push({
      what: `service ${UNIT}`,
      needsRoot: true,
      remove: () => {
        const { code, output } = host.run('systemctl', 'disable', '--now', `${SERVICE}.service`);
        if (code !== 0) return output;
        host.remove(UNIT);
        host.run('systemctl', 'daemon-reload');
        return null;
      },
    });
  }
  if (host.run('id', '-u', SERVICE).code === 0) {
    steps.push({
      what: `user ${SERVICE}`,
      needsRoot: true,
      remove: () => {
        const { code, output } = host.run('userdel', SERVICE);
        return code === 0 ? null : output;
      },
    });
  }
  if (purge && host.exists(folder)) {
    steps.push({
      what: `data folder ${folder}`,
      needsRoot: false,
      remove: () => {
        host.remove(folder);
        return null;
      },
    });
  }
  return steps;
}

function planText(plan: readonly Step[], folder: string, purge: boolean, loss: string | null): string {
  return [
    'This will be removed:',
    ...(plan.length === 0 ? ['  nothing'] : plan.map(({ what }) => `  - ${what}`)),
    ...(loss === null ? [] : [`    ${loss}`]),
    ...(purge ? [] : ['This stays:', `  - ${folder} (credential, outbox); --purge removes it too`]),
    "The program itself goes the way it came: its package, or the checkout's folder.",
  ].join('\n');
}

/** What waits for the hub, as the running agent says; where none runs nobody may open the outbox just to count. */
async function lossOf(folder: string): Promise<string> {
  const agent = await RunningAgent.look(folder);
  const waiting = agent?.report.outbox;
  if (!waiting) return 'with whatever waits in the outbox: it is lost';
  if (waiting.batches === 0) return 'the hub has everything that was read';
  return `${waiting.batches} batches (${size(waiting.bytes).en}) wait for the hub: they are lost`;
}

async function askTerminal(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

const refused = (code: string, what: string, next: string): CommandFailure =>
  new CommandFailure(code === 'E1802' ? EXIT.refused : EXIT.failed, { code, what, where: '', cause: null, next });
