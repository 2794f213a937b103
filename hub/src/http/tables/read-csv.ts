import { isUtf8 } from 'node:buffer';
import type { z } from '@hono/zod-openapi';
import { type Bilingual, type Language, say } from '../language/bilingual.ts';
import { fieldErrors } from '../language/validation.ts';
import { CsvFaults, type CsvRefusal, type CsvRows } from './csv-faults.ts';
import { type CsvColumn, readHeader } from './csv-header.ts';
import { type RecordVisitor, type Separator, separatorOf, visitRecords } from './csv-records.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_ROWS = 100_000;
const MAX_CELL_BYTES = 4_096;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** The rows of a CSV, or everything that is wrong with it. */
export type CsvRead<Row> = CsvRows<Row> | CsvRefusal<Row>;

export interface ReadCsvOptions<Row> {
  /** Columns whose values together stand on one line only, such as `container_id`; lines with a null are not compared. */
  readonly unique?: readonly (keyof Row & string)[];
  /** Of the words about what is wrong. */
  readonly language?: Language;
}

/**
 * Reads the CSV of a request's body, all or nothing: UTF-8, the separator found out from the header line (comma,
 * semicolon, tab), with a semicolon decimals with comma too. Each row is parsed by `schema`, whose fields are the
 * columns; see `csv-cells.ts` for what cells may hold. Lines with nothing in any cell are passed over. Takes at most
 * 16 MiB, 100,000 rows, 64 columns, 4 kB a cell. Never throws, whatever the bytes are.
 */
