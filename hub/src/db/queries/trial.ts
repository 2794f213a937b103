import type { ClientBase } from 'pg';

/** Does `work` and takes back whatever it changed; the transaction goes on. Answers what `work` did. */
export async function inTrial<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('savepoint trial');
  const result = await work();
  await client.query('rollback to savepoint trial');
  return result;
}
