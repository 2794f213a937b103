/**
 * Arrays in Postgres' binary format. `pg` sends a Buffer parameter as binary, whatever its type, so a column of
 * thousands of numbers is written once, here, instead of being turned to text, quoted, and parsed by the server.
 */
const OIDS = { int4: 23, float8: 701, bytea: 17 } as const;
const HEADER = 20;
const NULL = -1;

/** float8[] of a column; undefined counts as null. */
export function float8Array(values: readonly (number | null | undefined)[]): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER + 12 * values.length);
  let at = writeHeader(buffer, OIDS.float8, values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || value === undefined) {
      at = buffer.writeInt32BE(NULL, at);
    } else {
      at = buffer.writeInt32BE(8, at);
      at = buffer.writeDoubleBE(value, at);
    }
  }
  return buffer.subarray(0, at);
}

export function int4Array(values: readonly number[]): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER + 8 * values.length);
  let at = writeHeader(buffer, OIDS.int4, values.length);
  for (let i = 0; i < values.length; i++) {
    at = buffer.writeInt32BE(4, at);
    at = buffer.writeInt32BE(values[i] ?? 0, at);
  }
  return buffer;
}

export function byteaArray(values: readonly Uint8Array[]): Buffer {
  return joined(OIDS.bytea, values.length, values.map(element));
}

function element(bytes: Uint8Array): Buffer {
  const length = Buffer.allocUnsafe(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function joined(oid: number, count: number, parts: readonly Buffer[]): Buffer {
  const header = Buffer.allocUnsafe(HEADER);
  writeHeader(header, oid, count);
  return Buffer.concat([header, ...parts]);
}

/** One dimension from index 1; the flag "has nulls" is not needed by the reader. */
function writeHeader(buffer: Buffer, oid: number, count: number): number {
  let at = buffer.writeInt32BE(1, 0);
  at = buffer.writeInt32BE(1, at);
  at = buffer.writeInt32BE(oid, at);
  at = buffer.writeInt32BE(count, at);
  return buffer.writeInt32BE(1, at);
}
