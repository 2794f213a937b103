import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { until } from './until.ts';

/** Whether a Debian can be made and booted here. */
export const canBootDebian = (): boolean =>
  process.getuid?.() === 0 &&
  ['debootstrap', 'systemd-nspawn', 'nsenter'].every((program) => spawnSync('which', [program]).status === 0);

/**
 * Makes a minimal Debian with systemd in a folder that is not there yet. HEARST_DEBIAN names one made before, which is
 * copied instead: for whoever runs these tests again and again.
 */
export async function makeDebian(folder: string): Promise<void> {
  const made = process.env.HEARST_DEBIAN;
  const packages = ['--variant=minbase', '--include=systemd,systemd-sysv,dbus,wget', 'bookworm'];
  const [program, args] = made ? ['cp', ['--archive', made]] : ['debootstrap', packages];
  await promisify(execFile)(program, [...args, folder], { maxBuffer: 1 << 24 });
}

export interface Ended {
  code: number | null;
  /** Standard output and standard error. */
  output: string;
}

/**
 * A booted Debian of its own: processes, users, services, file system, and no network but its loopback.
 */
export class DebianMachine {
  readonly #nspawn: ChildProcess;
  #leader = 0;

  private constructor(root: string, shared: Record<string, string>) {
    const binds = Object.entries(shared).map(([inside, outside]) => `--bind-ro=${outside}:${inside}`);
    this.#nspawn = spawn(
      'systemd-nspawn',
      [
        ...['--quiet', '--boot', '--directory', root, '--private-network', '--register=no', '--keep-unit'],
        ...[`--machine=hearst-${process.pid}`, '--console=pipe', ...binds],
      ],
      { stdio: ['ignore', 'ignore', 'ignore'] },
    );
  }

  /** @param shared folders of this machine to read, by their place inside */
  static async boot(root: string, shared: Record<string, string>): Promise<DebianMachine> {
    const machine = new DebianMachine(root, shared);
    const { pid } = machine.#nspawn;
    await until(
      () => {
        machine.#leader = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
        return /running|degraded/.test(machine.run('systemctl', 'is-system-running').output);
      },
      { withinMs: 60_000, everyMs: 250, what: 'Debian to boot' },
    );
    return machine;
  }

  /** Runs a program inside to its end, without a terminal. */
  run(...command: string[]): Ended {
    const root = `/proc/${this.#leader}/root`;
    const { status, stdout, stderr } = spawnSync(
      'nsenter',
      [
        ...['--target', String(this.#leader), '--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup'],
        ...[`--root=${root}`, `--wd=${root}`, '--', '/usr/bin/env', '-i'],
        ...['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8', ...command],
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 200_000 },
    );
    return { code: status, output: `${stdout}${stderr}` };
  }

  /** The same, which has to succeed; what it printed. */
  must(...command: string[]): string {
    const { code, output } = this.run(...command);
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${output}`);
    return output;
  }

  async stop(): Promise<void> {
    this.run('systemctl', 'poweroff');
    await until(() => this.#nspawn.exitCode !== null || this.#nspawn.signalCode !== null, {
      withinMs: 20_000,
      what: 'Debian to stop',
    }).catch(() => this.#nspawn.kill('SIGKILL'));
  }
}
