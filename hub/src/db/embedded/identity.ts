import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { EXIT, HubError } from '../../errors.ts';

/** The user that Postgres runs as, where that is not the hub's own: Postgres refuses to run as root. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Who runs the server. An ordinary user does so itself. As root it is the owner of an existing cluster, else `nobody`
 * (initdb refuses a uid that has no entry in the list of users).
 *
 * @param cluster the cluster's folder, if there is one already
 * @returns null for the hub's own user
 */
export function identityFor(cluster: string | null): Identity | null {
  const owner = cluster === null ? undefined : statSync(cluster, { throwIfNoEntry: false });
  const me = process.getuid?.();
  if (me !== 0) {
    if (cluster === null || owner === undefined || owner.uid === me) return null;
    throw new HubError(
      `The database in ${cluster} belongs to another user (uid ${owner.uid}), so this one (uid ${me}) cannot run it. ` +
        'Start the hub as the user that started it before, or choose another HEARST_DATA_DIR.',
      { exitCode: EXIT.configuration },
    );
  }
  return owner === undefined || owner.uid === 0 ? nobody() : { uid: owner.uid, gid: owner.gid };
}

function nobody(): Identity {
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'nobody');
  if (entry === undefined)
    throw new HubError(
      'Postgres refuses to run as root, and this system has no user "nobody" that it could run as. Start the hub as an ' +
        'ordinary user, or set DATABASE_URL to a Postgres of your own.',
      { exitCode: EXIT.configuration },
    );
  return { uid: Number(entry[2]) >>> 0, gid: Number(entry[3]) >>> 0 };
}

/** Whether that user can enter a folder, tried rather than computed: access lists and mounts have their say too. */
export function canEnter(identity: Identity | null, folder: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd -- "$0"', folder], { cwd: '/', ...identity, stdio: 'ignore' }).status === 0;
}

/** The environment of the server and its tools: nothing of ours (PGPORT, locale, secrets) reaches them. */
export const CLEAN_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const;

/** Runs a program to its end. Returns its exit code (null when killed) and everything it printed. */
export function run(
  command: string,
  args: readonly string[],
  identity: Identity | null,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: '/',
      env: CLEAN_ENVIRONMENT,
      ...identity,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
