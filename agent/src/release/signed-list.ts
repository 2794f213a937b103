import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { newestFirst, VERSION_NAME } from './installation.ts';

/** The list of a release's files, and its signature: 64 raw bytes of Ed25519 over the list as it stands. */
export const LIST = 'SHA256SUMS';
export const SIGNATURE = 'SHA256SUMS.sig';

/** An archive that the list names. */
export interface Offer {
  version: string;
  file: string;
  sha256: string;
}

/** Whether the holder of the release key wrote this list. A signature of a wrong length is simply wrong. */
export function isSigned(list: Buffer, signature: Buffer, publicKeyPem: string): boolean {
  const key = createPublicKey(publicKeyPem);
  if (key.asymmetricKeyType !== 'ed25519') return false;
  return verify(null, list, key, signature);
}

/** The archives for a machine (`x64`, `arm64`), newest first. Lines that are no archives are passed over. */
export function offersIn(list: string, arch: string): Offer[] {
  const offers: Offer[] = [];
  for (const line of list.split('\n')) {
    const [, sha256, file, version, machine] =
      /^([0-9a-f]{64}) {2}(hearst-agent-(.+)-linux-(x64|arm64)\.tar\.gz)$/.exec(line) ?? [];
    if (sha256 && file && version && machine === arch && VERSION_NAME.test(version))
      offers.push({ version, file, sha256 });
  }
  return offers.toSorted((a, b) => newestFirst(a.version, b.version));
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
