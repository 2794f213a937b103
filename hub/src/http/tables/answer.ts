import type { Context } from 'hono';
import { csvPieces } from './csv.ts';
import { MEDIA_TYPES, type TableWanted } from './format.ts';
import { parquetOf } from './parquet.ts';
import type { Table } from './table.ts';
import { xlsxOf } from './xlsx.ts';

const CONTENT_TYPES = { ...MEDIA_TYPES, csv: `${MEDIA_TYPES.csv}; charset=utf-8; header=present` } as const;
const MAX_NAME = 120;

/**
 * A table as a file to save. A CSV is sent as it is read and stops reading when the client leaves; what goes wrong
 * before its first rows is thrown and becomes a problem, afterwards it cuts the answer off, which clients notice.
 * Throws TooManyRows where an XLSX would hold too many.
 */
export async function answerTable<Row>(c: Context, table: Table<Row>, wanted: TableWanted): Promise<Response> {
  const body = await bodyOf(table, wanted);
  c.header('Content-Type', CONTENT_TYPES[wanted.format]);
  c.header('Content-Disposition', `attachment; filename="${fileName(table.name)}.${wanted.format}"`);
  if (c.req.method !== 'HEAD') return c.body(body);
  // Nobody is going to read it: the rows have to be told.
  if (body instanceof ReadableStream) await body.cancel();
  return c.body(null);
}

async function bodyOf<Row>(table: Table<Row>, { format, locale }: TableWanted) {
  switch (format) {
    case 'csv':
      return await streamOf(csvPieces(table, locale));
    case 'xlsx':
      return await xlsxOf(table);
    case 'parquet':
      return await parquetOf(table);
  }
}

/** Letters, digits, `_`, `.` and `-`: safe in the header and on every file system. */
function fileName(name: string): string {
  const safe = name
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, '_')
    .replace(/^[_.-]+/, '')
    .slice(0, MAX_NAME);
  return safe === '' ? 'table' : safe;
}

/** A body whose first piece is there already; the next ones are made when they are asked for, none in advance. */
async function streamOf(
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  let first: IteratorResult<Uint8Array<ArrayBuffer>> | null = await pieces.next();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = first ?? (await pieces.next().catch(cutOff));
        first = null;
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** What ends a body is printed by the server's adapter; messages of database errors may hold parameters. */
function cutOff(error: unknown): never {
  const { code, name } = error as { code?: unknown; name?: unknown };
  throw new Error(`A table was cut off after its first rows: ${String(code ?? name)}.`);
}
