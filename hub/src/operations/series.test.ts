import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { Database, withContext } from '../db/client.ts';
import type { SeriesMember } from '../db/queries/series-members.ts';
import { createLog } from '../log.ts';
import { STEP_S, type Step } from '../series/steps.ts';
import { readSeries } from './series.ts';

/** Eight hours around a midnight in Qatar (21:00 UTC). */
const BEGIN = Date.UTC(2026, 10, 23, 17);
const FIVE = 300_000;
const SLOTS = 96;
const QUARTER = 3;
const HOUR = 12;

let test: TestDatabase;
let database: Database;
let containers = 0;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, log: createLog('silent') });
  await database.owner.query("insert into projects (project_id, time_zone) values ('P-001', 'Asia/Qatar')");
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

/** Readings of each five minutes, none where there are none. */
type Readings = readonly (readonly number[])[];

interface Row {
  /** Seconds. */
  width: number;
  /** In five minutes from BEGIN. */
  slot: number;
  readings: number[];
}

/** Readings as a roll-up would keep them, in rows of these widths. */
async function store(rows: readonly Row[]): Promise<SeriesMember> {
  const scopeId = `P-C${++containers}`;
  const kept = rows.filter(({ readings }) => readings.length > 0);
  const column = (of: (row: Row) => number) => kept.map(of);
  await database.owner.query(
    `insert into metrics (project_id, scope, scope_id, resolution_s, timestamp, power_kw_sum, power_kw_count, power_kw_min,
       power_kw_max, reporting, expected)
     select 'P-001', 'container', $1, n.width, to_timestamp(n.at), n.sum, n.count, n.min, n.max, n.count, 99
       from unnest($2::int[], $3::float8[], $4::float8[], $5::int[], $6::float8[], $7::float8[])
         n (width, at, sum, count, min, max)`,
    [
      scopeId,
      column(({ width }) => width),
      column(({ slot }) => (BEGIN + slot * FIVE) / 1000),
      column(({ readings }) => readings.reduce((sum, value) => sum + value, 0)),
      column(({ readings }) => readings.length),
      column(({ readings }) => Math.min(...readings)),
      column(({ readings }) => Math.max(...readings)),
    ],
  );
  return { projectId: 'P-001', scope: 'container', scopeId, timeZone: 'Asia/Qatar', expected: null, since: null };
}

/** Every bucket as avg, min, max; read with no more rights than a viewer's. */
async function read(members: SeriesMember[], step: Step, timeZone = 'Asia/Qatar'): Promise<(number | null)[][]> {
  const span = { from: BEGIN, to: BEGIN + SLOTS * FIVE };
  const columns = (['avg', 'min', 'max'] as const).map((agg) => ({ metric: 'power_kw' as const, agg }));
  const { sets } = await withContext(database.api, { projectIds: ['P-001'], role: 'viewer' }, (client) =>
    readSeries(client, [{ labels: {}, members, current: true }], { span, step, timeZone, columns }),
  );
  return (sets[0]?.rows ?? []).map((row) => [...(row?.values ?? [null, null, null])]);
}

/** The same by one plain statement over the readings themselves. */
async function reference(readings: Readings, step: Step, timeZone = 'Asia/Qatar'): Promise<(number | null)[][]> {
  const all = readings.flatMap((values, slot) => values.map((value) => ({ at: BEGIN + slot * FIVE, value })));
  const bucket = step === '1d' ? "date_trunc('day', at, $3)" : `date_bin('${STEP_S[step]} s', at, 'epoch')`;
  const { rows } = await database.owner.query<{ avg: number | null; min: number | null; max: number | null }>(
    `with buckets as (
       select distinct ${bucket} as begins from generate_series($4::timestamptz, $5, interval '5 min') at, (select $3) zone
     ), readings as (
       select to_timestamp(at / 1000) as at, value from unnest($1::float8[], $2::float8[]) r (at, value)
     )
     select avg(value), min(value), max(value) from buckets left join readings on ${bucket} = begins
      group by begins order by begins`,
    [
      all.map(({ at }) => at),
      all.map(({ value }) => value),
      timeZone,
      new Date(BEGIN),
      new Date(BEGIN + SLOTS * FIVE - 1),
    ],
  );
  return rows.map(({ avg, min, max }) => [avg, min, max]);
}

