import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ImportRig, openImportRig } from '../../../test/harness/import-legacy.ts';

let rig: ImportRig;
beforeAll(async () => {
  rig = await openImportRig();
});
afterEach(() => rig.clear());
afterAll(() => rig.close());

const TABLES = `
  create table containers (container_id text, status text, hashrate_th float8, power_consumption_kw float8, miners_active int);
  create table miners (miner_id text, container_id text, status text, hashrate_th float8, power_w float8);`;

describe('readings', () => {
  const withMetrics = (sql: string) =>
    rig.old.become(`${TABLES}
    insert into containers values ('C01', 'online', 100, 10, 2), ('C02', 'online', 100, 10, 2); ${sql}`);

  async function buckets(scopeId: string, resolution: number): Promise<unknown[]> {
    return await rig.rows(`select to_char(timestamp at time zone 'UTC', 'DD HH24:MI') as at, hashrate_ths_sum as sum, hashrate_ths_min as min,
        hashrate_ths_max as max, hashrate_ths_count::int as n, reporting as of from metrics
      where scope_id = '${scopeId}' and resolution_s = ${resolution} order by timestamp`);
  }

  it('every 5 minutes are joined to quarters of an hour, and that is said', async () => {
    await withMetrics(`create table metrics (timestamp timestamptz, hashrate_ph float8, power_w float8);
      insert into metrics select timestamptz '2026-11-20 10:00Z' + n * interval '5 minutes', (n + 1) / 1000.0, n
        from generate_series(0, 6) n`);
    const { metrics, notes } = await rig.imported();
    expect(metrics.spacing_s).toBe(300);
    expect(notes[0]).toMatch(/mostly 300 s apart.*\(4 share theirs with another\)/);
    expect(await buckets('QATAR-001', 900)).toEqual([
      { at: '20 10:00', sum: 6, min: 1, max: 3, n: 3, of: null },
      { at: '20 10:15', sum: 15, min: 4, max: 6, n: 3, of: null },
      { at: '20 10:30', sum: 7, min: 7, max: 7, n: 1, of: null },
    ]);
    expect(await buckets('QATAR-001', 3600)).toEqual([{ at: '20 10:00', sum: 28, min: 1, max: 7, n: 7, of: null }]);
  });

  it('of months ago lie in partitions of their own, which a trial makes none of', async () => {
    await withMetrics(`create table metrics (timestamp text, hashrate_ph float8);
      insert into metrics values ('2026-03-31 23:50:00', 1), ('1761955199', 2), ('2026-11-20T10:00:00Z', 3), ('soon', 4)`);
    const partitions = async () =>
      (
        await rig.rows<{ name: string }>(
          "select relname as name from pg_class where relname ~ '^metrics_fine_2' and relkind = 'r'",
        )
      )
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('metrics_fine_2026_11'))
        .sort();
    await rig.imported('--dry-run');
    expect(await partitions()).toEqual([]);
    await rig.imported();
    expect(await partitions()).toEqual(['metrics_fine_2025_10', 'metrics_fine_2026_03']);
    expect(await rig.rows('select from metrics_fine_default')).toEqual([]);
  });

  it('every hour leave quarters empty and fill the hours, and that is said', async () => {
    await withMetrics(`create table metrics (timestamp timestamptz, hashrate_ths float8, power_w float8);
      insert into metrics values ('2026-11-20 10:07Z', 1, 1), ('2026-11-20 11:07Z', 2, 2)`);
    expect((await rig.imported()).notes).toEqual([
      expect.stringContaining('3600 s apart'),
      expect.stringContaining('stay empty'),
    ]);
    expect(await buckets('QATAR-001', 900)).toMatchObject([{ at: '20 10:00' }, { at: '20 11:00' }]);
    expect(await buckets('QATAR-001', 3600)).toMatchObject([{ sum: 1 }, { sum: 2 }]);
  });

  it('without a zone are in the zone that is given; days are those of the project', async () => {
    await withMetrics(`create table metrics (timestamp timestamp, hashrate_th float8, power_w float8);
      insert into metrics values ('2026-11-20 23:45', 1, 1), ('2026-11-21 00:00', 2, 2), ('2026-11-23 14:45', 3, 3)`);
    await rig.imported('--source-time-zone', 'Asia/Qatar');
    expect(await buckets('QATAR-001', 900)).toMatchObject([{ at: '20 20:45' }, { at: '20 21:00' }, { at: '23 11:45' }]);
    expect(await buckets('QATAR-001', 86_400)).toMatchObject([
      { at: '19 21:00', n: 1 },
      { at: '20 21:00', n: 1 },
      { at: '22 21:00', n: 1 },
    ]);
  });

  it('of containers are kept as such, and their sum is the project with how many it is of', async () => {
    await withMetrics(`create table metrics (timestamp timestamptz, container_id text, hashrate_th float8, power_kw float8);
      insert into metrics values
        ('2026-11-20 10:00Z', 'C01', 100, 10), ('2026-11-20 10:00:30Z', 'C02', 50, 5),
        ('2026-11-20 10:15Z', 'C01', 100, 10), ('2026-11-20 10:20Z', 'C01', 200, 10),
        ('2026-11-20 10:30Z', 'QATAR-C01', null, 10), ('2026-11-20 10:30Z', 'C02', 0, 10),
        ('2026-11-20 10:45Z', 'C01', 1, 1), ('2026-11-20 10:45Z', null, 1000, 1),
        ('2026-11-20 11:00Z', 'C77', 1, 1), ('2026-11-20 11:00Z', 'hall', 1, 1)`);
    const { findings } = await rig.imported();
    expect(findings.map(({ id, column }) => `${id} ${column}`)).toEqual([
      '2026-11-20 11:00:00+00 C77 container_id',
      '2026-11-20 11:00:00+00 hall container_id',
    ]);
    expect(await buckets('QATAR-C01', 900)).toMatchObject([
      { sum: 100 },
      { sum: 300, n: 2 },
      { sum: null, n: null },
      { sum: 1 },
    ]);
    expect(await buckets('QATAR-001', 900)).toEqual([
      { at: '20 10:00', sum: 150, min: 150, max: 150, n: 1, of: 2 },
      { at: '20 10:15', sum: 150, min: 150, max: 150, n: 1, of: 1 },
      { at: '20 10:30', sum: 0, min: 0, max: 0, n: 1, of: 2 },
      // What the source says of the project itself goes first.
      { at: '20 10:45', sum: 1000, min: 1000, max: 1000, n: 1, of: null },
    ]);
    expect(await buckets('QATAR-001', 3600)).toMatchObject([{ sum: 1300, n: 4, of: 2 }]);
    const before = await rig.stored();
    expect(await rig.imported()).toMatchObject({ changed: false });
    expect(await rig.stored()).toEqual(before);
  });

  it('of single miners are told one by one, and never taken for the project', async () => {
    await withMetrics(`create table metrics (timestamp timestamptz, miner_id text, hashrate_th float8);
      insert into metrics values ('2026-11-20 10:00Z', 'C01-M001', 470), ('2026-11-20 10:00Z', null, 1000)`);
    const { findings, metrics } = await rig.imported();
    expect(findings).toMatchObject([{ lost: 'row', column: 'miner_id', value: 'C01-M001' }]);
    expect(metrics).toMatchObject({ read: 2, taken: 1, not_taken: 1 });
    expect(await buckets('QATAR-001', 900)).toMatchObject([{ sum: 1000 }]);
  });
});
