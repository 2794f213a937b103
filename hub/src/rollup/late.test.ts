import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { type OracleFrame, type OracleMeterFrame, oracleRows } from '../../../test/harness/rollup-oracle.ts';
import { differences, makeSite, storedRows, storeFrames } from '../../../test/harness/rollup-world.ts';
import { Database, withContext } from '../db/client.ts';
import { createLog } from '../log.ts';
import { rollUp } from './rollup.ts';

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, log: createLog('silent') });
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const DAY = 86_400_000;
const START = Date.UTC(2026, 5, 3, 10, 2);
const NOW = START + 40 * DAY;
const INVENTORY = {
  zone: 'Asia/Kolkata',
  containers: { 'X-C01': 'X-T01', 'X-C02': 'X-T01', 'X-C03': null },
  meters: { 'X-E01': 'X-T01' },
  rated: { 'X-T01': 3750 },
};

function frame(container: string, minute: number, answering = 308): OracleFrame {
  const some = answering > 0;
  return {
    container,
    at: START + minute * 60_000,
    interval: 60,
    total: 308,
    answering,
    active: answering,
    hashrate: some ? 140_000 + minute : null,
    expected: some ? 145_000 : null,
    power: some ? 1700 + minute : null,
    source: some ? 'miners' : null,
    chip: some ? [60, 70, 80 + (minute % 7)] : null,
    board: null,
    supply: 30,
    back: 40 + (minute % 3),
    flow: null,
    pressures: null,
  };
}

function meter(minute: number): OracleMeterFrame {
  const counter = minute % 5 === 0 ? 5000 + minute * 58 : null;
  return { meter: 'X-E01', at: START + minute * 60_000, interval: 60, power: 3480, apparent: 3500, counter };
}

const minutes = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const run = (now: number) => rollUp({ pool: database.ingest, now: () => now });

async function settled(project: string, now: number): Promise<Awaited<ReturnType<typeof storedRows>>> {
  for (const later of [0, DAY, 2 * DAY]) await run(now + later);
  return storedRows(database.owner, project);
}

/** What retention does when frames have been kept long enough. */
async function forget(project: string, rawFrom: number): Promise<void> {
  await withContext(database.owner, { projectIds: [project] }, (client) =>
    client.query('insert into raw_horizons (project_id, raw_from) values ($1, $2)', [project, new Date(rawFrom)]),
  );
  await withContext(database.owner, { projectIds: [project] }, async (client) => {
    for (const table of ['container_frames', 'meter_frames'])
      await client.query(`delete from ${table} where project_id = $1 and at < $2`, [project, new Date(rawFrom)]);
  });
}

it('adds what comes after the raw frames have gone, once, to every level', async () => {
  const site = { ...INVENTORY, project: 'LATE-001' };
  await makeSite(database.owner, site);
  const first = [...minutes(0, 60).map((m) => frame('X-C01', m)), ...minutes(0, 60).map((m) => frame('X-C03', m))];
  await storeFrames(database.ingest, site, first);
  await settled(site.project, START + DAY);
  await forget(site.project, START + 30 * DAY);
  // A container and the meter were cut off all the while.
  const late = minutes(0, 90).map((m) => frame('X-C02', m, m < 70 ? 308 : 0));
  const lateMeter = minutes(0, 60).map(meter);
  await storeFrames(database.ingest, site, late.slice(0, 50));
  await run(NOW);
  await storeFrames(database.ingest, site, late.slice(50), lateMeter);
  await storeFrames(database.ingest, site, late, lateMeter);
  const stored = await settled(site.project, NOW);
  // Least and greatest of what consists of several members keep what they were; all else is as if nothing had been late.
  const wanted = oracleRows(site, [...first, ...late], lateMeter);
  const apart = /(project|transformer).*(min|max) is|power_source/;
  expect(differences(stored, wanted).filter((difference) => !apart.test(difference))).toEqual([]);
  const lateRows = [...stored].filter(([, row]) => (row as { late: unknown }).late).map(([key]) => key);
  expect(lateRows).toContain('project LATE-001 86400 2026-06-02T18:30:00.000Z');
  expect(lateRows).not.toContain('container X-C01 300 2026-06-03T10:00:00.000Z');
});

it('does not add to what was covered all along: a frame that is sent again is not known any more', async () => {
  const site = { ...INVENTORY, project: 'LATE-004' };
  await makeSite(database.owner, site);
  const first = minutes(0, 60).map((m) => frame('X-C01', m));
  await storeFrames(database.ingest, site, first);
  const before = await settled(site.project, START + DAY);
  await forget(site.project, START + 30 * DAY);
  expect(await storeFrames(database.ingest, site, first.slice(3, 58))).toBe(55);
  expect(await settled(site.project, NOW)).toEqual(before);
});

it('computes from frames again what the horizon leaves whole', async () => {
  const site = { ...INVENTORY, project: 'LATE-003' };
  await makeSite(database.owner, site);
  const first = minutes(0, 300).map((m) => frame('X-C01', m));
  await storeFrames(database.ingest, site, first);
  await settled(site.project, START + DAY);
  const rawFrom = START + 100 * 60_000;
  await forget(site.project, rawFrom);
  const late = minutes(60, 280).map((m) => frame('X-C02', m));
  for (const some of [late.slice(100), late.slice(0, 100)]) {
    await storeFrames(database.ingest, site, some);
    await run(NOW);
  }
  const wanted = oracleRows(site, [...first, ...late], []);
  const apart = /(project|transformer).*(min|max) is/;
  const found = differences(await settled(site.project, NOW), wanted);
  expect(found.filter((difference) => !apart.test(difference))).toEqual([]);
});
