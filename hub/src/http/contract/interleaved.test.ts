import { afterAll, expect, it } from 'vitest';
import { type Asker, askersOf } from './askers.ts';
import { send } from './send.ts';
import { openWorld } from './tenants.ts';

const REQUESTS = 10_000;
/** Enough to keep the one connection busy with both tenants' transactions in turn, and nobody waits long. */
const AT_ONCE = 8;
/** Mostly the cheapest there is, which names the projects that the database shows; both tenants hold a BOTH-C01. */
const PATHS = [...Array<string>(18).fill('/api/session'), '/api/projects', '/api/containers/BOTH-C01'];

const world = await openWorld(['NORTH', 'SOUTH'], { connections: { api: 1 } });
afterAll(() => world.close());
const { api, tenants } = world;

it(`${REQUESTS} requests of two tenants take turns on one connection, and each sees its own`, async () => {
  const askers = tenants.flatMap((tenant, i) => {
    const foreign = tenants[1 - i]!;
    const some = askersOf(tenant, { last: true });
    const operator = (by: Asker['kind']) => some.find(({ role, kind }) => role === 'operator' && kind === by)!;
    // Keys cost less to check; sessions are there now and then.
    return [...Array<Asker>(9).fill(operator('key')), operator('session')].map((asker) => ({
      asker,
      own: tenant.project,
      foreign: foreign.project,
    }));
  });
  let next = 0;
  const wrong: string[] = [];
  const lane = async (): Promise<void> => {
    for (let i = next++; i < REQUESTS; i = next++) {
      // Which tenant asks next follows no pattern that the connection could fall in step with.
      const { asker, own, foreign } = askers[((i * 2_654_435_761) >>> 8) % askers.length]!;
      const path = PATHS[i % PATHS.length]!;
      const answered = await send(api, { method: 'get', path, headers: {}, body: null }, asker);
      const text = answered?.text ?? '';
      if (answered?.status !== 200 || !text.includes(own) || text.includes(foreign))
        wrong.push(`${i} ${asker.name} ${answered?.status}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  expect(wrong).toEqual([]);
  const { rows } = await api.database.owner.query<{ connections: number }>(
    "select count(*)::int as connections from pg_stat_activity where application_name = 'hearst-hub api' and datname = current_database()",
  );
  expect(rows[0]).toEqual({ connections: 1 });
}, 300_000);
