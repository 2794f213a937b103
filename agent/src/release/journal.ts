import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../write-whole.ts';

/**
 * How far an update has come, kept as `update.json` beside the versions: whoever asked for it reads along, and after
 * a power cut the helper goes on from here.
 */
const Journal = z.object({
  from: z.string(),
  to: z.string(),
  /** switching, watching: under way. kept, went_back: over. */
  state: z.enum(['switching', 'watching', 'kept', 'went_back']),
  /** Why it went back; null otherwise. */
  reason: z.string().nullable(),
  /** Whether the service ran before, so that its health can be watched. */
  watched: z.boolean(),
  within_s: z.number().positive(),
  at: z.iso.datetime(),
});
export type Journal = z.infer<typeof Journal>;

const pathOf = (root: string): string => join(root, 'update.json');

export function writeJournal(root: string, journal: Omit<Journal, 'at'>): Journal {
  const noted = { ...journal, at: new Date().toISOString() };
  writeWhole(pathOf(root), `${JSON.stringify(noted, null, 2)}\n`, 0o644);
  return noted;
}

/** Null when there was no update yet. Throws for a file that is none of ours: a person has to look. */
export function readJournal(root: string): Journal | null {
  let text: string;
  try {
    text = readFileSync(pathOf(root), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return Journal.parse(JSON.parse(text));
}

export const isUnderWay = (journal: Journal | null): boolean =>
  journal?.state === 'switching' || journal?.state === 'watching';
