import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Another agent works in the same data folder. */
export class LockedError extends Error {
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(
      `another agent (process ${pid}) works in the data folder ${folder}: stop it first, or give this one its own with --data DIR`,
    );
    this.name = 'LockedError';
    this.pid = pid;
  }
}

/**
 * The data folder's lock: a file that names the process that holds it. A lock whose process is gone (kill -9,
 * power cut) blocks nobody: process id and start time are compared, so a process that got the same number later
 * is not taken for the holder.
 */
export class FolderLock {
  readonly #folder: string;
  readonly #path: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'agent.lock');
  }

  /** Takes the lock. Throws LockedError when a living process holds it. */
  take(): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const own = join(this.#folder, `agent.lock.${process.pid}`);
    writeFileSync(own, `${JSON.stringify(holderOf(process.pid))}\n`, { mode: 0o600 });
    try {
      for (let attempt = 0; attempt < 3; attempt++) {
        if (this.#link(own)) return;
        const holder = this.#holder();
        if (holder && isAlive(holder)) throw new LockedError(this.#folder, holder.pid);
        this.#setAside(own);
      }
      throw new LockedError(this.#folder, this.#holder()?.pid ?? 0);
    } finally {
      rmSync(own, { force: true });
    }
  }

  /** Gives the lock back, if it is still ours. */
  release(): void {
    if (this.#holder()?.pid === process.pid) rmSync(this.#path, { force: true });
  }

  /** A link is made whole or not at all, and by one process only. */
  #link(own: string): boolean {
    try {
      linkSync(own, this.#path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  #setAside(own: string): void {
    try {
      renameSync(this.#path, `${own}.stale`);
      rmSync(`${own}.stale`, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  #holder(): Holder | null {
    try {
      const { pid, started } = JSON.parse(readFileSync(this.#path, 'utf8')) as Partial<Holder>;
      return typeof pid === 'number' ? { pid, started: started ?? null } : null;
    } catch {
      return null; // gone meanwhile, or cut short by a power failure: nobody's
    }
  }
}

interface Holder {
  pid: number;
  /** When the process started, as the kernel counts it; null where there is no /proc. */
  started: string | null;
}

function holderOf(pid: number): Holder {
  return { pid, started: startOf(pid) };
}

function isAlive({ pid, started }: Holder): boolean {
  if (pid === process.pid) return false; // the number came to us: the holder is gone
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return started === null || now === null || started === now;
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null; // no /proc, or no such process
  }
}
