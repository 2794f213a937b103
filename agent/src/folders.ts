import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where the agent keeps what is its own: `--data`, else the folder `agent` below `HEARST_DATA_DIR`. That one is
 * `./data` unless set, seen from the repository's root in a checkout and from the working folder otherwise.
 */
export function dataFolder(flag: string | undefined, environment: NodeJS.ProcessEnv): string {
  if (flag) return resolve(flag);
  return resolve(checkoutRoot() ?? process.cwd(), environment.HEARST_DATA_DIR || 'data', 'agent');
}

/** The site file: `--config`, else `agent.yaml` in the data folder. */
export function siteFilePath(flag: string | undefined, data: string): string {
  return flag ? resolve(flag) : resolve(data, 'agent.yaml');
}

function checkoutRoot(): string | null {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
  return existsSync(resolve(root, 'pnpm-workspace.yaml')) ? root : null;
}
