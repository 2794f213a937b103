import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Installation } from '../../agent/src/release/installation.ts';
import { unitText } from '../../agent/src/service/unit.ts';
import { type Architecture, nodeBinary } from './runtime.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const parts = join(root, 'deploy', 'agent');

export interface StageOptions {
  arch: Architecture;
  /** A folder that `bundleAgent` has filled. */
  programs: string;
  version: string;
  /** The key that updates of this version are verified by. */
  publicKeyPem: string;
}

/**
 * Fills `folder` with one version as it lies below /opt/hearst-agent/versions: Node, program, the SQLite binding of that
 * machine alone, and the scripts. Its unit is the one that `service install` writes.
 */
export function stageAgent(folder: string, { arch, programs, version, publicKeyPem }: StageOptions): void {
  mkdirSync(folder, { recursive: true });
  cpSync(join(programs, 'agent'), join(folder, 'app'), { recursive: true });
  const manifest = join(folder, 'app', 'package.json');
  writeFileSync(manifest, `${JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), version }, null, 2)}\n`);
  stageSqlite(join(folder, 'node_modules', 'better-sqlite3'), arch);
  copyFileSync(nodeBinary(arch), join(folder, 'node'));
  for (const script of ['hearst-agent', 'setup.sh', 'uninstall.sh'])
    copyFileSync(join(parts, script), join(folder, script));
  for (const program of ['node', 'hearst-agent', 'setup.sh', 'uninstall.sh']) chmodSync(join(folder, program), 0o755);
  writeFileSync(join(folder, 'release-key.pem'), publicKeyPem);
  copyFileSync(join(root, 'agent', 'config.example.yaml'), join(folder, 'agent.example.yaml'));
  copyFileSync(join(root, 'THIRD-PARTY-NOTICES.md'), join(folder, 'THIRD-PARTY-NOTICES.md'));
  writeFileSync(
    join(folder, 'hearst-agent.service'),
    unitText({
      command: new Installation('/opt/hearst-agent').command(),
      config: '/etc/hearst-agent/agent.yaml',
      dataFolder: '/var/lib/hearst-agent',
      alsoWrites: [],
      user: 'hearst-agent',
      needsHome: false,
      environment: {},
    }),
  );
}

/** better-sqlite3 without sources and without the bindings of other machines: 2 MB instead of 27. */
function stageSqlite(folder: string, arch: Architecture): void {
  const require = createRequire(join(root, 'agent', 'package.json'));
  const source = dirname(require.resolve('better-sqlite3/package.json'));
  const binding = join('prebuilds', `linux-${arch}.node`);
  mkdirSync(join(folder, 'prebuilds'), { recursive: true });
  cpSync(join(source, 'lib'), join(folder, 'lib'), { recursive: true });
  for (const file of ['package.json', 'LICENSE', binding]) copyFileSync(join(source, file), join(folder, file));
}