/** Whole numbers, so that sums are exact in any order. */
const someReadings = fc.array(fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 3 }), {
  minLength: SLOTS,
  maxLength: SLOTS,
});
/** How an hour is kept: whole, or each quarter whole or in fives; and whether the finer rows stand beside the wider. */
const someCuts = fc.array(
  fc.record({
    whole: fc.boolean(),
    quarters: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    both: fc.boolean(),
  }),
  { minLength: SLOTS / HOUR, maxLength: SLOTS / HOUR },
);

function rowOf(readings: Readings, slot: number, slots: number): Row {
  return { width: slots * 300, slot, readings: readings.slice(slot, slot + slots).flat() };
}

function cut(readings: Readings, cuts: Cuts): Row[] {
  return cuts.flatMap(({ whole, quarters, both }, hour) => {
    const rows: Row[] = whole ? [rowOf(readings, hour * HOUR, HOUR)] : [];
    if (whole && !both) return rows;
    for (const [i, quarter] of quarters.entries()) {
      const first = hour * HOUR + i * QUARTER;
      if (quarter) rows.push(rowOf(readings, first, QUARTER));
      if (quarter && !both) continue;
      for (let slot = first; slot < first + QUARTER; slot++) rows.push(rowOf(readings, slot, 1));
    }
    return rows;
  });
}

type Cuts = readonly { whole: boolean; quarters: readonly boolean[]; both: boolean }[];

describe('joined rows', () => {
  it.each(['1h', '1d'] as const)('say at step %s what the readings say, however they are cut', async (step) => {
    await fc.assert(
      fc.asyncProperty(someReadings, someCuts, async (readings, cuts) => {
        expect(await read([await store(cut(readings, cuts))], step)).toEqual(await reference(readings, step));
      }),
      { numRuns: 15 },
    );
  });

  const readings = Array.from({ length: SLOTS }, (_, slot) => (slot % 7 === 0 ? [] : [slot, slot * 3]));
  const fives = () => readings.map((_, slot) => rowOf(readings, slot, 1));

  it('of quarters of an hour are made of five minutes, not of hours', async () => {
    const member = await store([
      ...fives(),
      rowOf(
        readings.map(() => [777]),
        0,
        HOUR,
      ),
    ]);
    expect(await read([member], '15m')).toEqual(await reference(readings, '15m'));
  });

  it('take a day that is stored for the day it is of, and for no other', async () => {
    // From 21:00 UTC, Qatar's midnight: 48 slots after BEGIN. Its row says something else than its hours.
    const member = await store([...fives(), { width: 86_400, slot: 48, readings: [777] }]);
    const [before] = await reference(readings, '1d');
    expect(await read([member], '1d')).toEqual([before, [777, 777, 777]]);
    for (const zone of ['UTC', 'Asia/Kathmandu'])
      expect(await read([member], '1d', zone)).toEqual(await reference(readings, '1d', zone));
  });

  it('make days of zones with an odd quarter out of quarters', async () => {
    const hours = Array.from({ length: SLOTS / HOUR }, (_, hour) => rowOf(readings, hour * HOUR, HOUR));
    const member = await store([...fives(), ...hours]);
    expect(await read([member], '1d', 'Asia/Kathmandu')).toEqual(await reference(readings, '1d', 'Asia/Kathmandu'));
  });

  it('of several members add up what each has on average', async () => {
    const one = await store([{ width: 300, slot: 0, readings: [10, 20] }]);
    const other = await store([
      { width: 300, slot: 0, readings: [1] },
      { width: 300, slot: 1, readings: [4] },
    ]);
    const [first, second] = await read([one, other], '5m');
    expect([first?.[0], second?.[0]]).toEqual([16, 4]);
    const [hour] = await read([one, other], '1h');
    expect(hour?.[0]).toBe(15 + 2.5);
  });
});
