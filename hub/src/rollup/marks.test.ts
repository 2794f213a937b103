import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { type OracleFrame, type OracleSite, oracleRows } from '../../../test/harness/rollup-oracle.ts';
import { differences, makeSite, storedRows, storeFrames } from '../../../test/harness/rollup-world.ts';
import { Database, withContext } from '../db/client.ts';
import { beginRollup } from '../db/queries/rollup-marks.ts';
import { createLog } from '../log.ts';
import { rollUpFine } from './fine.ts';
import { rollUp } from './rollup.ts';

let test: TestDatabase;
let database: Database;
let site: OracleSite;
let made = 0;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, log: createLog('silent') });
});
afterAll(async () => {
  await database.close();
  await test.drop();
});
beforeEach(async () => {
  const project = `MARK-${String(++made).padStart(3, '0')}`;
  site = { project, zone: 'UTC', containers: { 'X-C01': 'X-T01', 'X-C02': null }, meters: {}, rated: {} };
  await makeSite(database.owner, site);
});

const DAY = 86_400_000;
const START = Date.UTC(2026, 5, 3, 10);
const run = (now: number) => rollUp({ pool: database.ingest, now: () => now });

function frame(container: string, minute: number): OracleFrame {
  return {
    container,
    at: START + minute * 60_000,
    interval: 60,
    total: 308,
    answering: 308,
    active: 300,
    hashrate: 140_000 + Math.sqrt(minute),
    expected: 145_000,
    power: 1700 + 1 / (minute + 3),
    source: 'miners',
    chip: null,
    board: null,
    supply: null,
    back: null,
    flow: null,
    pressures: null,
  };
}
const frames = (count: number): OracleFrame[] =>
  Array.from({ length: count }, (_, i) => frame(i % 2 === 0 ? 'X-C01' : 'X-C02', i >> 1));

async function wrong(of: readonly OracleFrame[]): Promise<string[]> {
  for (const days of [2, 3, 4]) await run(START + days * DAY);
  return differences(await storedRows(database.owner, site.project), oracleRows(site, of, []));
}

function query<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
  return withContext(database.ingest, { projectIds: [site.project] }, async (client) => {
    const { rows } = await client.query<T>(text, values);
    return rows;
  });
}

it('are there again when the job that took them is cut off', async () => {
  const all = frames(60);
  await storeFrames(database.ingest, site, all);
  const cut = withContext(database.ingest, { projectIds: [site.project] }, async (client) => {
    await beginRollup(client);
    const { taken } = await rollUpFine(client, { id: site.project, timeZone: 'UTC' }, START + DAY, 1000);
    expect(taken).toBe(60);
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.owner.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await client.query('select 1');
  });
  await expect(cut).rejects.toThrow();
  expect(await storedRows(database.owner, site.project)).toEqual(new Map());
  expect(await wrong(all)).toEqual([]);
});

it('are not lost while frames are stored and rolled up at once', async () => {
  const all = frames(400);
  let storing = true;
  // Two at once, as when a command runs beside the hub.
  const jobs = [0, 1].map(async () => {
    while (storing) await run(START + DAY);
  });
  const writers = [0, 1, 2].map(async (writer) => {
    for (let i = writer * 4; i < all.length; i += 12) await storeFrames(database.ingest, site, all.slice(i, i + 4));
  });
  await Promise.all(writers);
  storing = false;
  await Promise.all(jobs);
  expect(await wrong(all)).toEqual([]);
});

it('are taken by one job at a time: what two compute of one bucket joins', async () => {
  const [one, other] = [frame('X-C01', 0), frame('X-C02', 1)];
  await storeFrames(database.ingest, site, [one]);
  let second: Promise<unknown> = Promise.resolve();
  await withContext(database.ingest, { projectIds: [site.project] }, async (client) => {
    await beginRollup(client);
    await rollUpFine(client, { id: site.project, timeZone: 'UTC' }, START + DAY, 1000);
    await storeFrames(database.ingest, site, [other]);
    second = run(START + DAY);
    await sleep(300);
  });
  await second;
  expect(await wrong([one, other])).toEqual([]);
});

it('are taken with the frames of one moment: what is stored meanwhile waits for its own', async () => {
  const [one, other] = [frame('X-C01', 0), frame('X-C01', 1)];
  await storeFrames(database.ingest, site, [one]);
  await withContext(database.ingest, { projectIds: [site.project] }, async (client) => {
    await beginRollup(client);
    await client.query('select from rollup_marks');
    await storeFrames(database.ingest, site, [other]);
    await rollUpFine(client, { id: site.project, timeZone: 'UTC' }, START + DAY, 1000);
  });
  const fine = (rows: ReadonlyMap<string, unknown>) => new Map([...rows].filter(([key]) => key.includes(' 300 ')));
  const stored = fine(await storedRows(database.owner, site.project)) as Awaited<ReturnType<typeof storedRows>>;
  const wanted = fine(oracleRows(site, [one], [])) as typeof stored;
  expect(differences(stored, wanted)).toEqual([]);
  expect(await query('select from rollup_marks')).toHaveLength(1);
  expect(await wrong([one, other])).toEqual([]);
});

