import { type Bilingual, say } from './language/bilingual.ts';
import { escapePointer, MAX_TOLD } from './language/validation.ts';
import type { Fault } from './problem.ts';

/** Deeper JSON is nobody's data, and would exhaust the stack of whoever walks it. */
export const MAX_JSON_DEPTH = 20;

const NUL = say(
  'holds a NUL character, which the database does not keep',
  'contient un caractère NUL, que la base de données ne conserve pas',
);
const HALF = say(
  'holds half a character (a lone surrogate), which is no text',
  "contient un demi-caractère (surrogate isolé), qui n'est pas du texte",
);

/** The texts in a request that Postgres would refuse (the first 1,000), keys of objects included. */
export function unstorable(value: unknown, pointer = ''): Fault[] {
  const faults: Fault[] = [];
  gather(value, pointer, faults);
  return faults;
}

/** Whether arrays and objects are nested more than `levels` deep. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

function gather(value: unknown, pointer: string, faults: Fault[]): void {
  if (typeof value === 'string') check(value, pointer, faults);
  if (typeof value !== 'object' || value === null || faults.length >= MAX_TOLD) return;
  for (const [key, member] of Object.entries(value)) {
    const place = `${pointer}/${escapePointer(key)}`;
    check(key, place, faults);
    gather(member, place, faults);
  }
}

function check(text: string, pointer: string, faults: Fault[]): void {
  const add = (code: string, message: Bilingual) => faults.push({ pointer, code, message });
  if (text.includes('\0')) add('nul', NUL);
  else if (!text.isWellFormed()) add('not_well_formed', HALF);
}
