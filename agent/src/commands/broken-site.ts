import { statSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { SiteFileError } from '../config/fault.ts';
import { Supervisor } from '../service/supervisor.ts';
import { json } from '../status/agent-answers.ts';
import { type Answer, LocalServer } from '../status/local-server.ts';
import { pageContent } from '../status/page.ts';
import type { Outcome, Surroundings } from './command.ts';
import { invalidSite, openSite, type SiteContext, siteFileOf } from './site.ts';

/** How often the file is looked at, ms. */
const LOOK_MS = 1000;
const DEFAULT_PORT = 8081;

export interface BrokenSiteOptions {
  clock: Clock;
  log: Logger;
  /** Ends the waiting. */
  signal: AbortSignal;
}

/**
 * A site file that cannot be used, and nobody at the keyboard: shows its faults where the local page would be (this
 * machine only) and looks at the file every second, until it is mended or the signal says to stop. Returns the site,
 * or null when stopped. The service manager hears that the agent is up and why it reads nothing, so it is not started
 * again and again.
 */
export async function untilMended(
  surroundings: Surroundings,
  first: SiteFileError,
  { clock, log, signal }: BrokenSiteOptions,
): Promise<SiteContext | null> {
  const { environment } = surroundings;
  const supervisor = new Supervisor({ environment, clock, log });
  let outcome = invalidSite(first);
  const page = new LocalServer({ clock, answers: answersOf(() => outcome, first.file) });
  const say = (): void =>
    log.error({ problems: outcome.problems }, 'the site file cannot be used: nothing is read until it is mended');
  say();
  try {
    const port = await page.start(portOf(environment));
    log.info({ page: `http://127.0.0.1:${port}` }, 'its faults are on the local page');
  } catch (error) {
    log.warn({ err: error }, 'no page with its faults: the port is taken');
  }
  await supervisor.ready('the site file cannot be used: nothing is read');
  try {
    for (let seen = versionOf(first.file); !signal.aborted; ) {
      await clock.sleep(LOOK_MS, signal).catch(() => undefined); // ends early when stopped
      const now = versionOf(siteFileOf(surroundings));
      if (now === seen) continue;
      seen = now;
      try {
        const context = openSite(surroundings);
        log.info({ file: context.file }, 'the site file was mended');
        return context;
      } catch (error) {
        if (!(error instanceof SiteFileError)) throw error;
        outcome = invalidSite(error);
        say();
      }
    }
    return null;
  } finally {
    await supervisor.rest();
    await page.stop();
  }
}

function answersOf(outcome: () => Outcome, file: string): Record<string, Answer> {
  const text = (): string => outcome().diagnosis ?? '';
  return {
    '/': ({ html }) => (html ? pageContent('faults', { file, text: text() }) : { status: 200, body: `${text()}\n` }),
    '/problems.json': () => json({ ok: false, data: null, problems: outcome().problems }),
    '/healthz': () => ({ status: 200, body: 'ok\n' }),
    '/readyz': () => ({ status: 503, body: 'not ready: the site file cannot be used\n' }),
  };
}

/** The file names a port perhaps, but it cannot be believed: the environment's, else the usual one. */
function portOf({ HEARST_LOCAL_PORT }: NodeJS.ProcessEnv): number {
  const port = Number(HEARST_LOCAL_PORT || DEFAULT_PORT);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : DEFAULT_PORT;
}

/** Changes whenever the file may have. */
function versionOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs}` : 'none';
}
