import type { Clock } from '../clock.ts';
import { readAgentFile } from '../status/agent-file.ts';
import type { StatusReport } from '../status/report.ts';

/** How often the new version is asked, ms. */
const EVERY_MS = 1000;
/** The part of the time it has to stay healthy, in one life (20 s of 5 min): one that dies after a poll is not. */
const SETTLED = 1 / 15;

export interface Watch {
  dataFolder: string;
  version: string;
  withinMs: number;
  clock: Clock;
}

/** Waits until the version is healthy and stays so. Null when it is, else what was wrong last. */
export async function untilHealthy({ dataFolder, version, withinMs, clock }: Watch): Promise<string | null> {
  const settledMs = withinMs * SETTLED;
  const end = clock.mono() + withinMs;
  let healthy: { pid: number; since: number } | null = null;
  for (;;) {
    const report = await ask(dataFolder);
    const trouble = typeof report === 'string' ? report : troubleOf(report, version);
    const now = clock.mono();
    if (trouble !== null || typeof report === 'string') healthy = null;
    else if (healthy === null || healthy.pid !== report.pid) healthy = { pid: report.pid, since: now };
    else if (now - healthy.since >= settledMs) return null;
    if (now >= end) return trouble ?? 'it was healthy too late, or restarted again and again';
    await clock.sleep(Math.min(EVERY_MS, settledMs));
  }
}

/** The hub is left out: a line that is down is no fault of a new version. Null: healthy. */
export function troubleOf(report: StatusReport, version: string): string | null {
  if (report.program !== `hearst-agent/${version}`) return `${report.program} answers instead`;
  if (report.outbox === null) return `the outbox cannot be used: ${report.problems.join('; ')}`;
  if (!report.ready) return `no poll was kept yet${report.problems.map((each) => `; ${each}`).join('')}`;
  return null;
}

async function ask(dataFolder: string): Promise<StatusReport | string> {
  const file = readAgentFile(dataFolder);
  if (file === null) return 'it does not run, or was never ready';
  try {
    const response = await fetch(`${file.url}/status.json`, { signal: AbortSignal.timeout(5000) });
    const report = (await response.json()) as StatusReport;
    return report.pid === file.pid ? report : `another program answers at ${file.url}`;
  } catch (error) {
    return `it does not answer at ${file.url}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
