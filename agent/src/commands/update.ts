import { systemClock } from '../clock.ts';
import { dataFolder } from '../folders.ts';
import { Installation } from '../release/installation.ts';
import { isUnderWay, type Journal, readJournal, writeJournal } from '../release/journal.ts';
import { applySwitch, serviceRuns, startHelper } from '../release/switcher.ts';
import { type Host, thisHost } from '../service/host.ts';
import { CommandFailure, type Declare, EXIT, type Outcome, type Surroundings } from './command.ts';
import { assertPossible } from './service.ts';
import { failure, fetched, said } from './update-release.ts';

export interface UpdateOptions {
  /** An archive, or a folder or web address with SHA256SUMS. */
  from?: string;
  /** This version instead of the newest. */
  to?: string;
  check?: boolean;
  dryRun?: boolean;
  rollback?: boolean;
  /** The helper's part: makes the switch that is written down. */
  apply?: boolean;
  /** How long the new version has to become healthy, s. */
  healthyWithin?: string;
  host?: Host;
  installation?: Installation | null;
}

const HEALTHY_WITHIN_S = 300;
/** What the helper may take besides watching, ms. */
const HELPER_MS = 90_000;

export const declareUpdate: Declare = (program, perform) =>
  program
    .command('update')
    .description('another version: verified, switched to, watched; goes back by itself when it is not healthy')
    .option(
      '--from <place>',
      'an archive, or a folder or address with SHA256SUMS (default: where it was installed from)',
    )
    .option('--to <version>', 'this version (default: the newest there)')
    .option('--check', 'only say what is offered')
    .option('--dry-run', 'verify everything, change nothing')
    .option('--rollback', 'back to the version kept from before')
    .option('--healthy-within <seconds>', 'how long it has to become healthy', String(HEALTHY_WITHIN_S))
    .option('--apply', 'make the switch that is written down (for the helper unit)')
    .action((options, command) => perform(command, (around) => update(around, options)));

/**
 * `update`. Nothing is unpacked whose signature by the release key is not right; nothing is switched to that does not
 * run here. The rest is the helper unit's work (`switcher.ts`): this command waits for it and says how it ended.
 */
export async function update(surroundings: Surroundings, options: UpdateOptions): Promise<Outcome> {
  const { host = thisHost, installation = Installation.here() } = options;
  const current = installation?.current() ?? null;
  if (installation === null || current === null)
    throw failure(EXIT.failed, 'E1911', 'this agent was not installed from its archive', process.execPath, {
      cause: 'it runs from a checkout, or was copied by hand',
      next: 'Install it: sudo ./install.sh   (from the USB folder)',
    });
  const data = dataFolder(surroundings.data, surroundings.environment);
  const within = Number(options.healthyWithin ?? HEALTHY_WITHIN_S);
  if (!(within > 0))
    throw failure(EXIT.usage, 'E1001', `--healthy-within is no number of seconds: ${options.healthyWithin}`, '', {
      next: 'Try: --healthy-within 300',
    });
  if (options.apply) return applied(await applySwitch(host, installation, data, systemClock));
  const changes = !options.check && !options.dryRun;
  if (changes) {
    assertPossible(host);
    assertIdle(installation);
  }
  const to = options.rollback
    ? earlier(installation, current, options.to)
    : await fetched(surroundings, options, installation, current);
  if (typeof to !== 'string') return to;
  if (!changes) return said(`ok: would go from ${current} to ${to}; nothing was changed`, { from: current, to });
  writeJournal(installation.root, {
    from: current,
    to,
    state: 'switching',
    reason: null,
    watched: serviceRuns(host),
    within_s: within,
  });
  const trouble = startHelper(host, installation, current, data);
  if (trouble !== null) {
    writeJournal(installation.root, {
      ...(readJournal(installation.root) as Journal),
      state: 'went_back',
      reason: trouble,
    });
    throw failure(EXIT.failed, 'E1804', 'the helper that makes the switch does not start', trouble, {
      next: 'See the cause, then run it again: nothing was switched',
    });
  }
  return applied(await followed(surroundings, installation, within));
}

/** The version kept from before, or a named one that lies there. */
function earlier(installation: Installation, current: string, wanted: string | undefined): string {
  const kept = installation.versions().filter((each) => each !== current);
  const before = readJournal(installation.root)?.from;
  const to = wanted ?? (before !== undefined && kept.includes(before) ? before : kept[0]);
  if (to !== undefined && kept.includes(to)) return to;
  throw failure(EXIT.failed, 'E1918', `no other version is kept${wanted ? ` as ${wanted}` : ''}`, installation.root, {
    cause: 'it was never updated',
    next: 'Install the version you want: hearst-agent update --from ARCHIVE',
  });
}

function assertIdle({ root }: Installation): void {
  const journal = readJournal(root);
  if (journal && isUnderWay(journal))
    throw failure(EXIT.later, 'E1917', `an update from ${journal.from} to ${journal.to} is under way`, root, {
      next: 'Wait for it: journalctl -u hearst-agent-update -f',
    });
}

async function followed(
  { terminal, json }: Surroundings,
  { root }: Installation,
  within: number,
): Promise<Journal | null> {
  const end = systemClock.mono() + within * 1000 + HELPER_MS;
  let told = '';
  for (;;) {
    const journal = readJournal(root);
    if (journal && journal.state !== told && !json) terminal.err(`${journal.state} ${journal.to}\n`);
    told = journal?.state ?? '';
    if (!isUnderWay(journal) || systemClock.mono() > end) return journal;
    await systemClock.sleep(250);
  }
}

function applied(journal: Journal | null): Outcome {
  if (journal === null) return said('ok: there is nothing to do', null);
  const { from, to, state, reason, watched, within_s } = journal;
  if (state === 'kept') {
    const how = watched ? 'it is healthy' : 'the service does not run, so nobody watched it';
    return said(`ok: ${to} runs instead of ${from}: ${how}. Back: hearst-agent update --rollback`, journal);
  }
  throw new CommandFailure(
    EXIT.failed,
    {
      code: 'E1916',
      what: `${to} was not healthy within ${within_s} s: ${state === 'went_back' ? `${from} runs again` : 'the helper has not ended'}`,
      where: 'journalctl -u hearst-agent -u hearst-agent-update',
      cause: reason,
      next: 'Send it to support: hearst-agent support-bundle',
    },
    undefined,
    journal,
  );
}
