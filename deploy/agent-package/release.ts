import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LIST, SIGNATURE, sha256Of } from '../../agent/src/release/signed-list.ts';

const parts = fileURLToPath(new URL('../agent', import.meta.url));

/** The private key: PEM in HEARST_SIGNING_KEY, or in the file that HEARST_SIGNING_KEY_FILE names. Throws without one. */
export function signingKey(environment: NodeJS.ProcessEnv): KeyObject {
  const { HEARST_SIGNING_KEY: text, HEARST_SIGNING_KEY_FILE: file } = environment;
  const pem = text || (file ? readFileSync(file, 'utf8') : '');
  if (!pem)
    throw new Error(
      'no key to sign with: set HEARST_SIGNING_KEY_FILE. Make one: openssl genpkey -algorithm ed25519 -out release.pem',
    );
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`the signing key is ${key.asymmetricKeyType}, not ed25519`);
  return key;
}

export const publicPem = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();

/** Puts the installer beside the packages in `folder`, then lists and signs everything that lies there. */
export async function finishRelease(folder: string, key: KeyObject): Promise<void> {
  const installer = readFileSync(join(parts, 'install.sh'), 'utf8').replace('@RELEASE_KEY@', publicPem(key).trim());
  writeFileSync(join(folder, 'install.sh'), installer, { mode: 0o755 });
  for (const name of ['uninstall.sh', 'README.txt', 'LISEZMOI.txt'])
    copyFileSync(join(parts, name), join(folder, name));
  await signRelease(folder, key);
}

/** Writes SHA256SUMS of a folder's files, and its signature. */
export async function signRelease(folder: string, key: KeyObject): Promise<void> {
  const names = readdirSync(folder)
    .filter((name) => name !== LIST && name !== SIGNATURE)
    .toSorted();
  const lines = await Promise.all(names.map(async (name) => `${await sha256Of(join(folder, name))}  ${name}\n`));
  const list = Buffer.from(lines.join(''));
  writeFileSync(join(folder, LIST), list);
  writeFileSync(join(folder, SIGNATURE), sign(null, list, key));
}
