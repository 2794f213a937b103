import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import type { OracleFrame, OracleSite } from '../../../test/harness/rollup-oracle.ts';
import { makeSite, storeFrames } from '../../../test/harness/rollup-world.ts';
import { Database, withContext } from '../db/client.ts';
import { rowsOfDays } from '../db/queries/report-rows.ts';
import { companyMembers, type SeriesMember } from '../db/queries/series-members.ts';
import { createLog } from '../log.ts';
import { readSeries } from '../operations/series.ts';
import { tidy } from '../rounding.ts';
import { rollUp } from './rollup.ts';

/** London's days begin with UTC's all winter: one that clocks shorten begins with UTC's as well, and ends before it. */
const CHANGES = [
  { name: 'forward', from: Date.UTC(2026, 2, 28), own: ['03-28 24', '03-29 23', '03-30 24'] },
  { name: 'back', from: Date.UTC(2026, 9, 23, 23), own: ['10-24 24', '10-25 25', '10-26 24'] },
] as const;
const ZONE = 'Europe/London';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

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

/** An hour of as many kW as hours have passed since the first one, and one. */
const frame = (container: string, from: number, hour: number): OracleFrame => ({
  ...{ container, at: from + hour * HOUR, interval: 3600, total: 1, answering: 1, active: 1, hashrate: 1, expected: 1 },
  ...{
    power: hour + 1,
    source: 'miners',
    chip: null,
    board: null,
    supply: null,
    back: null,
    flow: null,
    pressures: null,
  },
});
/** kWh of some of these hours. */
const energyOf = (from: number, to: number): number => {
  let sum = 0;
  for (let hour = from; hour < to; hour++) sum += hour + 1;
  return sum;
};

describe.each(CHANGES)('around the change of clocks $name', ({ name, from, own }) => {
  const project = name === 'forward' ? 'LONDON-001' : 'LONDON-002';
  const site: OracleSite = { project, zone: ZONE, containers: { 'X-C01': null, 'X-C02': null }, meters: {}, rated: {} };
  const hours = own.reduce((sum, day) => sum + Number(day.slice(6)), 0);

  /** Days as series tell them: kWh, and of how wide rows each consists. */
  async function days(timeZone: string, members?: SeriesMember[]): Promise<[energy: unknown, width: unknown][]> {
    const begin = timeZone === 'UTC' ? Math.ceil(from / DAY) * DAY : from;
    const span = { from: begin, to: from + hours * HOUR };
    const context = { projectIds: [project], role: 'viewer' } as const;
    const { sets } = await withContext(database.api, context, async (client) => {
      const of = members ?? (await companyMembers(client));
      const columns = [{ metric: 'energy_kwh', agg: 'sum' }] as const;
      return readSeries(client, [{ labels: {}, members: of, current: true }], { span, step: '1d', timeZone, columns });
    });
    return (sets[0]?.rows ?? []).map((row) => [tidy(row?.values[0] ?? null), row?.width]);
  }

  /** The project's days as reports read them, kWh. */
  async function reported(): Promise<unknown[]> {
    let at = from;
    const stretches = own.map((day) => {
      const begin = at;
      at += Number(day.slice(6)) * HOUR;
      return { scopeId: project, from: begin, to: at };
    });
    const context = { projectIds: [project], role: 'viewer' } as const;
    const rows = await withContext(database.api, context, (client) =>
      rowsOfDays(client, project, 'project', stretches, [86_400, 3600, 300]),
    );
    return rows.map(({ amounts }) => tidy(amounts.energy_kwh));
  }

  async function expectRight(containers: number): Promise<void> {
    const whole: SeriesMember = {
      ...{ projectId: project, scope: 'project', scopeId: project, timeZone: ZONE, expected: null, since: null },
    };
    let hour = 0;
    const wanted = own.map((day) => {
      const begin = hour;
      hour += Number(day.slice(6));
      // That of a midnight of UTC which is no day of UTC has no row.
      const width = (from + begin * HOUR) % DAY === 0 && hour - begin !== 24 ? 3600 : 86_400;
      return [containers * energyOf(begin, hour), width];
    });
    expect(await days(ZONE, [whole])).toEqual(wanted);
    const energies = wanted.map(([energy]) => energy);
    expect(await reported()).toEqual(energies);
    const first = (Math.ceil(from / DAY) * DAY - from) / HOUR;
    const ofUtc = [];
    for (let begin = first; begin < hours; begin += 24)
      ofUtc.push([containers * energyOf(begin, Math.min(hours, begin + 24)), 86_400]);
    expect(await days('UTC')).toEqual(ofUtc);
    const { rows } = await database.owner.query<{ energy: number }>(
      `select energy_kwh as energy from metrics_global where resolution_s = 86400 and timestamp >= $1 order by timestamp`,
      [new Date(from)],
    );
    expect(rows.slice(0, ofUtc.length).map(({ energy }) => tidy(energy))).toEqual(ofUtc.map(([energy]) => energy));
  }

  it('days of the project and of the company are each of their own hours', async () => {
    await makeSite(database.owner, site);
    const frames = Array.from({ length: hours }, (_, hour) => frame('X-C01', from, hour));
    await storeFrames(database.ingest, site, frames);
    for (const later of [4, 5, 6]) await rollUp({ pool: database.ingest, now: () => from + later * DAY });
    await expectRight(1);
  });

  it('and stay so when frames come after the raw ones are gone', async () => {
    await withContext(database.owner, { projectIds: [project] }, (client) =>
      client.query('insert into raw_horizons values ($1, $2)', [project, new Date(from + 30 * DAY)]),
    );
    const late = Array.from({ length: hours }, (_, hour) => frame('X-C02', from, hour));
    await storeFrames(database.ingest, site, late);
    for (const later of [40, 41]) await rollUp({ pool: database.ingest, now: () => from + later * DAY });
    await expectRight(2);
  });
});
