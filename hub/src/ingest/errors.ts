import { isConnectionTrouble } from '../db/client.ts';

/**
 * What an error while storing means for the batch:
 *
 * - `retry`: trouble of the moment (deadlock, connection, resources, shutdown, timeouts); the same bytes may go in later
 * - `reject`: Postgres will never take this data; it goes to quarantine
 * - `bug`: our statement is wrong; nobody acks, nothing is thrown away, a person is needed
 */
export type StoreFault = 'retry' | 'reject' | 'bug';

export function classify(error: unknown): StoreFault {
  if (isConnectionTrouble(error)) return 'retry';
  const code = sqlState(error);
  if (code === null) return isPoolTimeout(error) ? 'retry' : 'bug';
  if (/^(40|08|53|57|55|58|XX|25P03)/.test(code)) return 'retry';
  if (/^(22|23)/.test(code)) return 'reject';
  return 'bug';
}

/** Whether the error says that Postgres as a whole cannot be used just now. */
export function isAway(error: unknown): boolean {
  if (isConnectionTrouble(error) || isPoolTimeout(error)) return true;
  return /^(08|53|57P0)/.test(sqlState(error) ?? '');
}

/** The five characters, or null for an error that did not come from Postgres. */
export function sqlState(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** One line about an error without the parameters or rows that Postgres' detail may hold. */
export function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const state = sqlState(error);
  return (state ? `${state} ${message}` : message).slice(0, 300);
}

function isPoolTimeout(error: unknown): boolean {
  return (
    error instanceof Error && /timeout exceeded when trying to connect|Cannot use a pool after/.test(error.message)
  );
}
