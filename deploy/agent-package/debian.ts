import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeArchive } from './archive.ts';
import type { Architecture } from './runtime.ts';

export interface DebianOptions {
  /** A version as `stageAgent` leaves it. */
  staged: string;
  version: string;
  arch: Architecture;
  level: number;
}

const MACHINES = { x64: 'amd64', arm64: 'arm64' } as const;
const ROOT = '/opt/hearst-agent';

export const debianName = (version: string, arch: Architecture): string =>
  `hearst-agent_${version}_${MACHINES[arch]}.deb`;

/**
 * A Debian package (deb(5): an `ar` archive of three members) with the same version folder that the archive holds. Its
 * scripts call that folder's own: setup.sh and uninstall.sh.
 */
export async function writeDebian(target: string, { staged, version, arch, level }: DebianOptions): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'hearst-deb-'));
  try {
    const data = join(work, 'data');
    const control = join(work, 'control');
    const folder = join(data, ROOT, 'versions', version);
    mkdirSync(join(data, 'usr', 'bin'), { recursive: true });
    mkdirSync(control);
    cpSync(staged, folder, { recursive: true });
    symlinkSync(`${ROOT}/current/hearst-agent`, join(data, 'usr', 'bin', 'hearst-agent'));
    const installedKb = Math.ceil(statSync(join(folder, 'node')).size / 1024) + 8 * 1024;
    const files = controlFiles(version, MACHINES[arch], installedKb);
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(control, name), text, { mode: name === 'control' ? 0o644 : 0o755 });
    await writeArchive(control, join(work, 'control.tar.gz'), './', 6);
    await writeArchive(data, join(work, 'data.tar.gz'), './', level);
    writeFileSync(target, arOf(work, ['control.tar.gz', 'data.tar.gz']));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function controlFiles(version: string, machine: string, installedKb: number): Record<string, string> {
  const folder = `${ROOT}/versions/${version}`;
  return {
    control: `Package: hearst-agent
Version: ${version}
Architecture: ${machine}
Maintainer: Hearst <support@hearst.example>
Installed-Size: ${installedKb}
Depends: systemd, passwd, libc6 (>= 2.28), libstdc++6 (>= 8)
Section: net
Priority: optional
Description: Hearst Control agent
 Reads the miners, cooling loops and meters of a bitcoin-mining site, keeps every
 reading until the hub has it, and writes to none of them.
`,
    postinst: `#!/bin/sh
set -e
if [ "$1" = configure ]; then ${folder}/setup.sh; fi
`,
    // An upgrade goes on running until its postinst switches.
    prerm: `#!/bin/sh
set -e
if [ "$1" = remove ]; then ${folder}/uninstall.sh --package; fi
`,
    // dpkg removes /opt with the package when nothing else is in it, though the machine had it before.
    postrm: `#!/bin/sh
set -e
if [ "$1" = remove ] || [ "$1" = purge ]; then mkdir -p /opt; fi
if [ "$1" = purge ]; then rm -rf /etc/hearst-agent /var/lib/hearst-agent; fi
`,
  };
}

/** An `ar` archive with deb's first member: a header of 60 bytes for each, content filled up to an even length. */
function arOf(folder: string, names: readonly string[]): Buffer {
  const member = (name: string, content: Buffer): Buffer[] => [
    Buffer.from(
      `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(content.length).padEnd(10)}\`\n`,
    ),
    content,
    Buffer.from(content.length % 2 === 1 ? '\n' : ''),
  ];
  return Buffer.concat([
    Buffer.from('!<arch>\n'),
    ...member('debian-binary', Buffer.from('2.0\n')),
    ...names.flatMap((name) => member(name, readFileSync(join(folder, name)))),
  ]);
}