export function readCsv<Schema extends z.ZodObject>(
  bytes: Uint8Array,
  schema: Schema,
  { unique = [], language = 'en' }: ReadCsvOptions<z.output<Schema>> = {},
): CsvRead<z.output<Schema>> {
  const faults = new CsvFaults(language);
  const nothing: CsvRows<z.output<Schema>> = { rows: [], lines: [] };
  const text = withoutByteOrderMark(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (bytes.byteLength > MAX_BYTES) {
    faults.add(
      1,
      null,
      'too_large',
      say(
        'The file is larger than 16 MiB: send it in parts.',
        'Le fichier dépasse 16 Mio : envoyez-le en plusieurs parties.',
      ),
    );
    return faults.refusal(nothing);
  }
  if (!isUtf8(text)) {
    addForeignLines(text, faults);
    return faults.refusal(nothing);
  }
  const separator = separatorOf(text);
  const reader = new RowReader(schema, unique, separator, faults);
  visitRecords(text, separator, reader);
  if (!reader.hasHeader && faults.count === 0)
    faults.add(1, null, 'empty', say('The file has no header line.', "Le fichier n'a pas de ligne d'en-tête."));
  const { rows, lines } = reader;
  return faults.count > 0 ? faults.refusal({ rows, lines }) : { rows, lines };
}

class RowReader<Schema extends z.ZodObject> implements RecordVisitor {
  readonly rows: z.output<Schema>[] = [];
  readonly lines: number[] = [];
  readonly #schema: Schema;
  readonly #unique: readonly string[];
  readonly #separator: Separator;
  readonly #faults: CsvFaults;
  readonly #seen = new Map<string, number>();
  #columns: CsvColumn[] | null = null;
  #count = 0;

  constructor(schema: Schema, unique: readonly string[], separator: Separator, faults: CsvFaults) {
    this.#schema = schema;
    this.#unique = unique;
    this.#separator = separator;
    this.#faults = faults;
  }

  get hasHeader(): boolean {
    return this.#columns !== null;
  }

  record(line: number, cells: string[]): boolean {
    if (cells.every((cell) => cell.trim() === '')) return true;
    if (this.#columns === null) {
      this.#columns = readHeader(line, cells, this.#schema, this.#faults);
      return this.#faults.count === 0;
    }
    if (!this.#countRow(line)) return false;
    const texts = this.#textsOf(line, cells, this.#columns);
    if (texts !== null) this.#parse(line, texts);
    return true;
  }

  broken(line: number, why: Bilingual): boolean {
    this.#faults.add(line, null, 'quotes', why);
    return this.#columns !== null && this.#countRow(line);
  }

  #countRow(line: number): boolean {
    this.#count++;
    if (this.#count <= MAX_ROWS) return true;
    this.#faults.add(
      line,
      null,
      'too_many_rows',
      say(
        'From this line on there are more than 100,000 rows: send them in parts.',
        'À partir de cette ligne il y a plus de 100 000 lignes : envoyez-les en plusieurs parties.',
      ),
    );
    return false;
  }

  /** The cells by name as their schemas read them, or null after a fault. */
  #textsOf(line: number, cells: readonly string[], columns: readonly CsvColumn[]): Record<string, string> | null {
    if (cells.length !== columns.length) {
      const message = say(
        `The line has ${cells.length} cells, the header ${columns.length}: quote cells that hold the separator.`,
        `La ligne a ${cells.length} cellules, l'en-tête ${columns.length} : mettez entre guillemets celles qui contiennent le séparateur.`,
      );
      this.#faults.add(line, null, 'cell_count', message);
      return null;
    }
    const before = this.#faults.count;
    const texts: Record<string, string> = {};
    columns.forEach(({ name, numbers }, i) => {
      const cell = cells[i]!;
      const fault = cellFault(cell);
      if (fault !== null) this.#faults.add(line, name, ...fault);
      texts[name] = numbers && this.#separator === ';' && !cell.includes('.') ? cell.replace(',', '.') : cell;
    });
    return this.#faults.count === before ? texts : null;
  }

  #parse(line: number, texts: Record<string, string>): void {
    const { success, data, error } = this.#schema.safeParse(texts);
    if (success) {
      if (this.#isFirst(line, data)) {
        this.rows.push(data);
        this.lines.push(line);
      }
      return;
    }
    for (const { pointer, code, message } of fieldErrors(error, texts, this.#faults.language)) {
      const [column = null, ...inner] = pointer.split('/').slice(1);
      this.#faults.add(line, column, code, inner.length === 0 ? message : `${inner.join('.')}: ${message}`);
    }
  }

  #isFirst(line: number, row: Record<string, unknown>): boolean {
    const values = this.#unique.map((name) => row[name]);
    if (values.length === 0 || values.some((value) => value === null || value === undefined)) return true;
    const key = JSON.stringify(values);
    const first = this.#seen.get(key);
    if (first === undefined) {
      this.#seen.set(key, line);
      return true;
    }
    const [column = null] = this.#unique;
    const what = this.#unique.map((name, i) => `${name} ${values[i]}`).join(', ');
    const message = say(`${what} stands on line ${first} already.`, `${what} figure déjà ligne ${first}.`);
    this.#faults.add(line, column, 'duplicate', message);
    return false;
  }
}

function withoutByteOrderMark(text: Buffer): Buffer {
  return text.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
    ? text.subarray(BYTE_ORDER_MARK.length)
    : text;
}

function cellFault(cell: string): [code: string, message: Bilingual] | null {
  // Three bytes are the most that one UTF-16 unit takes in UTF-8.
  if (cell.length * 3 > MAX_CELL_BYTES && Buffer.byteLength(cell) > MAX_CELL_BYTES)
    return ['cell_too_long', say('The cell holds more than 4 kB.', 'La cellule dépasse 4 ko.')];
  if (cell.includes('\0'))
    return [
      'nul',
      say(
        'The cell holds a NUL character, which the database does not keep.',
        'La cellule contient un caractère NUL, que la base de données ne garde pas.',
      ),
    ];
  return null;
}

/** One fault for each line that is not UTF-8, up to as many lines as a file may have rows. */
function addForeignLines(text: Buffer, faults: CsvFaults): void {
  for (let start = 0, line = 1; start < text.length && faults.count < MAX_ROWS; line++) {
    const at = text.indexOf('\n', start);
    const end = at === -1 ? text.length : at;
    if (!isUtf8(text.subarray(start, end)))
      faults.add(
        line,
        null,
        'not_utf8',
        say(
          'The line is not UTF-8: save the file as "CSV UTF-8".',
          "La ligne n'est pas en UTF-8 : enregistrez le fichier en « CSV UTF-8 ».",
        ),
      );
    start = end + 1;
  }
}
