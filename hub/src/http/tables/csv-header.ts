import { didYouMean } from '@hearst/protocol';
import type { z } from '@hono/zod-openapi';
import { type Bilingual, say } from '../language/bilingual.ts';
import { holdsNumbers } from './csv-cells.ts';
import type { CsvFaults } from './csv-faults.ts';

const MAX_COLUMNS = 64;
/** A name longer than any column's is shown cut. */
const MAX_NAME = 64;

/** One column of a CSV: its name in the schema, and whether its cells are numbers. */
export interface CsvColumn {
  readonly name: string;
  readonly numbers: boolean;
}

/**
 * The columns of a CSV by its header line: the schema's names, in any order and in capitals or not. Adds a fault for
 * each name that is unknown, missing or there twice; the columns are of use only without any.
 */
export function readHeader(
  line: number,
  cells: readonly string[],
  schema: z.ZodObject,
  faults: CsvFaults,
): CsvColumn[] {
  if (cells.length > MAX_COLUMNS) {
    faults.add(
      line,
      null,
      'too_many_columns',
      say(
        `The header names ${cells.length} columns; at most ${MAX_COLUMNS} are taken.`,
        `L'en-tête nomme ${cells.length} colonnes ; ${MAX_COLUMNS} au plus sont acceptées.`,
      ),
    );
    return [];
  }
  const known = Object.keys(schema.shape);
  const names: string[] = [];
  cells.forEach((cell, i) => {
    const title = cell.trim();
    const name = known.find((key) => key === title.toLowerCase());
    if (name === undefined) faults.add(line, shown(title), ...unknown(title, i + 1, known));
    else if (names.includes(name)) faults.add(line, name, 'duplicate_column', twice(name));
    names.push(name ?? title);
  });
  const missing = known.filter((name) => isRequired(schema.shape[name]!) && !names.includes(name));
  if (missing.length > 0)
    faults.add(
      line,
      null,
      'missing_column',
      say(
        `The header lacks ${missing.join(', ')}: add the columns.`,
        `Il manque ${missing.join(', ')} dans l'en-tête : ajoutez les colonnes.`,
      ),
    );
  return names.map((name) => ({ name, numbers: name in schema.shape && holdsNumbers(schema.shape[name]!) }));
}

function twice(name: string): Bilingual {
  return say(`The header names ${name} twice.`, `L'en-tête nomme ${name} deux fois.`);
}

function unknown(title: string, position: number, known: readonly string[]): [code: string, message: Bilingual] {
  if (title === '')
    return [
      'unnamed_column',
      say(
        `Column ${position} has no name in the header: name it, or remove it.`,
        `La colonne ${position} n'a pas de nom dans l'en-tête : nommez-la ou retirez-la.`,
      ),
    ];
  const near = title.length <= MAX_NAME ? didYouMean(title, known) : null;
  const next =
    near === null
      ? say(`Possible here: ${known.join(', ')}.`, `Possibles ici : ${known.join(', ')}.`)
      : say(`Did you mean ${near}?`, `Vouliez-vous dire ${near} ?`);
  const name = JSON.stringify(shown(title));
  return [
    'unknown_column',
    say(`There is no column ${name}. ${next.en}`, `Il n'y a pas de colonne ${name}. ${next.fr}`),
  ];
}

function shown(title: string): string {
  return title.slice(0, MAX_NAME).toWellFormed();
}

function isRequired(field: z.core.$ZodType): boolean {
  return field._zod.optin !== 'optional';
}
