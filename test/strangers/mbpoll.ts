import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Register } from '../../agent/src/drivers/modbus/register.ts';

/** What mbpoll reads: for f32 and 32-bit whole numbers the value it makes of them, else the registers' digits. */
export type Polled = number | string;

const run = promisify(execFile);
/** As many values as mbpoll takes at once, in registers. */
const MOST_WORDS = 120;

/** How mbpoll is to show a register: its own decoding where it has one. */
function shownAs({ type }: Register): 'float' | 'int' | 'hex' {
  return type === 'f32' ? 'float' : type === 'i32' || type === 'u32' ? 'int' : 'hex';
}

/**
 * Reads registers with mbpoll, by address: those near each other that are shown alike with one run of it (the servers it
 * is meant for have every register). Functions 3 and 4 are
 * its types 4 and 3; `-0` counts from 0, `-B` has the high word first.
 */
export async function mbpoll(
  port: number,
  unit: number,
  registers: readonly Register[],
): Promise<Map<Register, Polled>> {
  const polled = new Map<Register, Polled>();
  for (const row of rowsOf(registers)) {
    const [first] = row as [Register, ...Register[]];
    const last = row.at(-1) ?? first;
    const kind = shownAs(first);
    const words = last.address + last.words - first.address;
    const args = ['-m', 'tcp', '-p', String(port), '-a', String(first.unitId ?? unit), '-0', '-1', '-q'];
    args.push('-t', `${first.function === 3 ? 4 : 3}:${kind}`, '-r', String(first.address));
    args.push('-c', String(kind === 'hex' ? words : words / 2), ...(first.lowWordFirst ? [] : ['-B']), '127.0.0.1');
    const { stdout } = await run('mbpoll', args, { timeout: 10_000 });
    const values = new Map(
      [...stdout.matchAll(/^\[(\d+)\]:\s+(\S+)/gm)].map(([, address, value]) => [Number(address), value ?? '']),
    );
    for (const register of row) polled.set(register, polledValue(register, values));
  }
  return polled;
}

function polledValue(register: Register, values: ReadonlyMap<number, string>): Polled {
  const kind = shownAs(register);
  if (kind === 'hex') {
    const words = Array.from({ length: register.words }, (_, i) => values.get(register.address + i) ?? '????');
    return words.map((word) => word.replace(/^0x/, '').toLowerCase().padStart(4, '0')).join('');
  }
  const value = Number(values.get(register.address));
  return register.type === 'u32' ? value >>> 0 : value;
}

function rowsOf(registers: readonly Register[]): Register[][] {
  const rows: Register[][] = [];
  const seen = new Set<string>();
  for (const register of registers.toSorted((a, b) => a.address - b.address)) {
    const key = `${register.unitId} ${register.function} ${register.address}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const row = rows.find((candidate) => continues(candidate, register));
    if (row) row.push(register);
    else rows.push([register]);
  }
  return rows;
}

function continues(row: readonly Register[], next: Register): boolean {
  const [first] = row;
  if (!first) return false;
  const apart = next.address - first.address;
  return (
    apart + next.words <= MOST_WORDS &&
    (shownAs(first) === 'hex' || apart % 2 === 0) &&
    first.unitId === next.unitId &&
    first.function === next.function &&
    first.lowWordFirst === next.lowWordFirst &&
    shownAs(first) === shownAs(next)
  );
}
