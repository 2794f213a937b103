import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { Database, withContext } from '../db/client.ts';
import { createLog } from '../log.ts';
import { type Attempt, beginAttempt } from './sign-in-attempts.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;
let test: TestDatabase;
let database: Database;
let now = NOON;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, log: createLog('silent') });
});
beforeEach(async () => {
  now = NOON;
  await database.owner.query('delete from sign_in_failures');
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const begin = (email: string, address = '10.0.0.1') =>
  beginAttempt({ pool: database.api, now: () => now }, { email, address });

/** How long to wait, ms; 0 for an attempt that may be made (and counts as failed from then on). */
async function waitMs(email: string, address?: string): Promise<number> {
  const begun = await begin(email, address);
  return 'waitMs' in begun ? begun.waitMs : 0;
}

async function attempt(email: string, address?: string): Promise<Attempt> {
  const begun = await begin(email, address);
  if ('waitMs' in begun) throw new Error(`has to wait ${begun.waitMs} ms`);
  return begun;
}

/** Guesses as fast as is let, from another address each time; answers the waits between the guesses, s. */
async function guess(email: string, times: number): Promise<number[]> {
  const waits: number[] = [];
  for (let i = 0; i < times; ) {
    const wait = await waitMs(email, `10.1.${i >> 8}.${i & 255}`);
    if (wait === 0) i++;
    else {
      waits.push(wait / 1000);
      now += wait;
    }
  }
  return waits;
}

async function subjects(): Promise<string[]> {
  const { rows } = await database.owner.query<{ subject: string }>('select subject from sign_in_failures order by 1');
  return rows.map((row) => row.subject);
}

describe('guesses at one account', () => {
  it('have to wait twice as long each time, up to a quarter of an hour, and are never shut out', async () => {
    const waits = await guess('a@example.com', 20);
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]);
  });

  it('come down to fifty or so in half a day, whatever the number of attempts', async () => {
    let passed = 0;
    for (; now < NOON + 12 * HOUR; now += 3 * 60_000) if ((await waitMs('a@example.com', `h${now}`)) === 0) passed++;
    expect(passed).toBeGreaterThan(40);
    expect(passed).toBeLessThan(70);
  });

  it('sent at once do not slip through together', async () => {
    // With every connection of the pool open they are at once in the database too.
    await Promise.all(Array.from({ length: 10 }, () => database.api.query('select pg_sleep(0.1)')));
    const waits = await Promise.all(Array.from({ length: 50 }, (_, i) => waitMs('a@example.com', `10.0.1.${i}`)));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(6);
  });

  it('do not hold up another account', async () => {
    await guess('a@example.com', 10);
    expect(await waitMs('b@example.com')).toBe(0);
  });

  it('are forgotten when the password was right', async () => {
    await guess('a@example.com', 5);
    await (await attempt('a@example.com')).succeeded();
    expect(await guess('a@example.com', 6)).toEqual([]);
  });

  it('that found nothing out are taken back, and forgive none', async () => {
    await guess('a@example.com', 5);
    for (let i = 0; i < 5; i++) await (await attempt('a@example.com', `10.2.0.${i}`)).withdrawn();
    expect(await waitMs('a@example.com')).toBe(0);
    expect(await waitMs('a@example.com')).toBe(1000);
  });

  it('begin anew the next day', async () => {
    await guess('a@example.com', 8);
    now = NOON + 24 * HOUR;
    expect(await guess('a@example.com', 6)).toEqual([]);
  });

  it('do not wait for a clock that was wrong to come true', async () => {
    now = NOON + 365 * 24 * HOUR;
    await guess('a@example.com', 12);
    now = NOON;
    expect(await waitMs('a@example.com')).toBe(0);
  });

  it('that come too early count nothing and leave nothing behind', async () => {
    await guess('a@example.com', 6);
    const before = await subjects();
    for (let i = 0; i < 20; i++) expect(await waitMs('a@example.com', `10.3.0.${i}`)).toBe(1000);
    expect(await subjects()).toEqual(before);
  });
});

describe('guesses from one address', () => {
  it('have to wait as well, however many accounts they are spread over', async () => {
    let refused = 0;
    for (let i = 0; i < 60; i++) if ((await waitMs(`spray-${i}@example.com`, '10.9.9.9')) > 0) refused++;
    expect(refused).toBe(29);
    expect(await waitMs('spray-99@example.com', '10.9.9.10')).toBe(0);
    now += 1000;
    expect(await waitMs('spray-99@example.com', '10.9.9.9')).toBe(0);
    expect(await waitMs('spray-99@example.com', '10.9.9.9')).toBe(2000);
  });

  it('are not forgiven by signing in to an account of one’s own', async () => {
    for (let i = 0; i < 30; i++) await attempt(`spray-${i}@example.com`, '10.9.9.9');
    for (let i = 0; i < 3; i++) await (await attempt('own@example.com', '10.9.9.9')).succeeded();
    expect(await waitMs('spray-98@example.com', '10.9.9.9')).toBe(0);
    expect(await waitMs('spray-99@example.com', '10.9.9.9')).toBe(1000);
  });
});

describe('guesses of everybody', () => {
  it('are slowed down too, but never for long', async () => {
    await database.owner.query(`insert into sign_in_failures (subject, failures, last_at) values ('all', 300, $1)`, [
      new Date(now),
    ]);
    expect(await waitMs('c1@example.com', '10.4.0.1')).toBe(0);
    expect(await waitMs('c2@example.com', '10.4.0.2')).toBe(100);
    for (let i = 0; i < 20; i++) {
      now += await waitMs(`d${i}@example.com`, `10.5.0.${i}`);
      await waitMs(`d${i}@example.com`, `10.5.0.${i}`);
    }
    expect(await waitMs('e@example.com', '10.6.0.1')).toBe(2000);
    now += HOUR;
    for (let i = 0; i < 5; i++) expect(await waitMs(`f${i}@example.com`, `10.7.0.${i}`)).toBe(0);
  });
});

it('what was typed where the address belongs is not kept', async () => {
  await waitMs('my password by mistake');
  expect((await subjects()).join()).not.toContain('password');
  expect(await subjects()).toContain('address:10.0.0.1');
});

it('the counts are seen by nobody whose context lacks HEARST-000', async () => {
  await waitMs('a@example.com');
  const seen = await withContext(database.api, { projectIds: ['QATAR-001'] }, (client) =>
    client.query('select subject from sign_in_failures'),
  );
  expect(seen.rows).toEqual([]);
});
