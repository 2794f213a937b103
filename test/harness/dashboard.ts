import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './process.ts';

const web = join(root, 'hub/web');
const stamp = join(web, 'dist/.built-from');

/** Builds the dashboard where it was not built from the sources as they are: a few seconds, or nothing. */
export function buildDashboard(): void {
  const sources = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  const vite = join(web, 'node_modules/vite/bin/vite.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: web,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) throw new Error(`the dashboard could not be built:\n${stdout}${stderr}`);
  writeFileSync(stamp, sources);
}

/** Of everything that the build reads, dependencies by their lock. */
function fingerprint(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'pnpm-lock.yaml')));
  const inside = ['src', 'public'].flatMap((folder) =>
    readdirSync(join(web, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(web, folder, name)),
  );
  const files = [...inside, join(web, 'index.html'), join(web, 'vite.config.ts')].filter((path) =>
    statSync(path).isFile(),
  );
  for (const path of files.sort()) hash.update(path).update(readFileSync(path));
  return hash.digest('hex');
}
