import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { until } from '../../../test/harness/until.ts';
import { Database } from '../db/client.ts';
import { createLog } from '../log.ts';
import { Jobs } from './jobs.ts';

const log = createLog('silent');
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

interface Runner {
  readonly database: Database;
  readonly jobs: Jobs;
  runs: number;
}

let running = 0;
let most = 0;

/** A hub's jobs: one that takes a while, every second. */
async function runner(work: (signal: AbortSignal) => Promise<void> = () => sleep(300)): Promise<Runner> {
  const database = await Database.open({ url: test.url, log });
  const jobs = new Jobs({ owner: database.owner, log });
  const made: Runner = { database, jobs, runs: 0 };
  jobs.add({
    name: 'work',
    everyS: 1,
    async run(signal) {
      made.runs++;
      most = Math.max(most, ++running);
      await work(signal).finally(() => running--);
    },
  });
  jobs.start();
  return made;
}

async function end(...runners: Runner[]): Promise<void> {
  await Promise.all(runners.map(({ jobs }) => jobs.stop()));
  await Promise.all(runners.map(({ database }) => database.close()));
}

it('run on one hub at a time, of two that start at once, and on the other when one stops', async () => {
  const [one, two] = await Promise.all([runner(), runner()]);
  await until(() => one.runs + two.runs >= 4, { withinMs: 20_000, what: 'four runs' });
  expect(most).toBe(1);
  await one.jobs.stop();
  const before = two.runs;
  await until(() => two.runs >= before + 2, { withinMs: 20_000, what: 'runs of the hub that stays' });
  await end(one, two);
});

it('go on when their connections were cut', async () => {
  const one = await runner();
  await until(() => one.runs >= 1, { withinMs: 20_000, what: 'a run' });
  await one.database.owner.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  const before = one.runs;
  await until(() => one.runs >= before + 2, { withinMs: 30_000, what: 'runs after the cut' });
  await end(one);
});

it('end with the hub, in the middle of a run and of a start', async () => {
  const one = await runner((signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())));
  await until(() => one.runs >= 1, { withinMs: 20_000, what: 'a run' });
  const start = performance.now();
  await end(one);
  expect(performance.now() - start).toBeLessThan(4000);
  await end(await runner());
});
