import { readdirSync, readFileSync } from 'node:fs';

/** What processes hold at a moment, from /proc (Linux only). */
export interface Held {
  /** Resident memory, MB of a million bytes; of several processes what they share counts for each. */
  readonly residentMb: number;
  /** Resident memory that belongs to no file and is not shared: what a process can leak. MB. */
  readonly anonymousMb: number;
  readonly descriptors: number;
  readonly processes: number;
}

/** What a process holds. Throws when it is gone. */
export function heldBy(pid: number): Held {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    residentMb: field(status, 'VmRSS'),
    anonymousMb: field(status, 'RssAnon'),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    processes: 1,
  };
}

/** What a process and its children hold together: a Postgres and its backends. A child that ends meanwhile is left out. */
export function heldByFamily(pid: number): Held {
  const all = [heldBy(pid)];
  for (const child of childrenOf(pid)) {
    try {
      all.push(heldBy(child));
    } catch {
      // It has just ended.
    }
  }
  const sum = (of: keyof Held): number => all.reduce((total, held) => total + held[of], 0);
  return {
    residentMb: sum('residentMb'),
    anonymousMb: sum('anonymousMb'),
    descriptors: sum('descriptors'),
    processes: sum('processes'),
  };
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

/** A line of `/proc/PID/status` in kB (1,024 bytes), as MB. */
function field(status: string, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
  if (kib === undefined) throw new Error(`/proc/PID/status says nothing of ${name}`);
  return (Number(kib) * 1024) / 1e6;
}
