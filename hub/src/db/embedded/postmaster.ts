import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The server's main process, as the cluster's `postmaster.pid` tells of it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Whether it says that it takes connections: not while it starts, recovers or stops. */
  readonly ready: boolean;
}

/**
 * The process that runs this cluster, or null. The file outlives a killed server, and the kernel may have given its
 * number to another program since: only a process that is a postgres on this very folder counts.
 */
export function runningPostmaster(cluster: string): Postmaster | null {
  const postmaster = readPidFile(cluster);
  return postmaster !== null && runsCluster(postmaster.pid, cluster) ? postmaster : null;
}

/**
 * Removes a `postmaster.pid` whose number now belongs to another program: Postgres would take that for a running
 * server and refuse to start. A number that belongs to nobody it can judge itself. Returns whether it did.
 */
export function removeMisleadingPidFile(cluster: string): boolean {
  const postmaster = readPidFile(cluster);
  if (postmaster === null || commandLine(postmaster.pid) === '' || runsCluster(postmaster.pid, cluster)) return false;
  rmSync(join(cluster, 'postmaster.pid'), { force: true });
  return true;
}

/** Lines of the file: pid, data folder, start time, port, socket folder, address, shared memory, status. */
function readPidFile(cluster: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10));
  const port = Number.parseInt(lines[3] ?? '', 10);
  if (!Number.isInteger(pid) || pid === 0) return null;
  return { pid, port: Number.isInteger(port) ? port : 0, ready: lines[7]?.trim() === 'ready' };
}

/** Whether that process is alive and the server of this cluster: also after it removed its file and is about to end. */
export function runsCluster(pid: number, cluster: string): boolean {
  // A folder may hold spaces, and not every system tells arguments apart: it ends where the next option begins.
  const folder = /(?:^|\/)postgres -D (.+?)(?: -[a-zA-Z] .*)?$/.exec(commandLine(pid))?.[1];
  return folder !== undefined && samePath(folder, cluster);
}

/** A process's program and arguments; empty for a process that is not there (or is dead and not yet collected). */
function commandLine(pid: number): string {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'args=', '-p', String(pid)])
        .toString()
        .trim();
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return ''; // No such process, which is an answer.
  }
}

function samePath(a: string, b: string): boolean {
  try {
    return a === b || realpathSync(a) === realpathSync(b);
  } catch {
    return false; // One of them does not exist.
  }
}
