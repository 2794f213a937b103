import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LIST } from '../agent/src/release/signed-list.ts';
import { THOROUGH, writeArchive } from './agent-package/archive.ts';
import { debianName, writeDebian } from './agent-package/debian.ts';
import { finishRelease, publicPem, signingKey } from './agent-package/release.ts';
import { ARCHITECTURES } from './agent-package/runtime.ts';
import { stageAgent } from './agent-package/stage.ts';
import { bundleAgent } from './bundle.ts';

/**
 * Makes a release of the agent, one folder that is also the USB kit: for each machine an archive and a Debian package
 * with program, Node and SQLite binding; install.sh, uninstall.sh; SHA256SUMS and its Ed25519 signature.
 *
 *     HEARST_SIGNING_KEY_FILE=release.pem pnpm package:agent [--out dist/agent] [--arch x64|arm64]
 */

const root = fileURLToPath(new URL('..', import.meta.url));

const { values } = parseArgs({ options: { out: { type: 'string' }, arch: { type: 'string' } } });
const out = resolve(values.out ?? join(root, 'dist', 'agent'));
const architectures = ARCHITECTURES.filter((arch) => values.arch === undefined || arch === values.arch);
if (architectures.length === 0) throw new Error(`--arch is one of ${ARCHITECTURES.join(', ')}`);

const key = signingKey(process.env);
const { version } = JSON.parse(readFileSync(join(root, 'agent', 'package.json'), 'utf8')) as { version: string };
const work = mkdtempSync(join(tmpdir(), 'hearst-package-'));
try {
  // Emptied first, for whatever lies there would be signed; but only what an earlier run has made.
  if (existsSync(out) && readdirSync(out).length > 0 && !existsSync(join(out, LIST)))
    throw new Error(`${out} is neither empty nor an earlier release: name another folder with --out`);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await bundleAgent(work);
  for (const arch of architectures) {
    const staged = join(work, arch);
    stageAgent(staged, { arch, programs: work, version, publicKeyPem: publicPem(key) });
    const name = `hearst-agent-${version}`;
    await writeArchive(staged, join(out, `${name}-linux-${arch}.tar.gz`), `${name}/`, THOROUGH);
    await writeDebian(join(out, debianName(version, arch)), { staged, version, arch, level: THOROUGH });
  }
  await finishRelease(out, key);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(out);
