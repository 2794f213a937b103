import { accessSync, constants, existsSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import type { FolderFacts, MachineFacts } from '../view.ts';

/** What this machine says of itself. Nothing here fails: what the system does not tell is null. */
export function machineFacts(folder: string): MachineFacts {
  return {
    memory: { total: totalmem(), available: availableMemory() },
    ownMemory: ownMemory(),
    ...fileSystem(folder),
    openFiles: openFiles(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    clockKept: clockKept(),
  };
}

/** Files that hold secrets, with the mode they should have. */
const SECRET_FILES = ['credential.json', 'local-token', 'agent.json', 'maintenance.json'];

export function folderFacts(folder: string): FolderFacts {
  const open = [...openPath(folder, 0o700), ...SECRET_FILES.flatMap((name) => openPath(join(folder, name), 0o600))];
  return { writable: writable(folder), open };
}

/** The path, when users beyond its owner may do anything with it that they should not. */
function openPath(path: string, wanted: number): FolderFacts['open'][number][] {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return [];
  // A folder may be read by its group: its files keep themselves.
  const tolerated = wanted === 0o700 ? 0o755 : wanted;
  return (mode & 0o777 & ~tolerated) === 0 ? [] : [{ path, mode: mode & 0o777, wanted }];
}

function writable(folder: string): boolean | null {
  if (!existsSync(folder)) return null;
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false; // that is the answer
  }
}

/** `MemAvailable` counts what caches would give back; where there is no /proc, what is free. */
function availableMemory(): number {
  const kilobytes = /^MemAvailable: +(\d+) kB/m.exec(readOr('/proc/meminfo'))?.[1];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
}

/** The cap of the control group this process is in (cgroup v2), and what the process itself uses. */
function ownMemory(): MachineFacts['ownMemory'] {
  const group = /^0::(\/.*)$/m.exec(readOr('/proc/self/cgroup'))?.[1];
  const cap = group === undefined ? Number.NaN : Number.parseInt(readOr(`/sys/fs/cgroup${group}/memory.max`), 10);
  return Number.isFinite(cap) && cap > 0 ? { used: process.memoryUsage.rss(), cap } : null;
}

function fileSystem(folder: string): Pick<MachineFacts, 'disk' | 'inodes'> {
  try {
    const { blocks, bavail, bsize, files, ffree } = statfsSync(nearest(folder));
    return { disk: { total: blocks * bsize, free: bavail * bsize }, inodes: { total: files, free: ffree } };
  } catch {
    return { disk: null, inodes: null }; // a file system that does not tell
  }
}

/** The folder, or the nearest one above it that exists. */
function nearest(folder: string): string {
  return existsSync(folder) || folder === '/' ? folder : nearest(join(folder, '..'));
}

function openFiles(): MachineFacts['openFiles'] {
  const limit = /^Max open files +(\d+)/m.exec(readOr('/proc/self/limits'))?.[1];
  if (limit === undefined) return null;
  return { limit: Number(limit), used: readdirSync('/proc/self/fd').length };
}

/** systemd-timesyncd and chrony say so by a file; where neither runs nobody knows. */
function clockKept(): boolean | null {
  if (existsSync('/run/systemd/timesync/synchronized')) return true;
  return existsSync('/run/systemd/timesync') ? false : null;
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // not told here
  }
}
