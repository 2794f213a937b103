import type { Profile, ReadFunction, Register } from './register.ts';

/** Registers in a row that one request fetches. */
export interface Block {
  /** Null: the unit the site file names. */
  readonly unitId: number | null;
  readonly function: ReadFunction;
  readonly address: number;
  /** Registers, at most what one request may ask. */
  readonly count: number;
  /** A device may refuse this one and still be read. */
  readonly optional: boolean;
  /** The values in it, each whole. */
  readonly registers: readonly Register[];
}

/** What limits a plan. */
export type PlanLimits = Pick<Profile, 'maxRegisters' | 'maxGap' | 'holes'>;

/**
 * Gathers registers into as few requests as the limits allow.
 *
 * - a value of several registers is never split: read in two halves it could be of two moments
 * - a gap of at most `maxGap` registers is read along; a hole is never touched
 * - units, functions, and what is optional and what is not, never share a request
 */
export function planBlocks(registers: readonly Register[], limits: PlanLimits): Block[] {
  const groups = Map.groupBy(registers, (register) =>
    [register.unitId ?? 'site', register.function, register.optional].join(),
  );
  return [...groups.values()].flatMap((group) => planGroup(group, limits));
}

function planGroup(group: readonly Register[], limits: PlanLimits): Block[] {
  const ordered = group.toSorted((a, b) => a.address - b.address || b.words - a.words);
  const blocks: Block[] = [];
  let members: Register[] = [];
  let end = 0;
  const close = () => {
    const first = members[0];
    if (!first) return;
    const { unitId, function: readFunction, address, optional } = first;
    blocks.push({ unitId, function: readFunction, address, count: end - address, optional, registers: members });
    members = [];
  };
  for (const register of ordered) {
    const start = members[0]?.address ?? register.address;
    const newEnd = Math.max(members.length > 0 ? end : 0, register.address + register.words);
    const fits =
      newEnd - start <= limits.maxRegisters &&
      register.address - end <= limits.maxGap &&
      !limits.holes.some(([first, last]) => first < newEnd && last >= start);
    if (members.length > 0 && !fits) close();
    end = members.length === 0 ? register.address + register.words : newEnd;
    members.push(register);
  }
  close();
  return blocks;
}
