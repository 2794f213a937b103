import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './process.ts';

/** Programs of an earlier commit. */
export interface PreviousPrograms {
  readonly commit: string;
  /** The main files. */
  readonly hub: string;
  readonly agent: string;
}

const PACKAGES = ['agent', 'hub', 'protocol'];
const MIGRATIONS = 'hub/src/db/migrations';

/**
 * The commit that stands for the version before this one: HEARST_PREVIOUS where it is set, else the newest release (tag) that
 * is not this commit, else the last commit before the newest migration, so that there is something to migrate. Null where
 * the history is not there: a clone without it (`--depth 1`), or no clone at all.
 */
export function previousCommit(): string | null {
  const wanted = process.env.HEARST_PREVIOUS;
  if (wanted) return git('rev-parse', '--verify', `${wanted}^{commit}`);
  const released = git('describe', '--tags', '--abbrev=0', 'HEAD^');
  if (released !== null) return git('rev-parse', `${released}^{commit}`);
  const newest = readdirSync(join(root, MIGRATIONS)).sort().at(-1) ?? '';
  const added = git('log', '-1', '--first-parent', '--diff-filter=A', '--format=%H', '--', `${MIGRATIONS}/${newest}`);
  return added === null || added === '' ? null : git('rev-parse', '--verify', `${added}^^{commit}`);
}

/** Lays a commit's sources into `folder`, to be run by this Node with the packages that this checkout has. */
export function previousPrograms(folder: string, commit: string): PreviousPrograms {
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('git', ['archive', commit, ...PACKAGES, 'package.json'], {
    cwd: root,
    maxBuffer: 1024 ** 3,
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  for (const name of PACKAGES)
    linkPackages(join(root, name, 'node_modules'), join(folder, name, 'node_modules'), folder);
  return { commit, hub: join(folder, 'hub/src/main.ts'), agent: join(folder, 'agent/src/main.ts') };
}

/** The packages of others are those of this checkout, our own those of the folder. */
function linkPackages(from: string, to: string, folder: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name.startsWith('.')) continue;
    if (name === '@hearst') {
      mkdirSync(join(to, name));
      for (const own of readdirSync(join(from, name))) symlinkSync(join(folder, own), join(to, name, own));
    } else if (name.startsWith('@')) linkPackages(join(from, name), join(to, name), folder);
    else if (existsSync(join(from, name))) symlinkSync(realpathSync(join(from, name)), join(to, name));
  }
}

/** What git prints; null where it fails. */
function git(...args: string[]): string | null {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}
