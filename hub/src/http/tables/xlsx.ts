import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { WallClock } from '../../wall-clock.ts';
import { say } from '../language/bilingual.ts';
import { Problem } from '../problem.ts';
import { type Cell, cellsOf, type Table, TIME_COLUMNS } from './table.ts';
import { unhurried } from './unhurried.ts';

/** The most rows of an XLSX: it is made as a whole, in memory. All miners of a site of Qatar's size fit. */
export const MAX_XLSX_ROWS = 25_000;

/** An XLSX was asked for of more rows than one is made of. */
export class TooManyRows extends Problem {
  constructor() {
    const most = MAX_XLSX_ROWS.toLocaleString('en');
    const detail = say(
      `The table has more than ${most} rows, the most of an XLSX. Take format=csv, or ask for fewer rows.`,
      `Le tableau a plus de ${most} lignes, le maximum d'un XLSX. Prenez format=csv, ou demandez moins de lignes.`,
    );
    super('invalid_request', detail, {
      errors: [{ pointer: '/format', code: 'too_many_rows', message: `> ${most}` }],
    });
    this.name = 'TooManyRows';
  }
}

/** What the worker makes a workbook from. */
export interface Workbook {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly facts: readonly (readonly [label: string, fact: string])[];
}

/**
 * A table as a workbook: sheet `data` with a frozen header and typed cells, sheet `about` with the title and the
 * facts. Excel knows no time zones: its times are UTC, except those of `time_local`. Throws TooManyRows.
 */
export async function xlsxOf<Row>(table: Table<Row>): Promise<Uint8Array<ArrayBuffer>> {
  const clock = new WallClock();
  const rows: Cell[][] = [];
  for await (const row of unhurried(table.rows)) {
    if (rows.length === MAX_XLSX_ROWS) throw new TooManyRows();
    const { at, timeZone } = table.timeOf(row);
    rows.push([at, at && clock.read(at, timeZone), ...cellsOf(table.columns, row)]);
  }
  const header = [...TIME_COLUMNS, ...table.columns.map(({ key }) => key)];
  return await inTurn(() => make({ header, rows, facts: [['title', table.title], ...Object.entries(table.facts)] }));
}

/** A workbook takes a core for seconds: in a thread of its own it holds up nothing else. */
async function make(workbook: Workbook): Promise<Uint8Array<ArrayBuffer>> {
  const worker = new Worker(new URL(`./xlsx-worker${extname(import.meta.filename)}`, import.meta.url), {
    workerData: workbook,
  });
  const [bytes] = (await once(worker, 'message')) as [Uint8Array<ArrayBuffer>];
  return bytes;
}

let last: Promise<unknown> = Promise.resolve();

/** One workbook at a time in the whole process: each needs some 300 MB. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work, work);
  last = mine;
  return mine;
}
