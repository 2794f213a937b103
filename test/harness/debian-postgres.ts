import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';

const BINARIES = '/usr/lib/postgresql/15/bin';
const PASSWORD = 'password-of-this-test';
const NOBODY = { uid: 65_534, gid: 65_534 };

/** Whether Debian's Postgres 15 is on this machine. */
export const hasPostgres15 = (): boolean => existsSync(join(BINARIES, 'postgres'));

export interface ForeignServer {
  /** As its superuser. */
  readonly url: string;
  stop(): void;
}

/** A Postgres that is not ours: Debian's 15 on a new cluster in a temporary folder, as an operator would run it. */
export async function startPostgres15(): Promise<ForeignServer> {
  const identity = process.getuid?.() === 0 ? NOBODY : null;
  const base = mkdtempSync(join(tmpdir(), 'hearst-postgres15-'));
  chmodSync(base, 0o755);
  const cluster = join(base, 'cluster');
  const passwordFile = join(base, 'password');
  mkdirSync(cluster, { mode: 0o700 });
  writeFileSync(passwordFile, PASSWORD);
  if (identity !== null) for (const path of [cluster, base]) chownSync(path, identity.uid, identity.gid);
  const port = await freePort();
  const run = (program: string, args: string[]): void => {
    execFileSync(join(BINARIES, program), args, { cwd: '/', env: { LC_ALL: 'C' }, stdio: 'ignore', ...identity });
  };
  const login = ['-U', 'admin', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  run('initdb', ['-D', cluster, ...login, '-E', 'UTF8', '--no-sync']);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`;
  run('pg_ctl', ['-D', cluster, '-w', '-l', join(base, 'log'), '-o', settings, 'start']);
  return {
    url: `postgres://admin:${PASSWORD}@127.0.0.1:${port}/postgres`,
    stop: () => {
      spawnSync(join(BINARIES, 'pg_ctl'), ['-D', cluster, '-m', 'immediate', '-w', 'stop'], { cwd: '/', ...identity });
      rmSync(base, { recursive: true, force: true });
    },
  };
}
