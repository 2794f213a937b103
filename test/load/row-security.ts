import type { ClientBase } from 'pg';
import { Database, withContext } from '../../hub/src/db/client.ts';
import { createLog } from '../../hub/src/log.ts';
import { median } from './benchmark.ts';

/** One query of the API, as its route asks it. */
export type HotQuery = (client: ClientBase) => Promise<unknown>;

const ROUNDS = 15;
const PER_ROUND = 5;

/**
 * What row security costs: each query on one connection as the API asks it (hearst_api, a super admin's list of every
 * project), and on another as a superuser whom no policy holds, in turn. Milliseconds a query, medians of rounds.
 */
export async function withAndWithoutPolicies(
  url: string,
  queries: Readonly<Record<string, HotQuery>>,
): Promise<Record<string, { held: number; free: number }>> {
  const database = await Database.open({ url, log: createLog('silent'), connections: { api: 1, owner: 1 } });
  const reader = { role: 'super_admin', readOnly: true } as const;
  try {
    const results: Record<string, { held: number; free: number }> = {};
    for (const [name, query] of Object.entries(queries)) {
      results[name] = await withContext(database.api, reader, (held) =>
        withContext(database.owner, reader, (free) => inTurn(query, held, free)),
      );
    }
    return results;
  } finally {
    await database.close();
  }
}

async function inTurn(query: HotQuery, held: ClientBase, free: ClientBase): Promise<{ held: number; free: number }> {
  const times = { held: [] as number[], free: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.held.push(await timed(query, held));
    times.free.push(await timed(query, free));
  }
  // The first round warms both up.
  return { held: median(times.held.slice(1)), free: median(times.free.slice(1)) };
}

async function timed(query: HotQuery, client: ClientBase): Promise<number> {
  const begun = performance.now();
  for (let i = 0; i < PER_ROUND; i++) await query(client);
  return (performance.now() - begun) / PER_ROUND;
}
