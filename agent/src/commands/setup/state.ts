import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../../write-whole.ts';
import { ANSWERS, type AnswerName } from './asking.ts';

const Answers = z.partialRecord(z.enum(Object.keys(ANSWERS) as AnswerName[]), z.string());

/** How far `setup` came, kept as `setup.json` in the data folder. Every step is safe to take again. */
const SetupState = z.object({
  version: z.literal(1),
  started_at: z.string(),
  /** SHA-256 of the token that was used, so that the same command can be run again: a token works once. */
  token: z.string().nullable(),
  /** SHA-256 of the site file for which the sweep was made, and when. */
  discovery: z.object({ site: z.string(), at: z.string() }).nullable(),
  /** When the plan was accepted. */
  plan: z.string().nullable(),
  /** What was answered so far, by flag or by a person, in the words of the flags; for a site file that is made here. */
  answers: Answers.default({}),
  /** SHA-256 of the networks that were swept for such a site file, and when. */
  sweep: z.object({ networks: z.string(), at: z.string() }).nullable().default(null),
  /** The site file that was made here: in which run, and from which answers. */
  made: z.object({ run: z.string(), answers: Answers }).nullable().default(null),
  finished_at: z.string().nullable(),
});
export type SetupState = z.infer<typeof SetupState>;

const pathOf = (folder: string): string => join(folder, 'setup.json');

/** What an earlier run left, or the start of a new one: when there was none, or it came to its end. */
export function openState(folder: string, now: Date): SetupState {
  const fresh: SetupState = {
    version: 1,
    started_at: now.toISOString(),
    token: null,
    discovery: null,
    plan: null,
    ...{ answers: {}, sweep: null, made: null },
    finished_at: null,
  };
  let before: SetupState;
  try {
    before = SetupState.parse(JSON.parse(readFileSync(pathOf(folder), 'utf8')));
  } catch {
    return fresh; // none, or cut short: all steps are taken
  }
  return before.finished_at === null ? before : { ...fresh, token: before.token, made: before.made };
}

export function keepState(folder: string, state: SetupState): void {
  writeWhole(pathOf(folder), `${JSON.stringify(state, null, 2)}\n`);
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
