import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface ServedFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly kind: string;
}

/** The built dashboard, read once. */
export interface DashboardFiles {
  readonly page: string;
  readonly icon: string;
  /** By name; names hold a hash of the content. */
  readonly assets: ReadonlyMap<string, ServedFile>;
}

const KINDS: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Beside the sources, and beside a bundle. */
const FOLDERS = ['../../web/dist', '../web/dist'].map((folder) => join(import.meta.dirname, folder));

/** Null where it was not built: the hub then serves its API alone. */
export function readDashboard(folder = FOLDERS.find((each) => existsSync(each)) ?? ''): DashboardFiles | null {
  const page = readOrNull(join(folder, 'index.html'));
  if (page === null) return null;
  const assets = readdirSync(join(folder, 'assets')).map((name): [string, ServedFile] => [
    name,
    {
      body: Uint8Array.from(readFileSync(join(folder, 'assets', name))),
      kind: KINDS[extname(name)] ?? 'application/octet-stream',
    },
  ]);
  return { page, icon: readFileSync(join(folder, 'icon.svg'), 'utf8'), assets: new Map(assets) };
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
