import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './installation.ts';

/** Unpacking 150 MB on a slow disk, ms. */
const UNPACK_MS = 5 * 60_000;

/**
 * Unpacks a verified archive beside the other versions. It has its place only once it has shown that it runs on this
 * machine. Throws Error with the reason; then nothing of it is left.
 */
export function unpackVersion(installation: Installation, archive: string, version: string): void {
  const partial = join(installation.root, 'versions', `.new-${version}`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    run('tar', '-xzf', archive, '-C', partial, '--strip-components=1', '--no-same-owner');
    const said = run(join(partial, 'hearst-agent'), '--version').trim();
    if (said !== version) throw new Error(`it says that it is ${said}, not ${version}`);
    run('sync', '-f', partial);
    rmSync(installation.folder(version), { recursive: true, force: true });
    renameSync(partial, installation.folder(version));
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: UNPACK_MS });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr.trim().slice(-500)}`);
  return stdout;
}
