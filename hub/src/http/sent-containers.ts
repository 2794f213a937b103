import type { Context } from 'hono';
import type { Entry, Sent } from '../operations/new-containers.ts';
import { languageOf, say } from './language/bilingual.ts';
import { Problem } from './problem.ts';
import { CsvContainer, fromCsv, type NewContainer } from './schemas/containers.ts';
import { readCsv } from './tables/read-csv.ts';

/** The containers that a request sends as JSON: one object, or an array of them. */
export function containersOfJson(json: NewContainer | NewContainer[]): Sent {
  const many = Array.isArray(json);
  const entries = [json].flat().map((fields, place): Entry => ({ place, pointer: many ? `/${place}` : '', fields }));
  return { entries, faults: [], faulty: [], table: false };
}

/** The containers that a request sends as CSV. A pointer is the line and the column: `/5/name`. */
export async function containersOfCsv(c: Context): Promise<Sent> {
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  const read = readCsv(bytes, CsvContainer, { unique: ['container_id'], language: languageOf(c) });
  const refused = 'faults' in read;
  const { rows, lines } = refused ? read.sound : read;
  if (!refused && rows.length === 0)
    throw new Problem(
      'invalid_request',
      say('The file has a header line, but no container below it.', 'Le fichier a un en-tête, mais aucun conteneur.'),
    );
  return {
    entries: rows.map((row, i) => ({ place: lines[i]!, pointer: `/${lines[i]}`, fields: fromCsv(row) })),
    faults: refused
      ? read.faults.map(({ line, column, code, message }) => ({
          place: line,
          fault: { pointer: `/${line}${column === null ? '' : `/${column}`}`, code, message },
        }))
      : [],
    faulty: refused ? read.faulty : [],
    table: true,
  };
}

/** Whether a request's body is a table; where it is neither that nor JSON, it cannot be read. */
export function isCsv(c: Context): boolean {
  const kind = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (kind === 'text/csv') return true;
  if (kind === 'application/json') return false;
  throw new Problem(
    'malformed_request',
    say(
      'Say what the body is: Content-Type: application/json or text/csv.',
      'Précisez le type du corps : Content-Type: application/json ou text/csv.',
    ),
  );
}
