import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { Database } from '../db/client.ts';
import { createLog } from '../log.ts';
import { dayBoundaries } from './days.ts';

const HOUR = 3_600_000;

function daysOf(zone: string, from: string, to: string): string[] {
  return dayBoundaries({ from: Date.parse(from), to: Date.parse(to) }, zone).map((at) => new Date(at).toISOString());
}

describe('days', () => {
  it.each([
    ['UTC', '2026-11-23T10:00Z', '2026-11-23T10:01Z', ['2026-11-23T00:00', '2026-11-24T00:00']],
    ['UTC', '2026-11-23T00:00Z', '2026-11-24T00:00Z', ['2026-11-23T00:00', '2026-11-24T00:00']],
    ['Asia/Qatar', '2026-11-23T22:00Z', '2026-11-23T23:00Z', ['2026-11-23T21:00', '2026-11-24T21:00']],
    ['Asia/Kathmandu', '2026-11-23T12:00Z', '2026-11-23T13:00Z', ['2026-11-22T18:15', '2026-11-23T18:15']],
    // 23 and 25 hours.
    [
      'Europe/Paris',
      '2026-03-29T00:00Z',
      '2026-03-29T23:00Z',
      ['2026-03-28T23:00', '2026-03-29T22:00', '2026-03-30T22:00'],
    ],
    ['Europe/Paris', '2026-10-25T00:00Z', '2026-10-25T12:00Z', ['2026-10-24T22:00', '2026-10-25T23:00']],
    // Clocks put forward at midnight: the day begins at one.
    ['Asia/Beirut', '2022-03-26T22:00Z', '2022-03-27T12:00Z', ['2022-03-26T22:00', '2022-03-27T21:00']],
    // Midnight twice: the first of them.
    ['Atlantic/Azores', '2018-10-28T12:00Z', '2018-10-28T13:00Z', ['2018-10-28T00:00', '2018-10-29T01:00']],
    // A day that never was.
    [
      'Pacific/Apia',
      '2011-12-29T12:00Z',
      '2011-12-30T12:00Z',
      ['2011-12-29T10:00', '2011-12-30T10:00', '2011-12-31T10:00'],
    ],
  ])('of %s from %s to %s', (zone, from, to, boundaries) => {
    expect(daysOf(zone, from, to)).toEqual(boundaries.map((at) => `${at}:00.000Z`));
  });

  describe('as Postgres has them', () => {
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

    it.each([
      'Africa/Cairo',
      'America/New_York',
      'America/Santiago',
      'America/St_Johns',
      'Asia/Beirut',
      'Asia/Qatar',
      'Asia/Tehran',
      'Australia/Lord_Howe',
      'Europe/Paris',
      'Pacific/Auckland',
    ])('in %s', async (zone) => {
      const { rows } = await database.owner.query<{ at: Date }>(
        `select (day at time zone $1) as at
           from generate_series(timestamp '2018-01-01', timestamp '2020-01-01', interval '1 day') day`,
        [zone],
      );
      const [first, last] = [rows[0]!.at.getTime(), rows.at(-1)!.at.getTime()];
      expect(dayBoundaries({ from: first + HOUR, to: last }, zone)).toEqual(rows.map(({ at }) => at.getTime()));
    });
  });
});
