import { type ContainerFrame, METRICS, type MetricName, metricNames, minerIdOf } from '@hearst/protocol';
import type { Connection, Submittable } from 'pg';

/**
 * The plain way of storing readings, as good as it gets: one row per miner, every metric a column, `COPY` in large
 * chunks. The peer of the hub's ingest.
 */
const METRIC_COLUMNS: readonly MetricName[] = metricNames('miner');

const isCounter = (name: MetricName): boolean => METRICS[name].kind === 'counter';

export const CREATE_TABLE = `create table copied_readings (
  project_id text not null, miner_id text not null, at timestamptz not null, status smallint not null,
  ${METRIC_COLUMNS.map((name) => `${name} ${isCounter(name) ? 'double precision' : 'real'}`).join(', ')},
  primary key (project_id, miner_id, at))`;

export type CopyFormat = 'text' | 'binary';

export const copyStatement = (format: CopyFormat): string => `copy copied_readings from stdin (format ${format})`;

const CHUNK_BYTES = 256 * 1024;

/** The rows of some frames as COPY reads them. */
export function encodeRows(frames: readonly ContainerFrame[], format: CopyFormat): Buffer[] {
  return format === 'text' ? textRows(frames) : binaryRows(frames);
}

function textRows(frames: readonly ContainerFrame[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (const { project, container, at, positions, status, columns } of frames) {
    const time = new Date(at).toISOString();
    const metrics = METRIC_COLUMNS.map((name) => columns[name]);
    let text = '';
    for (let i = 0; i < positions.length; i++) {
      text += `${project}\t${minerIdOf(container, positions[i] as number)}\t${time}\t${status[i]}`;
      for (const column of metrics) text += `\t${column?.[i] ?? '\\N'}`;
      text += '\n';
    }
    chunks.push(Buffer.from(text, 'latin1'));
  }
  return chunks;
}

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TRAILER = Buffer.from([0xff, 0xff]);
/** Microseconds from 1970 to 2000, where Postgres counts from. */
const EPOCH_US = 946_684_800_000_000n;
const MOST_ROW_BYTES = 256;

function binaryRows(frames: readonly ContainerFrame[]): Buffer[] {
  const chunks: Buffer[] = [SIGNATURE];
  let chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let end = 0;
  for (const { project, container, at, positions, status, columns } of frames) {
    const time = BigInt(at) * 1000n - EPOCH_US;
    const metrics = METRIC_COLUMNS.map((name) => ({ column: columns[name], bytes: isCounter(name) ? 8 : 4 }));
    for (let i = 0; i < positions.length; i++) {
      if (end + MOST_ROW_BYTES > CHUNK_BYTES) {
        chunks.push(chunk.subarray(0, end));
        chunk = Buffer.allocUnsafe(CHUNK_BYTES);
        end = 0;
      }
      end = chunk.writeInt16BE(4 + metrics.length, end);
      end = writeText(chunk, project, end);
      end = writeText(chunk, minerIdOf(container, positions[i] as number), end);
      end = chunk.writeInt32BE(8, end);
      end = chunk.writeBigInt64BE(time, end);
      end = chunk.writeInt32BE(2, end);
      end = chunk.writeInt16BE(status[i] as number, end);
      for (const { column, bytes } of metrics) {
        const value = column?.[i];
        if (value === null || value === undefined) end = chunk.writeInt32BE(-1, end);
        else {
          end = chunk.writeInt32BE(bytes, end);
          end = bytes === 8 ? chunk.writeDoubleBE(value, end) : chunk.writeFloatBE(value, end);
        }
      }
    }
  }
  chunks.push(chunk.subarray(0, end), TRAILER);
  return chunks;
}

function writeText(into: Buffer, text: string, at: number): number {
  const start = into.writeInt32BE(text.length, at);
  return start + into.write(text, start, 'latin1');
}

interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** One `COPY ... FROM STDIN` of ready-made chunks, for `client.query(...)`: a commit of its own. */
export class CopyIn implements Submittable {
  readonly done: Promise<void>;
  readonly #text: string;
  readonly #chunks: readonly Buffer[];
  readonly #end = Promise.withResolvers<void>();

  constructor(text: string, chunks: readonly Buffer[]) {
    this.#text = text;
    this.#chunks = chunks;
    this.done = this.#end.promise;
  }

  submit(connection: Connection): void {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    for (const chunk of this.#chunks) connection.sendCopyFromChunk(chunk);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#end.resolve();
  }

  handleError(error: Error): void {
    this.#end.reject(error);
  }
}
