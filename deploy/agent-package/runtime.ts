import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The machines an agent is made for: Linux with glibc. */
export const ARCHITECTURES = ['x64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The Node that this repository is tested with, as `bootstrap.cjs` pins it. */
function nodeVersion(): string {
  const version = /NODE_VERSION = '([\d.]+)'/.exec(readFileSync(join(root, 'bootstrap.cjs'), 'utf8'))?.[1];
  if (version === undefined) throw new Error('bootstrap.cjs names no NODE_VERSION');
  return version;
}

/** Path of the Node binary for a machine; fetched from the npm registry (which npm verifies) unless it is there. */
export function nodeBinary(arch: Architecture): string {
  const name = `node-linux-${arch}`;
  const version = nodeVersion();
  const folder = join(root, '.runtime', `${name}-${version}`);
  const binary = join(folder, 'bin', 'node');
  if (existsSync(binary)) return binary;
  mkdirSync(join(root, '.runtime'), { recursive: true });
  const work = mkdtempSync(join(root, '.runtime', 'download-'));
  try {
    run('npm', 'pack', '--loglevel=error', '--pack-destination', work, `${name}@${version}`);
    run('tar', '-xzf', join(work, `${name}-${version}.tgz`), '-C', work, 'package/bin/node');
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, 'package'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return binary;
}

/** Runs a program to its end. Throws with what it said when it fails. */
function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 24 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}
