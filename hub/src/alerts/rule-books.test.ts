import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { Database } from '../db/client.ts';
import { createLog, type Log } from '../log.ts';
import { RuleBooks } from './rule-books.ts';

let test: TestDatabase;
let database: Database;
let now = 1_000_000;
const told: Record<string, unknown>[] = [];
const log = { ...createLog('silent'), warn: (fields: Record<string, unknown>) => void told.push(fields) } as Log;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, log: createLog('silent') });
});
afterAll(async () => {
  await database?.close();
  await test?.drop();
});

const books = (pool: Pool = database.ingest): RuleBooks => new RuleBooks({ pool, log, now: () => now });
const override = async (project: string, rule: string, definition: object): Promise<void> => {
  await database.owner.query(
    `insert into alert_rules (project_id, rule_id, alert_type, definition) values ($1, $2, $2, $3)
     on conflict (project_id, rule_id) do update set definition = excluded.definition`,
    [project, rule, JSON.stringify(definition)],
  );
};

it('are those of the company, then those of the project; nobody else has them', async () => {
  await override('HEARST-000', 'supply_hot', { raise: 36 });
  await override('HEARST-000', 'supply_too_hot', { raise: 41 });
  await override('RULES-001', 'supply_hot', { raise: 35 });
  const own = await books().of('RULES-001');
  expect([own?.get('supply_hot')?.raise, own?.get('supply_too_hot')?.raise]).toEqual([35, 41]);
  expect((await books().of('RULES-002'))?.get('supply_hot')?.raise).toBe(36);
});

it('are read again after half a minute, or when they are forgotten', async () => {
  const cache = books();
  const raise = async (): Promise<number | null | undefined> => (await cache.of('RULES-003'))?.get('leak')?.holdS;
  expect(await raise()).toBe(0);
  await override('RULES-003', 'leak', { hold_s: 1 });
  now += 29_999;
  expect(await raise()).toBe(0);
  now += 1;
  expect(await raise()).toBe(1);
  await override('RULES-003', 'leak', { hold_s: 2 });
  cache.forget('RULES-003');
  expect(await raise()).toBe(2);
  await override('RULES-003', 'leak', { hold_s: 3 });
  cache.forget('HEARST-000');
  expect(await raise()).toBe(3);
});

it('a bad change is told once, and the rest holds', async () => {
  await override('RULES-004', 'leak', { hold_s: 'soon' });
  await override('RULES-004', 'level_low', { hold_s: 5 });
  const cache = books();
  told.length = 0;
  for (let i = 0; i < 3; i++) {
    expect((await cache.of('RULES-004'))?.get('level_low')?.holdS).toBe(5);
    now += 60_000;
  }
  expect(told).toEqual([{ project: 'RULES-004', rule: 'leak', reason: expect.stringContaining('hold_s') }]);
});

it('while they cannot be read the last known ones stand, and there are none at first', async () => {
  let broken = false;
  const pool = {
    connect: () => (broken ? Promise.reject(new Error('away')) : database.ingest.connect()),
  } as unknown as Pool;
  const cache = books(pool);
  await override('RULES-005', 'leak', { hold_s: 9 });
  expect((await cache.of('RULES-005'))?.get('leak')?.holdS).toBe(9);
  broken = true;
  cache.forget('RULES-005');
  told.length = 0;
  expect((await cache.of('RULES-005'))?.get('leak')?.holdS).toBe(9);
  expect((await cache.of('RULES-005'))?.get('leak')?.holdS).toBe(9);
  expect(told).toEqual([{ project: 'RULES-005', reason: 'away' }]); // not asked for again at once
  expect(await cache.of('RULES-006')).toBeNull();
  broken = false;
  now += 5000;
  expect((await cache.of('RULES-006'))?.get('leak')?.holdS).toBe(0);
});

it('nobody waits for long where nothing answers', async () => {
  const pool = { connect: () => new Promise(() => {}) } as unknown as Pool;
  const begun = performance.now();
  expect(await books(pool).of('RULES-007')).toBeNull();
  expect(performance.now() - begun).toBeLessThan(5000);
});
