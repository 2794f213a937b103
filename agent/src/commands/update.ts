import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { systemClock } from '../clock.ts';
import { dataFolder } from '../folders.ts';
import { Installation } from '../release/installation.ts';
import { isUnderWay, type Journal, readJournal, writeJournal } from '../release/journal.ts';
import { type Place, placeAt } from '../release/place.ts';
import { isSigned, LIST, type Offer, offersIn, SIGNATURE, sha256Of } from '../release/signed-list.ts';
import { applySwitch, serviceRuns, startHelper } from '../release/switcher.ts';
import { unpackVersion } from '../release/unpack.ts';
import { type Host, thisHost } from '../service/host.ts';
import { VERSION } from '../version.ts';
import { CommandFailure, type Declare, EXIT, type ExitCode, type Outcome, type Surroundings } from './command.ts';
import { assertPossible } from './service.ts';

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

/** Where releases lie when the command line does not say; the installer notes it. */
const PLACE_FILE = '/etc/hearst-agent/release-url';
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

/** The version to switch to once it lies unpacked beside the others; an outcome where there is nothing to do. */
async function fetched(
  { terminal, json }: Surroundings,
  { from, to, check, dryRun }: UpdateOptions,
  installation: Installation,
  current: string,
): Promise<string | Outcome> {
  const single = from !== undefined && /\.tar\.gz$/.test(from) ? basename(from) : null;
  const place = placeAt(single === null ? (from ?? knownPlace()) : whereIs(from as string));
  const offers = offersIn(await signedList(place, installation.folder(current)), process.arch);
  const offer = offers.find(({ file, version }) => (single ? file === single : to ? version === to : true));
  if (!offer)
    throw failure(EXIT.failed, 'E1914', `${single ?? to ?? 'an agent'} for ${process.arch} is not on the list`, LIST, {
      cause: `it lists ${offers.map(({ version }) => version).join(', ') || 'none for this machine'}`,
      next: 'Fetch the release again, with its SHA256SUMS',
    });
  const data = { current, offered: offer.version, place: place.name };
  if (offer.version === current) return said(`ok: ${current} is what runs already`, data);
  if (check) return said(`ok: ${offer.version} is offered; ${current} runs`, data);
  const work = mkdtempSync(join(installation.root, '.download-'));
  try {
    const archive = join(work, offer.file);
    await place.fetch(offer.file, archive).catch((error: Error) => {
      throw unreachable(place, error);
    });
    await assertWhole(archive, offer);
    if (!json) terminal.err(`ok: ${offer.file} is signed and whole\n`);
    if (!dryRun) unpackVersion(installation, archive, offer.version);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw failure(EXIT.failed, 'E1915', `${offer.version} cannot be used on this machine`, offer.file, {
      cause: error instanceof Error ? error.message : String(error),
      next: `${current} runs on; see the cause (df -h ${installation.root}), then run it again`,
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return offer.version;
}

const whereIs = (archive: string): string =>
  /^https?:\/\//.test(archive) ? archive.slice(0, archive.lastIndexOf('/')) : dirname(resolve(archive));

function knownPlace(): string {
  if (existsSync(PLACE_FILE)) return readFileSync(PLACE_FILE, 'utf8').trim();
  throw failure(EXIT.usage, 'E1919', 'nobody said where releases lie', PLACE_FILE, {
    cause: 'this agent was installed from a USB folder',
    next: 'hearst-agent update --from FOLDER   (or an archive, or an address)',
  });
}

/** The list, believed only after its signature is right by the key that came with what runs now. */
async function signedList(place: Place, running: string): Promise<string> {
  let list: Buffer;
  let signature: Buffer;
  try {
    [list, signature] = [await place.read(LIST), await place.read(SIGNATURE)];
  } catch (error) {
    throw unreachable(place, error);
  }
  if (isSigned(list, signature, readFileSync(join(running, 'release-key.pem'), 'utf8'))) return list.toString('utf8');
  throw failure(EXIT.refused, 'E1913', 'the signature of the release is not right', `${place.name}: ${SIGNATURE}`, {
    cause: 'files of two releases were mixed, or somebody changed them',
    next: 'Do not install it. Fetch the release again; if it stays so, tell headquarters',
  });
}

async function assertWhole(archive: string, { file, sha256 }: Offer): Promise<void> {
  if ((await sha256Of(archive)) === sha256) return;
  throw failure(EXIT.refused, 'E1914', `${file} is not what the signed list says`, file, {
    cause: 'it was cut short while copied, or changed',
    next: 'Copy or fetch it again',
  });
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

const said = (text: string, data: unknown): Outcome => ({
  code: EXIT.ok,
  data: data ?? { version: VERSION },
  problems: [],
  text,
});

const unreachable = (place: Place, error: unknown): CommandFailure =>
  failure(EXIT.unavailable, 'E1912', `no release can be read at ${place.name}`, place.name, {
    cause: error instanceof Error ? error.message : String(error),
    next: 'Check the place: it holds SHA256SUMS, SHA256SUMS.sig and the archive',
  });

function failure(
  exit: ExitCode,
  code: string,
  what: string,
  where: string,
  { cause = null, next }: { cause?: string | null; next: string },
): CommandFailure {
  return new CommandFailure(exit, { code, what, where, cause, next });
}
