import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stageHub } from '../../deploy/hub/stage.ts';
import { canBootDebian, DebianMachine, makeDebian } from '../harness/debian-machine.ts';
import { needs } from '../harness/needs.ts';
import { root } from '../harness/process.ts';
import { until } from '../harness/until.ts';

/**
 * The hub under systemd, by the lines at the head of deploy/hub/hearst-hub.service, on a Debian that has never seen it,
 * with its own Postgres and broker. One machine, from the first start to the last stop: the tests build on each other.
 */

/** What `hearst-hub` is there (docs/operator.md). */
const NODE = '/opt/hearst-hub/bin/node';
/** What the unit may be exposed by at most; the agent's is 2.0 too. */
const MOST_EXPOSED = 2;

describe.skipIf(!needs(canBootDebian, 'root, debootstrap and systemd-nspawn, to boot a Debian'))(
  'the hub on a fresh Debian',
  { timeout: 300_000 },
  () => {
    const work = mkdtempSync(join(tmpdir(), 'hearst-hub-service-'));
    let machine: DebianMachine;

    beforeAll(async () => {
      // In memory: packages are unpacked with a sync after each file.
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3G', 'tmpfs', work]);
      const debian = join(work, 'debian');
      await makeDebian(debian);
      const app = join(debian, 'opt', 'hearst-hub');
      await stageHub(app, { ownPostgres: true });
      mkdirSync(join(app, 'bin'));
      copyFileSync(process.execPath, join(app, 'bin', 'node'));
      chmodSync(join(app, 'bin', 'node'), 0o755);
      machine = await DebianMachine.boot(debian, { '/repository': join(root, 'deploy', 'hub') });
    }, 1_800_000);

    afterAll(async () => {
      await machine?.stop();
      spawnSync('umount', ['--lazy', work]);
      rmSync(work, { recursive: true, force: true });
    });

    const property = (name: string): string =>
      machine.must('systemctl', 'show', '--value', '--property', name, 'hearst-hub').trim();
    const answers = (path: string): boolean =>
      machine.run(
        NODE,
        '-e',
        `fetch('http://127.0.0.1:8080${path}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`,
      ).code === 0;
    const becomesReady = () =>
      until(() => answers('/readyz'), {
        withinMs: 180_000,
        everyMs: 500,
        what: () => `the hub\n${machine.run('journalctl', '-u', 'hearst-hub', '-o', 'cat', '-n', '40').output}`,
      });
    /** Processes of its user: the hub, and Postgres with all it has started. */
    const processes = (): string[] =>
      machine
        .run(
          'sh',
          '-c',
          'for p in /proc/[0-9]*; do [ "$(stat -c %U $p)" = hearst-hub ] && cat $p/comm; done 2>/dev/null',
        )
        .output.split('\n')
        .filter(Boolean);

    it('is installed by the lines of its unit, starts, and is ready', async () => {
      machine.must(
        'useradd',
        '--system',
        '--home-dir',
        '/var/lib/hearst-hub',
        '--shell',
        '/usr/sbin/nologin',
        'hearst-hub',
      );
      machine.must('install', '-m', '0644', '/repository/hearst-hub.service', '/etc/systemd/system/');
      machine.must('install', '-d', '-m', '0750', '-g', 'hearst-hub', '/etc/hearst-hub');
      machine.must('systemctl', 'enable', '--now', 'hearst-hub');
      await becomesReady();
      expect(answers('/healthz')).toBe(true);
      expect([property('ActiveState'), property('UnitFileState'), property('User')]).toEqual([
        'active',
        'enabled',
        'hearst-hub',
      ]);
      expect(machine.must('stat', '-c', '%U %a', '/var/lib/hearst-hub').trim()).toBe('hearst-hub 750');
      expect(processes()).toContain('postgres');
      // The first super admin's password is told once, in the journal.
      expect(machine.must('journalctl', '-u', 'hearst-hub', '-o', 'cat')).toContain('admin@localhost');
    });

    it('is not much exposed, and systemd knows every word of the unit', () => {
      const { output } = machine.run('systemd-analyze', 'security', '--no-pager', 'hearst-hub');
      expect(Number(/Overall exposure level for [^:]+: ([\d.]+)/.exec(output)?.[1]), output).toBeLessThanOrEqual(
        MOST_EXPOSED,
      );
      expect(machine.run('systemd-analyze', 'verify', '/etc/systemd/system/hearst-hub.service').output).not.toMatch(
        /hearst-hub\.service:\d+: |Unknown (key|lvalue)/,
      );
      const pid = property('MainPID');
      const status = machine.must('cat', `/proc/${pid}/status`);
      expect(status).toMatch(/^CapEff:\s+0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(status).toMatch(/^Seccomp:\s+2$/m);
    });

    it('answers its operator: the doctor finds nothing wrong', () => {
      const { code, output } = machine.run(
        ...['systemd-run', '--pipe', '--wait', '--collect', '-p', 'User=hearst-hub'],
        ...['-E', 'HEARST_DATA_DIR=/var/lib/hearst-hub', NODE, '/opt/hearst-hub/src/main.js', 'doctor'],
      );
      // 3: warnings alone, such as that there is no backup yet.
      expect([0, 3], output).toContain(code);
    });

    it('is there again after kill -9, Postgres and all', async () => {
      const before = property('MainPID');
      machine.must('systemctl', 'kill', '--kill-whom=main', '--signal=KILL', 'hearst-hub');
      await until(() => property('NRestarts') === '1' && property('MainPID') !== before, {
        withinMs: 60_000,
        everyMs: 250,
        what: 'a restart',
      });
      await becomesReady();
    });

    it('stops in order and leaves nothing running', () => {
      machine.must('systemctl', 'stop', 'hearst-hub');
      expect([property('ActiveState'), property('Result'), property('ExecMainStatus')]).toEqual([
        'inactive',
        'success',
        '0',
      ]);
      expect(processes()).toEqual([]);
    });

    it('with a wrong configuration it says what is wrong, and is not tried again', async () => {
      machine.must('sh', '-c', 'echo HEARST_HTTP_PORT=no-port >/etc/hearst-hub/hub.env');
      machine.run('systemctl', 'start', 'hearst-hub');
      await until(() => property('ActiveState') === 'failed', { withinMs: 30_000, everyMs: 250, what: 'its end' });
      expect(property('ExecMainStatus')).toBe('78');
      expect(machine.must('journalctl', '-u', 'hearst-hub', '-o', 'cat', '-n', '20')).toContain('HEARST_HTTP_PORT');
      machine.must('rm', '/etc/hearst-hub/hub.env');
    });
  },
);
