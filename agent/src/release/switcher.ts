import type { Clock } from '../clock.ts';
import type { Host } from '../service/host.ts';
import { SERVICE } from '../service/unit.ts';
import { untilHealthy } from './health.ts';
import type { Installation } from './installation.ts';
import { type Journal, readJournal, writeJournal } from './journal.ts';

/** The unit that makes the switch. It belongs to an update alone: there is none before and none after. */
export const HELPER = `${SERVICE}-update`;
const HELPER_UNIT = `/etc/systemd/system/${HELPER}.service`;

/**
 * Hands the switch that the journal describes to a unit of its own. So it needs no terminal that stays open, and after
 * a power cut the machine goes on with it: a new version nobody watches would stay, healthy or not. The version that
 * ran so far does the work, since it is known to.
 */
export function startHelper(host: Host, installation: Installation, from: string, dataFolder: string): string | null {
  const program = `${installation.folder(from)}/hearst-agent`;
  host.write(
    HELPER_UNIT,
    `# Written by: hearst-agent update; removed when it is over
[Unit]
Description=Hearst Control agent: switches to another version and watches it

[Service]
Type=exec
ExecStart=${program} --data "${dataFolder}" update --apply

[Install]
WantedBy=multi-user.target
`,
    0o644,
  );
  for (const words of [['daemon-reload'], ['enable', '--quiet', HELPER], ['start', HELPER]]) {
    const { code, output } = host.run('systemctl', ...words);
    if (code !== 0) return `systemctl ${words.join(' ')}: ${output}`;
  }
  return null;
}

/** Whether the service is meant to run now; a failed one is: an update may be what mends it. */
export function serviceRuns(host: Host): boolean {
  const { output } = host.run('systemctl', 'is-active', `${SERVICE}.service`);
  return !/^(inactive|unknown)/.test(output);
}

/** What the helper does: switches, watches, and goes back by itself. Safe to begin again at any point. */
export async function applySwitch(
  host: Host,
  installation: Installation,
  dataFolder: string,
  clock: Clock,
): Promise<Journal | null> {
  const { root } = installation;
  let journal = readJournal(root);
  const note = (change: Partial<Journal>): void => {
    journal = writeJournal(root, { ...(journal as Journal), ...change });
  };
  if (journal?.state === 'switching') {
    start(host, installation, journal.to, journal.watched);
    note(journal.watched ? { state: 'watching' } : { state: 'kept' });
  }
  if (journal?.state === 'watching') {
    const { from, to, within_s } = journal;
    const trouble = await untilHealthy({ dataFolder, version: to, withinMs: within_s * 1000, clock });
    if (trouble !== null) start(host, installation, from, true);
    note(trouble === null ? { state: 'kept' } : { state: 'went_back', reason: trouble });
  }
  if (journal?.state === 'kept') installation.keepOnly([journal.from, journal.to]);
  removeHelper(host);
  return journal;
}

/** Makes a version the one that runs, with the unit it brings. */
function start(host: Host, installation: Installation, version: string, running: boolean): void {
  installation.switchTo(version);
  const { code, output } = host.run(`${installation.folder(version)}/setup.sh`, '--no-start');
  // The link is changed already and the unit starts through it, so the older unit will do.
  if (code !== 0) process.stderr.write(`setup.sh of ${version}: ${output}\n`);
  if (!running) return;
  host.run('systemctl', 'reset-failed', `${SERVICE}.service`);
  // Without waiting: a program that never says it is ready must not hold up the way back.
  host.run('systemctl', 'restart', '--no-block', `${SERVICE}.service`);
}

function removeHelper(host: Host): void {
  host.run('systemctl', 'disable', '--quiet', HELPER);
  host.remove(HELPER_UNIT);
  host.run('systemctl', 'daemon-reload');
}
