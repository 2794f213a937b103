import { parentPort, workerData } from 'node:worker_threads';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ParquetColumn, ParquetFile } from './parquet.ts';

/** The thread that makes one Parquet file from `workerData` and posts its bytes. */

type Schema = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>;
type Type = Omit<Schema[number], 'name'>;

const time = (isAdjustedToUTC: boolean): Type => ({
  type: 'INT64',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit: 'MILLIS' },
});
const TEXT: Type = { type: 'BYTE_ARRAY', converted_type: 'UTF8' };

const TYPES: Readonly<Record<ParquetColumn['kind'], Type>> = {
  text: TEXT,
  json: TEXT,
  number: { type: 'DOUBLE' },
  integer: { type: 'INT64' },
  boolean: { type: 'BOOLEAN' },
  time: time(true),
  local: time(false),
};

/** Values as the library takes them for their type: whole numbers and times are 64 bits wide. */
function dataOf({ kind, data }: ParquetColumn) {
  return TYPES[kind].type === 'INT64' ? data.map((cell) => (cell === null ? null : BigInt(Number(cell)))) : [...data];
}

const { columns, facts } = workerData as ParquetFile;
const schema: Schema = [
  { name: 'root', num_children: columns.length },
  ...columns.map(({ name, kind }) => ({ name, repetition_type: 'OPTIONAL' as const, ...TYPES[kind] })),
];
const buffer = parquetWriteBuffer({
  columnData: columns.map((column) => ({ name: column.name, data: dataOf(column) })),
  schema,
  kvMetadata: Object.entries(facts).map(([key, value]) => ({ key, value })),
  createdBy: 'hearst-hub',
});
const bytes = new Uint8Array(buffer);
parentPort?.postMessage(bytes, [bytes.buffer]);
