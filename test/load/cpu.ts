import { readdirSync, readFileSync } from 'node:fs';

/** Does something and tells how much CPU time this process took meanwhile (user and system, all threads), in µs. */
export async function cpuOf<T>(work: () => Promise<T>): Promise<{ result: T; cpuUs: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, cpuUs: user + system };
}

/** CPU time (µs) of a process and of all that it started, ended ones included; from /proc, so Linux only. */
export function cpuOfTree(pid: number): number {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? []);
  const root = processes.find((entry) => entry.pid === pid);
  const children = processes.filter((entry) => entry.parent === pid);
  return (root?.withEnded ?? 0) + children.reduce((sum, child) => sum + child.own, 0);
}

interface ProcessTimes {
  pid: number;
  parent: number;
  own: number;
  /** Its own and that of its ended children. */
  withEnded: number;
}

/** Linux counts CPU time in hundredths of a second towards user space, whatever the kernel does. */
const TICK_US = 10_000;

/** Null for a process that is gone. */
function statOf(pid: number): ProcessTimes | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The name in brackets may hold anything; what follows it is numbers.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  const own = (user + system) * TICK_US;
  return { pid, parent: fields[1] ?? 0, own, withEnded: own + (childUser + childSystem) * TICK_US };
}
