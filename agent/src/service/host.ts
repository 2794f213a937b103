import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What installing a service does to a machine, so that tests can look on. */
export interface Host {
  isRoot(): boolean;
  hasSystemd(): boolean;
  exists(path: string): boolean;
  write(path: string, text: string, mode: number): void;
  remove(path: string): void;
  /** Runs a program to its end; what it printed, and its exit code. */
  run(program: string, ...args: string[]): { code: number; output: string };
}

/** This machine. */
export const thisHost: Host = {
  isRoot: () => process.getuid?.() === 0,
  // The folder is there exactly when systemd is the running service manager (sd_booted(3)).
  hasSystemd: () => existsSync('/run/systemd/system'),
  exists: (path) => existsSync(path),
  write: (path, text, mode) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
  },
  remove: (path) => rmSync(path, { recursive: true, force: true }),
  run: (program, ...args) => {
    const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 });
    return { code: status ?? 127, output: `${stdout ?? ''}${stderr ?? ''}${error ? error.message : ''}`.trim() };
  },
};
