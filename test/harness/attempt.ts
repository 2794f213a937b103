import pg from 'pg';
import { type DatabaseContext, withContext } from '../../hub/src/db/client.ts';

/** The SQLSTATE of a missing grant, of a row that a policy refuses, and of a trigger that says the same. */
export const NOT_ALLOWED = '42501';

/** What became of a statement. */
export interface Attempt {
  /** What Postgres said; null when the statement ran. */
  readonly refused: { readonly code: string | undefined; readonly message: string } | null;
  /** The column `row` of each row it returned. */
  readonly rows: readonly string[];
  /** How many rows it returned or changed; 0 when it was refused. */
  readonly count: number;
}

/** Runs a statement in a context and takes it back. */
export async function attempt(pool: pg.Pool, context: DatabaseContext, statement: string): Promise<Attempt> {
  let outcome: Attempt = { refused: null, rows: [], count: 0 };
  const takeBack = new Error('taken back');
  await withContext(pool, context, async (client) => {
    try {
      const { rows, rowCount } = await client.query<{ row: string }>(statement);
      outcome = { refused: null, rows: rows.map(({ row }) => row), count: rowCount ?? 0 };
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      outcome = { refused: { code: error.code, message: error.message }, rows: [], count: 0 };
    }
    throw takeBack;
  }).catch((error: unknown) => {
    if (error !== takeBack) throw error;
  });
  return outcome;
}

/** Whether row security lets a statement through; a refusal by a key or a check comes after it. */
export function passes({ refused, count }: Attempt): boolean {
  return count > 0 || (refused !== null && refused.code !== NOT_ALLOWED);
}
