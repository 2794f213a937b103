import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import {
  type OracleFrame,
  type OracleMeterFrame,
  type OracleSite,
  oracleRows,
} from '../../../test/harness/rollup-oracle.ts';
import { differences, makeSite, storedRows, storeFrames } from '../../../test/harness/rollup-world.ts';
import { Database } from '../db/client.ts';
import { createLog } from '../log.ts';
import { rollUp } from './rollup.ts';

let test: TestDatabase;
let database: Database;
let made = 0;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, log: createLog('silent') });
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const MINUTE = 60_000;
const DAY = 86_400_000;
const CONTAINERS = { 'X-C01': 'X-T01', 'X-C02': 'X-T01', 'X-C03': 'X-T02', 'X-C04': null };
const METERS = { 'X-E01': 'X-T01', 'X-E03': 'X-T03' };

async function newSite(zone: string): Promise<OracleSite> {
  const project = `ROLL-${String(++made).padStart(3, '0')}`;
  const site = { project, zone, containers: CONTAINERS, meters: METERS, rated: { 'X-T01': 3750, 'X-T03': 1000 } };
  await makeSite(database.owner, site);
  return site;
}

/** Runs jobs until the far future: whatever waits, and what is due when buckets are over. */
async function settle(from: number): Promise<void> {
  for (const days of [3, 4, 5]) await rollUp({ pool: database.ingest, now: () => from + days * DAY });
}

/** Days whose clocks change, and one with an odd half hour: their midnights lie close to the frames. */
const PLACES = [
  { zone: 'Europe/Paris', around: Date.UTC(2026, 2, 29, 21, 30) },
  { zone: 'Europe/Paris', around: Date.UTC(2026, 9, 25, 22, 40) },
  { zone: 'Europe/London', around: Date.UTC(2026, 2, 29, 22, 20) },
  { zone: 'Europe/London', around: Date.UTC(2026, 9, 25, 22, 20) },
  { zone: 'Atlantic/Azores', around: Date.UTC(2026, 9, 25, 23, 10) },
  { zone: 'Asia/Kolkata', around: Date.UTC(2026, 5, 3, 18, 20) },
  { zone: 'Asia/Qatar', around: Date.UTC(2026, 5, 3, 23, 30) },
] as const;

const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null, freq: 6 });
const temps = fc.tuple(
  fc.integer({ min: 20, max: 60 }),
  fc.integer({ min: 61, max: 89 }),
  fc.integer({ min: 90, max: 110 }),
);
const said = fc.record({
  container: fc.constantFrom(...Object.keys(CONTAINERS)),
  interval: fc.constantFrom(60, 60, 60, 30, 300, 900),
  total: fc.constantFrom(308, 308, 300),
  answering: fc.constantFrom(0, 0, 308, 299, 150),
  active: fc.integer({ min: 0, max: 150 }),
  hashrate: maybe(fc.double({ min: 0, max: 150_000, noNaN: true })),
  expected: maybe(fc.double({ min: 1000, max: 150_000, noNaN: true })),
  power: maybe(fc.double({ min: 0, max: 2000, noNaN: true })),
  chip: maybe(temps),
  board: maybe(temps),
  supply: maybe(fc.integer({ min: 20, max: 45 })),
  back: maybe(fc.integer({ min: 20, max: 60 })),
  flow: maybe(fc.integer({ min: 1, max: 200 })),
  pressures: maybe(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))),
  source: fc.constantFrom('miners' as const, 'controller' as const),
});
/** Steps from frame to frame: mostly a poll, sometimes a gap; all containers share the times. */
const step = fc.constantFrom(20_000, 60_000, 60_000, 60_000, 61_500, 90_000, 200_000, 1_000_000, 5_000_000);

function asFrame(
  { answering, total, ...rest }: typeof said extends fc.Arbitrary<infer T> ? T : never,
  at: number,
): OracleFrame {
  const silent = answering === 0;
  return {
    ...rest,
    at,
    total,
    answering: Math.min(answering, total),
    active: silent ? 0 : rest.active,
    hashrate: silent ? null : rest.hashrate,
    expected: silent ? null : rest.expected,
    chip: silent ? null : rest.chip,
    board: silent ? null : rest.board,
    source: rest.power === null ? null : rest.source,
  };
}

const meterSaid = fc.record({
  meter: fc.constantFrom(...Object.keys(METERS)),
  power: maybe(fc.double({ min: 0, max: 3500, noNaN: true })),
  apparent: maybe(fc.double({ min: 0, max: 3500, noNaN: true })),
  /** How the counter went on: mostly by what was used, sometimes from nothing again, or far away. */
  counter: fc.constantFrom('none', 'none', 'counts', 'counts', 'counts', 'reset', 'jump'),
});

function readings(
  start: number,
  frames: readonly (readonly [step: number, said: typeof said extends fc.Arbitrary<infer T> ? T : never])[],
  meters: readonly (readonly [step: number, said: typeof meterSaid extends fc.Arbitrary<infer T> ? T : never])[],
): { frames: OracleFrame[]; meters: OracleMeterFrame[] } {
  let at = start;
  const all = frames.map(([ms, frame]) => {
    at += ms;
    return asFrame(frame, at);
  });
  at = start;
  const counters = new Map<string, number>();
  const read = meters.map(([ms, { meter, counter, ...rest }]): OracleMeterFrame => {
    at += ms;
    const used = (counters.get(meter) ?? 100_000) + ((rest.power ?? 500) * ms) / 3_600_000;
    counters.set(meter, counter === 'reset' ? 0 : counter === 'jump' ? used + 1e7 : used);
    return { meter, at, interval: 60, ...rest, counter: counter === 'none' ? null : (counters.get(meter) ?? 0) };
  });
  return { frames: all, meters: read };
}

it('is what all frames at once say, in whatever order, how late and how often they come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...PLACES),
      fc.array(fc.tuple(step, said), { minLength: 1, maxLength: 40 }),
      fc.array(fc.tuple(step, meterSaid), { maxLength: 25 }),
      fc.array(fc.nat(), { minLength: 65, maxLength: 65 }),
      fc.array(fc.constantFrom('run', 'go on', 'run later'), { minLength: 5, maxLength: 5 }),
      async ({ zone, around }, saidFrames, saidMeters, order, runs) => {
        const site = await newSite(zone);
        const { frames, meters } = readings(around, saidFrames, saidMeters);
        const sent = [...frames.map((frame) => ({ frame })), ...meters.map((meter) => ({ meter }))]
          .map((what, i) => ({ what, place: order[i] ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ what }) => what);
        const twice = sent.filter((_, i) => i % 4 === 0);
        const groups = runs.map((run, i) => ({ run, of: [...sent, ...twice].filter((_, j) => j % runs.length === i) }));
        for (const { run, of } of groups) {
          const some = of.flatMap((what) => ('frame' in what ? [what.frame] : []));
          const read = of.flatMap((what) => ('meter' in what ? [what.meter] : []));
          await storeFrames(database.ingest, site, some, read);
          if (run !== 'go on')
            await rollUp({ pool: database.ingest, now: () => around + (run === 'run' ? 20 * MINUTE : DAY) });
        }
        await settle(around);
        expect(differences(await storedRows(database.owner, site.project), oracleRows(site, frames, meters))).toEqual(
          [],
        );
      },
    ),
    {
      numRuns: Number(process.env.FUZZ_RUNS ?? 12),
      endOnFailure: true,
      ...(process.env.FUZZ_SEED ? { seed: Number(process.env.FUZZ_SEED) } : {}),
    },
  );
});
