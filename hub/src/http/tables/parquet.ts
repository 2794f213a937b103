import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { WallClock } from '../../wall-clock.ts';
import { type Cell, type ColumnKind, cellsOf, type Table, TIME_COLUMNS } from './table.ts';
import { unhurried } from './unhurried.ts';

/** A column as the worker takes it: times are ms since 1970, of a wall clock where they are `local`. */
export interface ParquetColumn {
  readonly name: string;
  readonly kind: ColumnKind | 'local';
  readonly data: readonly Exclude<Cell, Date>[];
}

/** What the worker makes a file from. */
export interface ParquetFile {
  readonly columns: readonly ParquetColumn[];
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * A table as an Apache Parquet file: a typed column each, null where nothing is known; times in UTC to the millisecond,
 * except `time_local`, which belongs to no zone. Title and facts are its key-value metadata.
 */
export async function parquetOf<Row>(table: Table<Row>): Promise<Uint8Array<ArrayBuffer>> {
  const clock = new WallClock();
  const cells: Exclude<Cell, Date>[][] = [[], [], ...table.columns.map(() => [])];
  for await (const row of unhurried(table.rows)) {
    const { at, timeZone } = table.timeOf(row);
    const told = [at, at && clock.read(at, timeZone), ...cellsOf(table.columns, row)];
    for (const [i, cell] of told.entries()) cells[i]?.push(cell instanceof Date ? cell.getTime() : cell);
  }
  const kinds: [string, ParquetColumn['kind']][] = [
    [TIME_COLUMNS[0], 'time'],
    [TIME_COLUMNS[1], 'local'],
    ...table.columns.map(({ key, kind }): [string, ColumnKind] => [key, kind]),
  ];
  return await make({
    columns: kinds.map(([name, kind], i) => ({ name, kind, data: cells[i] ?? [] })),
    facts: { title: table.title, ...table.facts },
  });
}

/** Encoding and compressing take a core for a while: in a thread of their own they hold up nothing else. */
async function make(file: ParquetFile): Promise<Uint8Array<ArrayBuffer>> {
  const worker = new Worker(new URL(`./parquet-worker${extname(import.meta.filename)}`, import.meta.url), {
    workerData: file,
  });
  const [bytes] = (await once(worker, 'message')) as [Uint8Array<ArrayBuffer>];
  return bytes;
}
