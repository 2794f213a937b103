import { dataFolder } from '../folders.ts';
import { statusText } from '../status/status-text.ts';
import { CommandFailure, type Declare, EXIT, type Outcome, type Surroundings } from './command.ts';
import { RunningAgent } from './running-agent.ts';
import { ascii } from './terminal.ts';
import { untilSignal, watch } from './watch.ts';

export interface StatusOptions {
  watch: boolean;
  /** How often it is drawn anew, ms. */
  everyMs: number;
}

export const declareStatus: Declare = (program, perform) =>
  program
    .command('status')
    .description('what the running agent says of itself')
    .option('--watch', 'again and again until Ctrl-C; with --json one document a line')
    .option('--every <seconds>', 'how often --watch looks', '2')
    .action((options, command) => {
      const everyMs = 1000 * Math.max(0.2, Number(options.every) || 2);
      return perform(command, (around) => status(around, { watch: options.watch === true, everyMs }));
    });

/** `status`: asks the agent that runs on this data folder. Exit 69 where none does. */
export async function status(surroundings: Surroundings, options: StatusOptions): Promise<Outcome> {
  const { data, environment } = surroundings;
  const folder = dataFolder(data, environment);
  if (options.watch) return watchStatus(folder, surroundings, options);
  const { report } = await RunningAgent.find(folder);
  return { code: EXIT.ok, data: report, problems: [], text: statusText(report) };
}

/** Goes on while the agent is away, and says so: it may be restarted meanwhile. */
async function watchStatus(
  folder: string,
  { terminal, json }: Surroundings,
  { everyMs }: StatusOptions,
): Promise<Outcome> {
  const { signal, forget } = untilSignal();
  const look = async () => {
    try {
      const { report } = await RunningAgent.find(folder);
      const text = statusText(report);
      return { text: terminal.unicode ? text : ascii(text), data: { ok: true, data: report, problems: [] } };
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      const { problems } = error.outcome;
      return { text: `${problems[0]?.what}\n`, data: { ok: false, data: null, problems } };
    }
  };
  await watch(look, { terminal, json, everyMs, signal });
  forget();
  return { code: EXIT.interrupted, data: null, problems: [], text: '', told: true };
}
