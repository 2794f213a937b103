import { dataFolder } from '../folders.ts';
import { readAgentFile } from '../status/agent-file.ts';
import { type StatusReport, statusText } from '../status/report.ts';
import { CommandFailure, type Declare, EXIT, type Outcome, type Surroundings } from './command.ts';

export const declareStatus: Declare = (program, perform) =>
  program
    .command('status')
    .description('what the running agent says of itself')
    .action((_options, command) => perform(command, status));

/** `status`: asks the agent that runs on this data folder. */
export async function status({ data, environment }: Surroundings): Promise<Outcome> {
  const folder = dataFolder(data, environment);
  const file = readAgentFile(folder);
  if (!file) throw notRunning(folder, 'no agent left word there', folder);
  let report: StatusReport;
  try {
    const response = await fetch(`${file.url}/status.json`, { signal: AbortSignal.timeout(5000) });
    report = (await response.json()) as StatusReport;
  } catch (error) {
    const reason =
      error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
    throw notRunning(folder, `process ${file.pid} does not answer at ${file.url}: ${reason}`, file.url);
  }
  if (report.pid !== file.pid) throw notRunning(folder, `another program answers at ${file.url}`, file.url);
  return { code: EXIT.ok, data: report, problems: [], text: statusText(report) };
}

function notRunning(folder: string, cause: string, where: string): CommandFailure {
  return new CommandFailure(EXIT.unavailable, {
    code: 'E1401',
    what: `no agent is running on the data folder ${folder}`,
    where,
    cause,
    next: 'Start it: hearst-agent run   (or name its data folder with --data DIR)',
  });
}
