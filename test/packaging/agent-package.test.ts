import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeArchive } from '../../deploy/agent-package/archive.ts';
import { debianName, writeDebian } from '../../deploy/agent-package/debian.ts';
import { finishRelease, publicPem, signRelease } from '../../deploy/agent-package/release.ts';
import { stageAgent } from '../../deploy/agent-package/stage.ts';
import { bundleAgent } from '../../deploy/bundle.ts';
import { canBootDebian, DebianMachine, makeDebian } from '../harness/debian-machine.ts';
import { needs } from '../harness/needs.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { until } from '../harness/until.ts';

/**
 * What a technician does with the USB kit, on a Debian that was never seen before, booted without a network. One
 * machine, from the first installation to the last trace gone: the tests build on each other.
 */

const ARCH = process.arch as 'x64' | 'arm64';
const SITE = `version: 1
site: { project: QATAR-001 }
poll: { interval: 5s, timeout: 200ms }
containers:
  - { id: QATAR-C01, model: ANTSPACE HD5, miners: 2, range: 127.0.0.1-127.0.0.2 }
`;
/** Says its version like a good one, and never becomes ready. */
const BROKEN_NODE =
  '#!/bin/sh\ncase "$*" in *--version*) echo 0.1.2 ;; *" run "*) exec sleep 600 ;; *) exit 1 ;; esac\n';
/** Keeps the watchdog's patience short. */
const IMPATIENT = '[Service]\nWatchdogSec=3\nRestartSec=1\n';

it('packs the same bytes for the same content, whoever has written it and when', async () => {
  using folder = temporaryFolder('archive');
  const pack = async (name: string, umask: number, at: number, order: string[]): Promise<Buffer> => {
    const content = join(folder.path, name);
    mkdirSync(content);
    for (const file of order) writeFileSync(join(content, file), file, { mode: 0o666 & ~umask });
    for (const file of [...order, '.']) utimesSync(join(content, file), at, at);
    await writeArchive(content, `${content}.tar.gz`, 'agent/', 1);
    return readFileSync(`${content}.tar.gz`);
  };
  const packed = await pack('one', 0o022, 1_000_000, ['a', 'b', 'c']);
  expect(packed.equals(await pack('two', 0o077, 2_000_000, ['c', 'b', 'a']))).toBe(true);
});

/** Serves what lies beside it. */
const SERVER = `
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
createServer(({ url }, response) => {
  const file = new URL('.' + url, import.meta.url);
  if (existsSync(file)) createReadStream(file).pipe(response);
  else response.writeHead(404).end();
}).listen(8088, '127.0.0.1');
`;

