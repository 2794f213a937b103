import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Installation } from '../release/installation.ts';
import { type Place, placeAt } from '../release/place.ts';
import { isSigned, LIST, type Offer, offersIn, SIGNATURE, sha256Of } from '../release/signed-list.ts';
import { unpackVersion } from '../release/unpack.ts';
import { CommandFailure, EXIT, type ExitCode, type Outcome, type Surroundings } from './command.ts';
import type { UpdateOptions } from './update.ts';

/** Where releases lie when the command line does not say; the installer notes it. */
const PLACE_FILE = '/etc/hearst-agent/release-url';

/** The version to switch to once it lies unpacked beside the others; an outcome where there is nothing to do. */
export async function fetched(
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

const unreachable = (place: Place, error: unknown): CommandFailure =>
  failure(EXIT.unavailable, 'E1912', `no release can be read at ${place.name}`, place.name, {
    cause: error instanceof Error ? error.message : String(error),
    next: 'Check the place: it holds SHA256SUMS, SHA256SUMS.sig and the archive',
  });

export const said = (text: string, data: unknown): Outcome => ({
  code: EXIT.ok,
  data,
  problems: [],
  text,
});

export function failure(
  exit: ExitCode,
  code: string,
  what: string,
  where: string,
  { cause = null, next }: { cause?: string | null; next: string },
): CommandFailure {
  return new CommandFailure(exit, { code, what, where, cause, next });
}
