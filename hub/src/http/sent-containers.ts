import type { Context } from 'hono';
import type { Entry, EntryFault, Sent } from '../operations/new-containers.ts';
import { type Language, languageOf, say } from './language/bilingual.ts';
import { fieldErrors } from './language/validation.ts';
import { invalidRequest, Problem } from './problem.ts';
import { NewContainer } from './schemas/containers.ts';
import { unstorable } from './storable.ts';

/** The most containers of a request. */
const MAX_ENTRIES = 100_000;

/** The containers that a request sends as JSON: one object, or an array of them. Each is judged by itself. */
export async function readContainers(c: Context): Promise<Sent> {
  const body = await readJson(c);
  const sent = Array.isArray(body) ? body : [body];
  if (sent.length === 0 || sent.length > MAX_ENTRIES) throw wrongNumber(sent.length);
  const entries: Entry[] = [];
  const faults: EntryFault[] = [];
  for (const [place, value] of sent.entries()) {
    const read = readEntry(place, Array.isArray(body) ? `/${place}` : '', value, languageOf(c));
    if (Array.isArray(read)) faults.push(...read);
    else entries.push(read);
  }
  return { entries, faults, table: false };
}

function readEntry(place: number, pointer: string, value: unknown, language: Language): Entry | EntryFault[] {
  const { success, data, error } = NewContainer.safeParse(value);
  const faults = success ? unstorable(data) : fieldErrors(error, value, language);
  if (success && faults.length === 0) return { place, pointer, fields: data };
  return faults.map((fault) => ({ place, fault: { ...fault, pointer: pointer + fault.pointer } }));
}

async function readJson(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    throw new Problem('malformed_request', say('The body is no JSON.', "Le corps n'est pas du JSON."));
  }
}

function wrongNumber(count: number): Problem {
  return invalidRequest([
    {
      pointer: '',
      code: count === 0 ? 'too_small' : 'too_big',
      message: say(
        `expected 1 to ${MAX_ENTRIES} containers, received ${count}`,
        `1 à ${MAX_ENTRIES} conteneurs attendus, ${count} reçus`,
      ),
    },
  ]);
}