describe.skipIf(!needs(canBootDebian, 'root, debootstrap and systemd-nspawn, to boot a Debian'))(
  'the agent on a fresh Debian',
  () => {
    const work = mkdtempSync(join(tmpdir(), 'hearst-packaging-'));
    const releases = join(work, 'releases');
    const key = generateKeyPairSync('ed25519').privateKey;
    let machine: DebianMachine;
    let before: string[];

    beforeAll(async () => {
      // In memory: packages are unpacked with a sync after each file.
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2G', 'tmpfs', work]);
      await Promise.all([makeDebian(join(work, 'debian')), makeReleases()]);
      machine = await DebianMachine.boot(join(work, 'debian'), { '/usb': releases });
      before = traces();
    }, 400_000);

    afterAll(async () => {
      await machine?.stop();
      spawnSync('umount', ['--lazy', work]);
      rmSync(work, { recursive: true, force: true });
    });

    const archiveName = (version: string): string => `hearst-agent-${version}-linux-${ARCH}.tar.gz`;

    async function makeReleases(): Promise<void> {
      const programs = join(work, 'programs');
      await bundleAgent(programs);
      for (const version of ['0.1.0', '0.1.1', '0.1.2']) {
        const staged = join(work, 'staged', version);
        stageAgent(staged, { arch: ARCH, programs, version, publicKeyPem: publicPem(key) });
        if (version === '0.1.2') writeFileSync(join(staged, 'node'), BROKEN_NODE);
        const folder = join(releases, version);
        mkdirSync(folder, { recursive: true });
        await writeArchive(staged, join(folder, archiveName(version)), `hearst-agent-${version}/`, 1);
        writeFileSync(join(folder, 'agent.yaml'), SITE);
        if (version !== '0.1.2')
          await writeDebian(join(folder, debianName(version, ARCH)), { staged, version, arch: ARCH, level: 1 });
        await finishRelease(folder, key);
        rmSync(staged, { recursive: true });
      }
      // The same archive under a list of somebody else's; and one that was cut short while copied.
      for (const folder of ['forged', 'cut']) {
        mkdirSync(join(releases, folder));
        for (const name of ['install.sh', 'SHA256SUMS', 'SHA256SUMS.sig'])
          copyFileSync(join(releases, '0.1.1', name), join(releases, folder, name));
      }
      symlinkSync(`../0.1.1/${archiveName('0.1.1')}`, join(releases, 'forged', archiveName('0.1.1')));
      await signRelease(join(releases, 'forged'), generateKeyPairSync('ed25519').privateKey);
      copyFileSync(join(releases, '0.1.2', archiveName('0.1.2')), join(releases, 'cut', archiveName('0.1.1')));
      truncateSync(join(releases, 'cut', archiveName('0.1.1')), 100_000);
    }

    /** Files and accounts of the machine, without what lives while it runs. */
    function traces(): string[] {
      const moving = [
        '/proc',
        '/sys',
        '/dev',
        '/run',
        '/tmp',
        '/usb',
        '/var/log',
        '/var/tmp',
        '/var/lib/systemd',
        '/var/lib/dpkg',
        '/var/cache',
      ];
      const find = `find / ${moving.map((path) => `-path ${path} -prune -o`).join(' ')} -print; cut -d: -f1 /etc/passwd /etc/group; systemctl list-unit-files --no-legend`;
      // The editors of the accounts leave a copy from before.
      return machine
        .must('sh', '-c', find)
        .split('\n')
        .filter((line) => !/^\/etc\/(passwd|shadow|group|gshadow)-$|\.updated$/.test(line))
        .toSorted();
    }

    const property = (name: string): string =>
      machine.must('systemctl', 'show', '--value', '--property', name, 'hearst-agent').trim();
    const version = (): string => machine.must('hearst-agent', '--version').trim();
    const running = (): string => JSON.parse(machine.must('hearst-agent', '--json', 'status')).data.program;

    it('installs nothing whose signature or checksum is not right', () => {
      for (const folder of ['forged', 'cut']) {
        const { code, output } = machine.run('sh', `/usb/${folder}/install.sh`);
        expect([folder, code, output]).toEqual([folder, 77, expect.stringMatching(/signature|SHA256SUMS/)]);
        expect(traces()).toEqual(before);
      }
    });

    it('is installed from the USB folder, without a network, in the language of the machine', () => {
      const said = machine.must('LANG=fr_FR.UTF-8', 'sh', '/usb/0.1.0/install.sh');
      expect(said).toContain('ok : il fonctionne');
      expect([property('ActiveState'), property('UnitFileState'), property('User')]).toEqual([
        'active',
        'enabled',
        'hearst-agent',
      ]);
      expect([
        property('Type'),
        property('NotifyAccess'),
        property('ProtectSystem'),
        property('NoNewPrivileges'),
      ]).toEqual(['notify', 'all', 'strict', 'yes']);
      expect(property('StatusText')).toContain('QATAR-001: 2 miners');
      expect(machine.must('stat', '-c', '%U %a', '/var/lib/hearst-agent').trim()).toBe('hearst-agent 700');
      expect(version()).toBe('0.1.0');
    });

    it('is restarted by its watchdog when it freezes', async () => {
      machine.must('mkdir', '-p', '/run/systemd/system/hearst-agent.service.d');
      machine.must(
        'sh',
        '-c',
        `printf '${IMPATIENT.replaceAll('\n', '\\n')}' >/run/systemd/system/hearst-agent.service.d/test.conf`,
      );
      machine.must('systemctl', 'daemon-reload');
      // Written by root for itself alone, as setup leaves it: the service reads it all the same.
      machine.must('sh', '-c', 'cd /etc/hearst-agent && chown root:root agent.yaml && chmod 0600 agent.yaml');
      machine.must('hearst-agent', 'service', 'install');
      expect(machine.must('stat', '-c', '%U:%G %a', '/etc/hearst-agent/agent.yaml').trim()).toBe(
        'root:hearst-agent 640',
      );
      const pid = property('MainPID');
      machine.must('systemctl', 'kill', '--kill-whom=main', '--signal=STOP', 'hearst-agent');
      await until(() => property('NRestarts') === '1' && property('ActiveState') === 'active', {
        withinMs: 40_000,
        everyMs: 500,
        what: 'the watchdog',
      });
      expect(property('MainPID')).not.toBe(pid);
      machine.must('rm', '-r', '/run/systemd/system/hearst-agent.service.d');
      machine.must('systemctl', 'daemon-reload');
    });

    it('refuses an update whose signature or checksum is not right, and says why', () => {
      for (const [folder, problem] of [
        ['forged', 'E1913'],
        ['cut', 'E1914'],
      ]) {
        const { code, output } = machine.run('hearst-agent', '--json', 'update', '--from', `/usb/${folder}`);
        const [{ what, where, cause, next, code: given }] = JSON.parse(output).problems;
        expect([code, given]).toEqual([77, problem]);
        expect([what, where, cause, next].every(Boolean)).toBe(true);
      }
      expect(machine.must('ls', '/opt/hearst-agent/versions').trim()).toBe('0.1.0');
    });

    it('is updated by the same installer, and goes back when told', () => {
      expect(machine.must('hearst-agent', 'update', '--from', '/usb/0.1.1', '--check')).toContain(
        '0.1.1 is offered; 0.1.0 runs',
      );
      machine.must('sh', '/usb/0.1.1/install.sh');
      expect(running()).toBe('hearst-agent/0.1.1');
      machine.must('hearst-agent', 'update', '--rollback', '--healthy-within', '60');
      expect(running()).toBe('hearst-agent/0.1.0');
      expect(machine.must('ls', '/opt/hearst-agent/versions').trim().split('\n')).toEqual(['0.1.0', '0.1.1']);
    });

    it('goes back by itself from a version that does not become healthy', () => {
      const { code, output } = machine.run(
        'hearst-agent',
        'update',
        '--from',
        `/usb/0.1.2/${archiveName('0.1.2')}`,
        '--healthy-within',
        '5',
      );
      expect([code, output]).toEqual([
        1,
        expect.stringMatching(/E1916.*0\.1\.2 was not healthy within 5 s: 0\.1\.0 runs again/),
      ]);
      expect(version()).toBe('0.1.0');
      expect(machine.run('ls', '/etc/systemd/system/hearst-agent-update.service').code).not.toBe(0);
    });

    it('is removed with its data kept; with --purge nothing is left', () => {
      machine.must('sh', '/usb/0.1.0/uninstall.sh');
      expect(machine.must('ls', '/etc/hearst-agent', '/var/lib/hearst-agent')).toContain('agent.yaml');
      expect(machine.must('stat', '-c', '%U', '/var/lib/hearst-agent').trim()).toBe('root');
      machine.must('sh', '/usb/0.1.0/uninstall.sh', '--purge');
      expect(traces()).toEqual(before);
    });

    it('is installed from an address, and brings itself up to date from there', async () => {
      const offer = (version: string): void => {
        rmSync(join(releases, 'latest'), { force: true });
        symlinkSync(version, join(releases, 'latest'));
      };
      offer('0.1.0');
      writeFileSync(join(releases, 'serve.mjs'), SERVER);
      copyFileSync(process.execPath, join(releases, 'node'));
      machine.must('systemd-run', '--quiet', '--unit=releases', '/usb/node', '/usb/serve.mjs');
      const address = 'http://127.0.0.1:8088/latest';
      await until(() => machine.run('wget', '-qO-', `${address}/SHA256SUMS`).code === 0, {
        ...{ withinMs: 10_000, everyMs: 100, what: 'the server of releases' },
      });
      const nowhere = machine.run('sh', '/usb/0.1.0/install.sh', '--url', `${address}/nothing`);
      expect([nowhere.code, nowhere.output]).toEqual([69, expect.stringContaining('SHA256SUMS cannot be fetched')]);
      machine.must('sh', '/usb/0.1.0/install.sh', '--url', address, '--site-file', '/usb/0.1.0/agent.yaml');
      expect([property('ActiveState'), version()]).toEqual(['active', '0.1.0']);
      expect(machine.must('hearst-agent', 'update', '--check')).toContain('0.1.0 is what runs already');
      offer('0.1.1');
      expect(machine.must('hearst-agent', 'update', '--check')).toContain('0.1.1 is offered; 0.1.0 runs');
      machine.must('hearst-agent', 'update');
      await until(() => running() === 'hearst-agent/0.1.1', {
        withinMs: 30_000,
        everyMs: 250,
        what: 'the newer agent',
      });
      machine.must('sh', '/opt/hearst-agent/current/uninstall.sh', '--purge');
      machine.must('systemctl', 'stop', 'releases');
      expect(traces()).toEqual(before);
    });

    it('does the same as a Debian package, and is upgraded as one', async () => {
      machine.must('sh', '-c', 'mkdir /etc/hearst-agent && cp /usb/0.1.0/agent.yaml /etc/hearst-agent');
      machine.must('dpkg', '--install', `/usb/0.1.0/${debianName('0.1.0', ARCH)}`);
      await until(() => property('ActiveState') === 'active', {
        withinMs: 30_000,
        everyMs: 250,
        what: 'the packaged agent',
      });
      expect(running()).toBe('hearst-agent/0.1.0');
      machine.must('dpkg', '--install', `/usb/0.1.1/${debianName('0.1.1', ARCH)}`);
      await until(() => machine.run('hearst-agent', '--json', 'status').output.includes('hearst-agent/0.1.1'), {
        withinMs: 30_000,
        everyMs: 250,
        what: 'the agent of the newer package',
      });
      expect(machine.must('ls', '/opt/hearst-agent/versions').trim()).toBe('0.1.1');
      machine.must('dpkg', '--purge', 'hearst-agent');
      expect(traces()).toEqual(before);
    });
  },
);
