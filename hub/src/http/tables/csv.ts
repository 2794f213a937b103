import type { Options } from 'csv-stringify/sync';
import { stringify } from 'csv-stringify/sync';
import { WallClock } from '../../wall-clock.ts';
import type { Locale } from './format.ts';
import { type Cell, cellsOf, type Table, TIME_COLUMNS } from './table.ts';

/** Rows written at once: some milliseconds of work between two looks at everything else. */
const BATCH = 500;

/** RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay as they are. */
const COMMON: Options = {
  record_delimiter: '\r\n',
  quote_record_delimiter: true,
  escape_formulas: true,
  cast: { date: (time) => time.toISOString(), boolean: String, number: String },
};

const LANGUAGES: Readonly<Record<Locale, Options>> = {
  en: COMMON,
  fr: {
    ...COMMON,
    delimiter: ';',
    cast: { ...COMMON.cast, number: (value) => String(value).replace('.', ',') },
  },
};

/**
 * A table as a CSV, piece by piece; the first piece holds the header and the first rows. Times are RFC 3339 in UTC,
 * except `time_local`, which is written as spreadsheets recognise a time: `2026-11-23 15:00:00`.
 */
export async function* csvPieces<Row>(table: Table<Row>, locale: Locale): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const options = LANGUAGES[locale];
  const write = (records: Cell[][], bom = false) => stringify(records, { ...options, bom });
  const clock = new WallClock();
  let text = write([[...TIME_COLUMNS, ...table.columns.map(({ key }) => key)]], locale === 'fr');
  let batch: Cell[][] = [];
  for await (const row of table.rows) {
    const { at, timeZone } = table.timeOf(row);
    batch.push([at, at && localText(clock.read(at, timeZone)), ...cellsOf(table.columns, row)]);
    if (batch.length < BATCH) continue;
    yield Buffer.from(text + write(batch));
    text = '';
    batch = [];
  }
  text += write(batch);
  if (text !== '') yield Buffer.from(text);
}

function localText(local: Date): string {
  return local.toISOString().slice(0, 19).replace('T', ' ');
}