it('are laid down once for a frame that comes twice, and not at all for one that is rolled back', async () => {
  await storeFrames(database.ingest, site, frames(4));
  await storeFrames(database.ingest, site, frames(4));
  await expect(
    withContext(database.ingest, { projectIds: [site.project] }, async (client) => {
      await client.query(
        "insert into rollup_marks (project_id, scope, scope_id, from_at, to_at) values ($1, 'container', 'X-C01', now(), now())",
        [site.project],
      );
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  expect(await query('select mark_id from rollup_marks')).toHaveLength(4);
});

it('give the same bits again when the same buckets are computed again', async () => {
  await storeFrames(database.ingest, site, frames(200));
  for (const days of [1, 2, 3]) await run(START + days * DAY);
  const bits = () =>
    query('select (m.*)::text as row from (select * from metrics order by scope, scope_id, resolution_s, timestamp) m');
  const withoutTime = (rows: object[]) => rows.map((row) => JSON.stringify(row).replace(/rollup,[^,]*/, ''));
  const before = withoutTime(await bits());
  await query(
    `insert into rollup_marks (project_id, scope, scope_id, from_at, to_at)
     select $1, 'container', id, $2::timestamptz, $2::timestamptz + interval '2 hours' from unnest(array['X-C02', 'X-C01']) id`,
    [site.project, new Date(START)],
  );
  for (const days of [4, 5, 6]) await run(START + days * DAY);
  expect(withoutTime(await bits())).toEqual(before);
  expect(before.length).toBeGreaterThan(50);
});

it('leave rows alone that were not rolled up here, but where there are frames', async () => {
  const legacy = (resolution: number, at: number) =>
    query(
      `insert into metrics (project_id, scope, scope_id, resolution_s, timestamp, hashrate_eh, source)
       values ($1, 'container', 'X-C01', $2, $3, 1, 'legacy')`,
      [site.project, resolution, new Date(at)],
    );
  for (const resolution of [900, 3600]) await legacy(resolution, START - 3_600_000);
  await legacy(900, START);
  await legacy(3600, START);
  await storeFrames(database.ingest, site, frames(20));
  for (const days of [1, 2, 3]) await run(START + days * DAY);
  const rows = await query(
    `select resolution_s, extract(epoch from timestamp)::int - $1 as at, source from metrics
     where scope = 'container' and scope_id = 'X-C01' and resolution_s in (900, 3600) order by 1, 2`,
    [START / 1000],
  );
  expect(rows).toEqual([
    { resolution_s: 900, at: -3600, source: 'legacy' },
    { resolution_s: 900, at: 0, source: 'legacy' },
    { resolution_s: 3600, at: -3600, source: 'legacy' },
    { resolution_s: 3600, at: 0, source: 'rollup' },
  ]);
});

it('measure what still runs up to now, and once more when it is over', async () => {
  await storeFrames(database.ingest, site, [frame('X-C01', 0), frame('X-C01', 1)]);
  const reporting = async () =>
    (
      await query<{ reporting: number }>(
        "select reporting from metrics where scope_id = 'X-C01' and resolution_s = 300 and timestamp = $1",
        [new Date(START)],
      )
    )[0]?.reporting;
  await run(START + 100_000);
  expect(await reporting()).toBe(308);
  await run(START + 300_000);
  expect(await reporting()).toBe(123);
});

it('keeps whose a container was, and how many were expected, when the inventory changes', async () => {
  const all = frames(20);
  await storeFrames(
    database.ingest,
    site,
    all.filter((_, i) => i < 6 || i > 9),
  );
  for (const days of [1, 2, 3]) await run(START + days * DAY);
  await query("insert into containers (project_id, container_id) values ($1, 'X-C09')", [site.project]);
  await query("insert into transformers (project_id, transformer_id) values ($1, 'X-T02')", [site.project]);
  await query("update containers set transformer_id = 'X-T02' where container_id = 'X-C01'");
  await storeFrames(database.ingest, site, all.slice(6, 10));
  expect(await wrong(all)).toEqual([]);
  const rows = await query(
    "select distinct scope_id, transformer_id, expected from metrics where scope = 'container' and resolution_s = 3600 order by 1",
  );
  expect(rows).toEqual([
    { scope_id: 'X-C01', transformer_id: 'X-T01', expected: 308 },
    { scope_id: 'X-C02', transformer_id: null, expected: 308 },
  ]);
});
