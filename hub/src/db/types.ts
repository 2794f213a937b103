import pg from 'pg';

const INT8 = pg.types.builtins.INT8;
/** int8[], a type that the library's list of names leaves out. */
const INT8_ARRAY: number = 1016;

/**
 * How values come out of the database. As `pg` does it (timestamptz as Date with milliseconds, numeric as text, jsonb
 * parsed, float as number), with one decision of our own: int8, and so count() and sum(int), is a number. All of ours
 * (sequence numbers, byte and row counts) stay below 2^53; one that does not is an error rather than a rounded value.
 */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format === 'binary') return pg.types.getTypeParser(oid, 'binary');
    if (oid === INT8) return int8;
    if (oid === INT8_ARRAY) return int8Array;
    return pg.types.getTypeParser(oid, 'text');
  },
};

function int8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`the database holds ${text}, which is no exact number here (2^53 or more)`);
}

function int8Array(text: string): (number | null)[] {
  const parse = pg.types.getTypeParser(INT8_ARRAY as never, 'text') as (text: string) => (string | null)[];
  return parse(text).map((entry) => (entry === null ? null : int8(entry)));
}
