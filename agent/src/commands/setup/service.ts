import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { boundHeap } from '../../heap.ts';
import { createLog } from '../../log.ts';
import { readAgentFile } from '../../status/agent-file.ts';
import type { StatusReport } from '../../status/report.ts';
import { CommandFailure, EXIT, type Outcome, type Surroundings } from '../command.ts';
import { agentOf, startFailure } from '../run.ts';
import type { SiteContext } from '../site.ts';

/** `service install`: puts the agent under systemd and starts it. */
export type InstallService = (around: Surroundings) => Promise<Outcome>;

/** An agent that reads this site now, and how to ask it. */
export interface RunningAgent {
  parts: string[];
  /** Whether it is to go on by itself when setup is done; else somebody has to start it. */
  stays: boolean;
  report(): Promise<StatusReport | null>;
  /** Ends it, if it runs only for setup. */
  stop(): Promise<void>;
}

export interface ServiceRequest {
  folder: string;
  context: SiteContext;
  /** Null: this program has no way to. */
  install: InstallService | null;
  /** Whether a service is wanted at all. */
  wanted: boolean;
}

/** Sees to it that an agent runs: one that runs already, a service, or one in this process until the data arrived. */
export async function startAgent(
  around: Surroundings,
  { folder, context, install, wanted }: ServiceRequest,
): Promise<RunningAgent> {
  const running = await ask(folder);
  const isCurrent = running !== null && readsThe(context, running);
  if (isCurrent) return elsewhere(folder, ['an agent runs already on this data folder']);
  const hindrance = wanted ? whyNoService() : 'no service wanted';
  if (install && hindrance === null) {
    const outcome = await install(around);
    if (outcome.code !== EXIT.ok) throw failed(outcome);
    return elsewhere(folder, ['installed and started', 'starts again by itself']);
  }
  if (running) return elsewhere(folder, ['an agent runs here with another site file', 'restart it']);
  return here(folder, context, hindrance ?? 'install it later: hearst-agent service install', around);
}

/** Whether an agent reads the containers of this site file: it was not started with another one. */
function readsThe({ site }: SiteContext, { project, poller }: StatusReport): boolean {
  const ids = poller.containers.map(({ container }) => container);
  return project === site.project && ids.join() === site.containers.map(({ id }) => id).join();
}

/** Null where a service can be installed. */
function whyNoService(): string | null {
  if (!existsSync('/run/systemd/system')) return 'no systemd on this machine';
  return process.getuid?.() === 0 ? null : 'a service takes root';
}

function failed(outcome: Outcome): CommandFailure {
  const [first] = outcome.problems;
  const problem = {
    code: 'E2405',
    what: 'the service could not be installed',
    where: '',
    cause: null,
    next: 'hearst-agent service install',
  };
  return new CommandFailure(outcome.code, first ?? problem);
}

function elsewhere(folder: string, parts: string[]): RunningAgent {
  return { parts, stays: true, report: () => ask(folder), stop: async () => undefined };
}

/** What the agent on a data folder says of itself; null when none answers. */
async function ask(folder: string): Promise<StatusReport | null> {
  const file = readAgentFile(folder);
  if (!file) return null;
  try {
    const response = await fetch(`${file.url}/status.json`, { signal: AbortSignal.timeout(5000) });
    const report = (await response.json()) as StatusReport;
    return report.pid === file.pid ? report : null;
  } catch {
    return null; // left over from one that was killed, or not up yet
  }
}

async function here(
  folder: string,
  context: SiteContext,
  hindrance: string,
  around: Surroundings,
): Promise<RunningAgent> {
  boundHeap();
  const log = createWriteStream(join(folder, 'setup.log'), { flags: 'a', mode: 0o600 });
  // Another port than the service's: it may be taken, and nobody needs to find this one.
  const environment = { ...around.environment, HEARST_LOCAL_PORT: '0' };
  const agent = agentOf({ ...around, environment }, context, () => undefined, createLog('info', log));
  try {
    await agent.start();
  } catch (error) {
    throw startFailure(error);
  }
  return {
    parts: [hindrance, 'the agent runs until its data has arrived'],
    stays: false,
    report: async () => agent.report(),
    stop: async () => {
      await agent.stop();
      await new Promise<void>((resolve) => log.end(resolve));
    },
  };
}
