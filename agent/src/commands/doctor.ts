import { systemClock } from '../clock.ts';
import { SiteFileError } from '../config/fault.ts';
import type { Check, Examination, Finding } from '../doctor/check.ts';
import { CHECKS } from '../doctor/checks/all.ts';
import { examine } from '../doctor/examine.ts';
import { gather, untilOf } from '../doctor/gather.ts';
import { listText } from '../doctor/list-text.ts';
import { containersNow } from '../doctor/probes/containers.ts';
import { hubFacts } from '../doctor/probes/hub.ts';
import { HubLook } from '../doctor/probes/hub-look.ts';
import { ScanLook } from '../doctor/probes/scan.ts';
import { checkOf } from '../doctor/travel.ts';
import type { View } from '../doctor/view.ts';
import { dataFolder } from '../folders.ts';
import { MaintenanceBook } from '../maintenance/book.ts';
import type { MaintenanceEntry } from '../maintenance/entry.ts';
import { startsWithin } from '../starts.ts';
import { CommandFailure, type Declare, EXIT, type ExitCode, type Outcome, type Surroundings } from './command.ts';
import { RunningAgent } from './running-agent.ts';
import { openSite, siteFileOf } from './site.ts';

export interface DoctorCommandOptions {
  /** Names or beginnings of checks, or groups: `hub`, `disk`, `net.QATAR-C12`. */
  only: string[];
  fix: boolean;
}

export const declareDoctor: Declare = (program, perform) =>
  program
    .command('doctor')
    .description('run every check, say what is wrong and how to mend it')
    .option(
      '--only <checks>',
      'only these, with commas: hub, disk, net.QATAR-C12',
      (text: string) => text.split(','),
      [],
    )
    .option('--fix', 'mend what can be mended safely (modes of files)')
    .action((options, command) =>
      perform(command, (around) => doctor(around, { only: options.only, fix: options.fix === true })),
    );

/**
 * `doctor`: asks the running agent, which knows what its polls and its line to the hub are like; where none runs, makes
 * the checks that can be made from here. Exit 0 all well, 3 with warnings, 1 with errors.
 */
export async function doctor(surroundings: Surroundings, { only, fix }: DoctorCommandOptions): Promise<Outcome> {
  const folder = dataFolder(surroundings.data, surroundings.environment);
  assertKnown(only);
  const mended = fix ? await mend(surroundings, folder) : [];
  const agent = await RunningAgent.look(folder);
  const whole = agent
    ? await agent.get<Examination>('/doctor.json')
    : examine(CHECKS, await viewFromHere(surroundings, folder));
  const findings = whole.findings.filter((finding) => only.length === 0 || only.some((name) => isMeant(finding, name)));
  const examination = { at: whole.at, findings };
  const list =
    findings.length === 0 ? 'nothing of that name was checked' : listText(examination, surroundings.terminal.paint);
  return {
    code: codeOf(findings),
    data: {
      at: new Date(whole.at).toISOString(),
      agent: agent ? 'running' : 'not_running',
      fixed: mended,
      checks: findings.map((finding) => ({ ...checkOf(finding), group: finding.group, title: finding.title.en })),
    },
    // The list says them all; for programs they stand in `data`.
    problems: [],
    text: [...mended.map((words) => `mended: ${words}`), list].join('\n'),
  };
}

function codeOf(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ outcome }) => outcome === 'error')) return EXIT.failed;
  return findings.some(({ outcome }) => outcome === 'warning') ? EXIT.degraded : EXIT.ok;
}

/** `hub` means its group and everything below it; `net.QATAR-C12` that one. */
const isMeant = ({ check, group }: Finding, name: string): boolean =>
  check === name || group === name || check.startsWith(`${name}.`);

function assertKnown(only: readonly string[]): void {
  const unknown = only.find(
    (name) =>
      !CHECKS.some(
        ({ id, group }) => id === name || group === name || id.startsWith(`${name}.`) || name.startsWith(`${id}.`),
      ),
  );
  if (unknown === undefined) return;
  const known = CHECKS.map(({ id }) => id).join(', ');
  throw new CommandFailure(EXIT.usage, {
    code: 'E1001',
    what: `${unknown} is no check`,
    where: '',
    cause: null,
    next: `Known: ${known}`,
  });
}

async function mend(surroundings: Surroundings, folder: string): Promise<string[]> {
  const view = await viewFromHere(surroundings, folder);
  return CHECKS.flatMap((check: Check) => check.fix?.(view)?.en ?? []);
}

/** What can be seen without a running agent: containers are tried with a few connections each. */
export async function viewFromHere(surroundings: Surroundings, folder: string): Promise<View> {
  const now = Date.now();
  const opened = siteOrFaults(surroundings);
  const maintenance = currentMaintenance(folder, now);
  return gather({
    now,
    dataFolder: folder,
    configFile: siteFileOf(surroundings),
    ...opened,
    hub: new HubLook(systemClock, hubFacts),
    waited: true,
    running: null,
    service: { managed: false, watchdog: null, starts: startsWithin(folder, now) },
    trend: null,
    containers: opened.site && (await containersNow(opened.site.containers, (id) => untilOf(maintenance, id))),
    inventory: null,
    scan: new ScanLook(),
  });
}

function siteOrFaults(surroundings: Surroundings): Pick<Parameters<typeof gather>[0], 'site' | 'faults' | 'warnings'> {
  try {
    const { site, warnings } = openSite(surroundings);
    return { site, faults: [], warnings };
  } catch (error) {
    if (!(error instanceof SiteFileError)) throw error;
    return { site: null, faults: error.faults, warnings: [] };
  }
}

/** None where the list cannot be read: `maintenance list` says why. */
function currentMaintenance(folder: string, now: number): MaintenanceEntry[] {
  try {
    return new MaintenanceBook(folder).current(now);
  } catch {
    return [];
  }
}
