import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from './write-whole.ts';

const HOUR_MS = 3_600_000;
/** More than this are not worth remembering. */
const MOST = 50;
const Starts = z.array(z.number());

const pathOf = (folder: string): string => join(folder, 'starts.json');

/** Notes a start in the data folder, `at` in ms since 1970; returns how many there were within the last hour. */
export function noteStart(folder: string, at: number): number {
  const starts = [...startsOf(folder).filter((before) => before <= at && at - before < HOUR_MS), at].slice(-MOST);
  writeWhole(pathOf(folder), JSON.stringify(starts));
  return starts.length;
}

/** Starts within the hour before `now`. */
export function startsWithin(folder: string, now: number): number {
  return startsOf(folder).filter((at) => at <= now && now - at < HOUR_MS).length;
}

function startsOf(folder: string): number[] {
  try {
    return Starts.parse(JSON.parse(readFileSync(pathOf(folder), 'utf8')));
  } catch {
    return []; // none yet, or cut short: counted from now on
  }
}
