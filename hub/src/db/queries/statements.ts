import type { ClientBase, QueryResultRow } from 'pg';
import { byteaArray } from './arrays.ts';

/**
 * What the statements of ingest are made of. Each is for a whole group of frames at once (measured: eight frames to a
 * transaction) and runs in a transaction whose context is the one project of the group.
 */

/** The rows that a statement answers. */
export async function rowsFor<T extends QueryResultRow>(
  client: ClientBase,
  text: string,
  values: unknown[],
): Promise<T[]> {
  const { rows } = await client.query<T>(text, values);
  return rows;
}

/** Milliseconds since 1970 to timestamptz, exact to the microsecond. */
export const timeOf = (ms: string): string => `to_timestamp(${ms} / 1000.0)`;

/** A column of a table: its name, its type, and the field of the row object. */
export type Column<R> = readonly [column: string, type: string, field: keyof R];

/** `unnest($2::text[], ...) n (...)` and the parameters for a list of rows. */
export function unnested<R>(
  specs: readonly Column<R>[],
  first: number,
): { from: string; values: (rows: readonly R[]) => unknown[] } {
  const types = specs.map(([, type], i) => `$${first + i}::${type === 'time' ? 'double precision' : type}[]`);
  const names = specs.map(([column]) => column);
  return {
    from: `unnest(${types.join(', ')}) n (${names.join(', ')})`,
    values: (rows) =>
      specs.map(([, type, field]) => {
        const column = rows.map((row) => row[field]);
        return type === 'bytea' ? byteaArray(column as Buffer[]) : column;
      }),
  };
}

/** A column as it stands in a select list over `n`. */
export function selected<R>([column, type]: Column<R>): string {
  return type === 'time' ? timeOf(`n.${column}`) : `n.${column}`;
}
