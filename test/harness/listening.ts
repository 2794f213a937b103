import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A socket that anybody may speak to, TCP or UDP, as Linux tells of it. */
export interface Listener {
  /** In the kernel's hexadecimal: `0100007F` is 127.0.0.1. */
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/** How the kernel writes that a TCP socket listens, and that a UDP socket is bound and takes from anybody. */
const OPEN = { tcp: '0A', udp: '07' } as const;
/** 127.0.0.0/8, ::1, and 127.0.0.0/8 as IPv6 writes it; four bytes at a time, the least significant first. */
const LOOPBACK = /^([0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/;

/** Every socket of this machine that anybody may speak to. */
export function listeners(): Listener[] {
  return (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((kind) =>
    readFileSync(`/proc/net/${kind}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === OPEN[kind.startsWith('tcp') ? 'tcp' : 'udp'])
      .map(([, local = '', , , , , , , , inode = '']) => {
        const [address = '', port = ''] = local.split(':');
        return { address, port: Number.parseInt(port, 16), inode };
      }),
  );
}

/** Whether only this machine reaches it. */
export function isOnLoopback({ address }: Pick<Listener, 'address'>): boolean {
  return LOOPBACK.test(address);
}

/** A process and all that it started, as far as they live. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // After the name in brackets, which may hold anything: state, parent.
    const stat = attempt(() => readFileSync(`/proc/${name}/stat`, 'utf8'));
    const parent = /\) \S (\d+) [^)]*$/.exec(stat ?? '')?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const family = [pid];
  for (const member of family) for (const [child, parent] of parents) if (parent === member) family.push(child);
  return family;
}

/** The sockets among `all` that one of the processes holds. */
export function heldBy(pids: readonly number[], all: readonly Listener[]): Listener[] {
  const inodes = new Set<string>();
  for (const pid of pids) {
    for (const fd of attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []) {
      const inode = /^socket:\[(\d+)\]$/.exec(attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? '')?.[1];
      if (inode !== undefined) inodes.add(inode);
    }
  }
  return all.filter(({ inode }) => inodes.has(inode));
}

/** Null for what ended meanwhile or is another's. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
