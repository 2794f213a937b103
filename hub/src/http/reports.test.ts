import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report, ReportFigures } from './schemas/reports.ts';
import { readXlsx } from './tables/testing.ts';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let operator: string;

beforeAll(async () => {
  api = await openTestApi();
  await run(
    `insert into projects (project_id, name, status, time_zone, created_at) values
       ('NORTH-001', 'North', 'active', 'Asia/Qatar', '2026-01-01'),
       ('PARIS-001', 'Paris', 'active', 'Europe/Paris', '2026-01-01')`,
  );
  await run("insert into transformers (project_id, transformer_id) values ('NORTH-001', 'NORTH-T01')");
  await run(
    `insert into containers (project_id, container_id, transformer_id, status, miners_expected, created_at) values
       ('NORTH-001', 'NORTH-C01', 'NORTH-T01', 'active', 100, '2026-01-01'),
       ('NORTH-001', 'NORTH-C02', 'NORTH-T01', 'active', 100, '2026-01-01'),
       ('NORTH-001', 'NORTH-C03', null, 'planned', 100, '2026-01-01'),
       ('PARIS-001', 'PARIS-C01', null, 'active', 100, '2026-01-01')`,
  );
  await run(`insert into miners (project_id, miner_id, container_id, position) values
    ('NORTH-001', 'NORTH-C02-M001', 'NORTH-C02', 1)`);
  operator = await api.makeKey('operator', ['NORTH-001', 'PARIS-001']);
});
afterAll(() => api.close());

const run = (sql: string, values: unknown[] = []) => api.asOwner((client) => client.query(sql, values));

/** A row of `metrics`, its columns by name. */
async function bucket(id: string, resolution_s: number, timestamp: string, columns: Record<string, number | string>) {
  const scope = /-C/.test(id) ? 'container' : /-T/.test(id) ? 'transformer' : 'project';
  const row = { project_id: `${id.split('-')[0]}-001`, scope, scope_id: id, resolution_s, timestamp, ...columns };
  const names = Object.keys(row);
  await run(
    `insert into metrics (${names.join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
    Object.values(row),
  );
}

const level = (name: string, sum: number, count: number, max = sum / count) => ({
  [`${name}_sum`]: sum,
  [`${name}_count`]: count,
  [`${name}_max`]: max,
});

/** A container's hour of 100 miners of 200 TH/s each, of which so many answer and hash. */
const hour = (hashing: number, coveredS = 3600) => ({
  ...level('hashrate_ths', hashing * 200 * 60, 60),
  ...level('power_kw', hashing * 3 * 60, 60),
  energy_kwh: (hashing * 3 * coveredS) / 3600,
  energy_integrated_kwh: (hashing * 3 * coveredS) / 3600,
  hashes_eh: (hashing * 200 * coveredS) / 1e6,
  covered_s: coveredS,
  miner_known_s: 100 * coveredS,
  miner_active_s: hashing * coveredS,
  expected_thh: (20_000 * coveredS) / 3600,
  lost_offline_thh: ((100 - hashing) * 200 * coveredS) / 3600,
  lost_hot_thh: 0,
  lost_transformer_thh: 0,
  lost_unknown_thh: 0,
});

async function ask(path: string, key = operator): Promise<{ status: number; body: Report }> {
  return await api.ask(`/api/reports/${path}`, { key });
}
const containerOf = ({ containers }: Report, id: string) => containers.find(({ container_id }) => container_id === id)!;
const lossesOf = (figures: ReportFigures) => [
  figures.lost_offline_thh,
  figures.lost_hot_thh,
  figures.lost_transformer_thh,
  figures.lost_maintenance_thh,
  figures.lost_unknown_thh,
];

describe('a day', () => {
  // 22 November in Qatar begins at 21:00 UTC.
  const begins = Date.parse('2026-11-21T21:00:00Z');
  const at = (hours: number, minutes = 0) => new Date(begins + hours * 3_600_000 + minutes * 60_000).toISOString();

  beforeAll(async () => {
    // C01 is off from 10:00 to 12:00 under maintenance; C02 says nothing from 20:00 on.
    for (let h = 0; h < 24; h++) await bucket('NORTH-C01', 3600, at(h), hour(h === 10 || h === 11 ? 0 : 100));
    for (let h = 0; h < 20; h++) await bucket('NORTH-C02', 3600, at(h), hour(99));
    await bucket('NORTH-001', 86_400, at(0), {
      ...level('hashrate_ths', 36_500 * 288, 288, 39_800),
      ...level('power_kw', 547.1234 * 288, 288, 597.5),
      energy_kwh: 12_612.12345,
      energy_integrated_kwh: 612.1,
      hashes_eh: 3_009.6004,
      covered_s: 44 * 3600,
      miner_known_s: 44 * 3600 * 100,
      miner_active_s: (22 * 100 + 20 * 99) * 3600,
      expected_thh: 44 * 20_000,
      lost_offline_thh: 4_000,
      lost_hot_thh: 0,
      lost_transformer_thh: 40_000,
      lost_unknown_thh: 0,
    });
    // The day before, whose rows must not leak into it.
    await bucket('NORTH-001', 86_400, '2026-11-20T21:00:00Z', { energy_kwh: 1e6, hashes_eh: 1e6 });
    // The company's day.
    await bucket('NORTH-001', 86_400, '2026-11-22T00:00:00Z', { energy_kwh: 2e6, hashes_eh: 2e6 });
    await run(
      `insert into maintenance_windows (project_id, target_type, target_id, starts_at, ends_at, created_by) values
         ('NORTH-001', 'container', 'NORTH-C01', $1, $2, 'test'), ('NORTH-001', 'transformer', 'NORTH-T09', $1, $2, 'test')`,
      [at(10), at(12)],
    );
  });

  it('tells what the rows of the day tell, yesterday unless another is asked for', async () => {
    const { status, body } = await ask('NORTH-001/daily');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      project_id: 'NORTH-001',
      name: 'North',
      period: 'daily',
      period_name: '2026-11-22',
      from: '2026-11-21T21:00:00.000Z',
      to: '2026-11-22T21:00:00.000Z',
      tz: 'Asia/Qatar',
      complete: true,
    });
    expect(body.total).toMatchObject({
      energy_kwh: 12_612.123,
      energy_integrated_kwh: 612.1,
      hashes_eh: 3_009.6,
      power_kw: 547.123,
      power_kw_max: 597.5,
      hashrate_ths: 36_500,
      efficiency_j_per_th: 14.99,
      cost_usd: null,
      cost_usd_per_eh: null,
    });
    expect(body.days).toEqual([{ date: '2026-11-22', ...body.total }]);
    expect(body.labels.map(({ figure }) => figure)).toEqual(Object.keys(body.total));
  });

  it('says the same as the metrics of that day, to the last digit', async () => {
    const query = 'from=2026-11-21T21:00:00Z&to=2026-11-22T21:00:00Z&step=1d&shape=rows';
    const { body: report } = await ask('NORTH-001/daily?date=2026-11-22');
    const told = async (path: string, metrics: string, agg: string) => {
      const { body } = await api.ask(`/api/metrics/${path}?${query}&metrics=${metrics}&agg=${agg}`, { key: operator });
      return (body as { rows: Record<string, number>[] }).rows;
    };
    for (const [path, figures] of [
      ['project/NORTH-001', report.total],
      ['container/NORTH-C01', containerOf(report, 'NORTH-C01')],
      ['container/NORTH-C02', containerOf(report, 'NORTH-C02')],
    ] as const) {
      const [peaks] = await told(path, 'hashrate_ths,power_kw', 'avg,max');
      const [averages] = await told(path, 'efficiency_j_per_th', 'avg');
      const [amounts] = await told(path, 'energy_kwh,hashes_eh', 'sum');
      const { power_kw, power_kw_max, hashrate_ths, efficiency_j_per_th, energy_kwh, hashes_eh } = figures;
      expect({ energy_kwh, hashes_eh }).toEqual({
        energy_kwh: amounts?.energy_kwh ?? amounts?.energy_kwh_sum,
        hashes_eh: amounts?.hashes_eh ?? amounts?.hashes_eh_sum,
      });
      expect({ power_kw, power_kw_max, hashrate_ths, efficiency_j_per_th }).toEqual({
        power_kw: peaks?.power_kw,
        power_kw_max: peaks?.power_kw_max,
        hashrate_ths: peaks?.hashrate_ths,
        efficiency_j_per_th: averages?.efficiency_j_per_th,
      });
      expect(power_kw).toBeGreaterThan(0);
    }
  });

  it('adds up containers from hours where their day is not there', async () => {
    const { body } = await ask('NORTH-001/daily?date=2026-11-22');
    expect(containerOf(body, 'NORTH-C01')).toMatchObject({
      energy_kwh: 22 * 300,
      hashes_eh: 22 * 72,
      hashrate_ths: 18_333.333,
    });
    expect(containerOf(body, 'NORTH-C02')).toMatchObject({ energy_kwh: 20 * 297, hashes_eh: 20 * 71.28 });
    expect(containerOf(body, 'NORTH-C03')).toMatchObject({
      energy_kwh: null,
      coverage_ratio: null,
      lost_unknown_thh: null,
    });
  });

  it('lets maintenance take over what was lost in its windows, and silence count as unknown', async () => {
    const { body } = await ask('NORTH-001/daily?date=2026-11-22');
    const [c01, c02] = [containerOf(body, 'NORTH-C01'), containerOf(body, 'NORTH-C02')];
    expect(lossesOf(c01)).toEqual([0, 0, null, 40_000, 0]);
    expect([c01.availability_ratio, c01.availability_excused_ratio, c01.excused_h]).toEqual([0.916667, 1, 2]);
    // One miner of a hundred for 20 h, and everything for four.
    expect(lossesOf(c02)).toEqual([4_000, 0, null, 0, 80_000]);
    expect([c02.availability_ratio, c02.coverage_ratio, c02.excused_h]).toEqual([0.99, 0.833333, 0]);
    expect(body.total).toMatchObject({ excused_h: 2, coverage_ratio: 0.916667, lost_maintenance_thh: 40_000 });
    expect(body.total.availability_ratio).toBe(Math.round(((22 * 100 + 20 * 99) / 4400) * 1e6) / 1e6);
    expect(body.total.availability_excused_ratio).toBe(Math.round(((22 * 100 + 20 * 99) / 4200) * 1e6) / 1e6);
  });

  it('takes of rows at the ends of a window what the window takes of them, the narrowest there are', async () => {
    const during = (from: string, to: string, type = 'container', id = 'NORTH-C02') =>
      run(
        `insert into maintenance_windows (project_id, target_type, target_id, starts_at, ends_at, created_by)
         values ('NORTH-001', $3, $4, $1, $2, 'ends')`,
        [from, to, type, id],
      );
    const maintenance = async () => {
      const { body } = await ask('NORTH-001/daily?date=2026-11-22');
      return containerOf(body, 'NORTH-C02').lost_maintenance_thh;
    };
    try {
      // Half an hour of 200 TH/s lost, of an hour nothing narrower is left of.
      await during(at(2, 30), at(3));
      expect(await maintenance()).toBe(100);
      // Where five minutes are left only they lost: at the beginning of the hour, before the window.
      for (let i = 0; i < 12; i++)
        await bucket('NORTH-C02', 300, at(2, 5 * i), { lost_offline_thh: i < 2 ? 100 : 0, covered_s: 300 });
      expect(await maintenance()).toBe(0);
      await during(at(2, 2), at(2, 8));
      expect(await maintenance()).toBe(120);
      // A window over both of them excuses nothing twice.
      await during(at(2), at(3), 'project', 'NORTH-001');
      expect(await maintenance()).toBe(200);
      // Without data and excused: maintenance, no longer unknown.
      await during(at(20), at(22));
      expect(await maintenance()).toBe(200 + 40_000);
    } finally {
      await run("delete from maintenance_windows where created_by = 'ends'");
      await run("delete from metrics where resolution_s = 300 and scope_id = 'NORTH-C02'");
    }
  });

  it('excuses of a container with a miner under maintenance no more than that miner', async () => {
    await run(
      `insert into maintenance_windows (project_id, target_type, target_id, starts_at, ends_at, created_by)
       values ('NORTH-001', 'miner', 'NORTH-C02-M001', $1, $2, 'miner')`,
      [at(0), at(10)],
    );
    const { body } = await ask('NORTH-001/daily?date=2026-11-22');
    const c02 = containerOf(body, 'NORTH-C02');
    // The one that is off, for ten of its twenty hours.
    expect(lossesOf(c02)).toEqual([2_000, 0, null, 2_000, 80_000]);
    expect([c02.excused_h, c02.availability_excused_ratio]).toEqual([0.1, 0.994975]);
    await run("delete from maintenance_windows where created_by = 'miner'");
  });

  it("takes an excused outage of a transformer out of the project's outages of transformers", async () => {
    await bucket('NORTH-T01', 3600, at(10), { lost_transformer_thh: 40_000, lost_offline_thh: 0 });
    await bucket('NORTH-T01', 3600, at(11), { lost_transformer_thh: 0, lost_offline_thh: 20_000 });
    const { body } = await ask('NORTH-001/daily?date=2026-11-22');
    // Of C01's 40,000 in the window two thirds went with its transformer, which is how its rows tell them.
    expect(body.total).toMatchObject({
      lost_maintenance_thh: 40_000,
      lost_transformer_thh: 13_333.333,
      lost_unknown_thh: 80_000,
    });
  });

  it('takes nothing of an hour for the part of it that has no data', async () => {
    // C02 spoke for the first half of an hour more, and lost one miner then.
    await bucket('NORTH-C02', 3600, at(20), hour(99, 1800));
    for (let i = 0; i < 6; i++) await bucket('NORTH-C02', 300, at(20, 5 * i), hour(99, 300));
    await run(
      `insert into maintenance_windows (project_id, target_type, target_id, starts_at, ends_at, created_by)
       values ('NORTH-001', 'container', 'NORTH-C02', $1, $2, 'gap')`,
      [at(20, 30), at(21)],
    );
    const { body } = await ask('NORTH-001/daily?date=2026-11-22');
    expect(lossesOf(containerOf(body, 'NORTH-C02'))).toEqual([4_100, 0, null, 10_000, 60_000]);
    await run("delete from maintenance_windows where created_by = 'gap'");
    await run("delete from metrics where scope_id = 'NORTH-C02' and timestamp >= $1", [at(20)]);
  });
});

describe('a month', () => {
  beforeAll(async () => {
    for (let day = 1; day <= 31; day++) {
      const from = new Date(Date.UTC(2026, 9, day - 1, 21)).toISOString();
      await bucket('NORTH-001', 86_400, from, {
        energy_kwh: 1000.0004 + day,
        hashes_eh: 100.0006,
        ...level('power_kw', 40 * day * 288, 288, 50 + (day % 7)),
      });
    }
  });

  it('is the sum of its days as they are told', async () => {
    const { status, body } = await ask('NORTH-001/monthly');
    expect(status).toBe(200);
    expect(body).toMatchObject({ period: 'monthly', period_name: '2026-10', complete: true });
    expect(body.days.map(({ date }) => date)).toEqual(
      Array.from({ length: 31 }, (_, i) => `2026-10-${String(i + 1).padStart(2, '0')}`),
    );
    expect(body.days[4]).toMatchObject({ energy_kwh: 1005, hashes_eh: 100.001, power_kw: 200, power_kw_max: 55 });
    // Not 100.0006 * 31 = 3100.019: whoever adds up the days has to arrive at the same.
    expect(body.total).toMatchObject({ energy_kwh: 31_496, hashes_eh: 3_100.031, power_kw: 640, power_kw_max: 56 });
    const daily = await ask('NORTH-001/daily?date=2026-10-05');
    expect(daily.body.total).toEqual({ ...body.days[4], date: undefined });
  });

  it('costs what each day costs at its price, and nothing is known where a price is missing', async () => {
    await run(
      "insert into electricity_prices values ('NORTH-001', '2026-10-02', 0.05), ('NORTH-001', '2026-10-11', 0.1)",
    );
    const { body: partly } = await ask('NORTH-001/monthly?month=2026-10');
    expect([partly.total.cost_usd, partly.days[0]?.cost_usd, partly.days[1]?.cost_usd]).toEqual([null, null, 50.1]);
    await run("insert into electricity_prices values ('NORTH-001', '2026-01-01', 0)");
    const { body } = await ask('NORTH-001/monthly?month=2026-10');
    // Days 2 to 10 at 5 cents, 11 to 31 at 10; the first is free, which is not unknown.
    expect(body.total.cost_usd).toBe(0.05 * (9 * 1000 + 54) + 0.1 * (21 * 1000 + 441));
    expect(body.days[0]?.cost_usd).toBe(0);
    expect(body.total.cost_usd_per_eh).toBe(Math.round((2_596.8 / 3_100.031) * 1e6) / 1e6);
    await run('delete from electricity_prices');
  });

  it.each([
    ['2026-03', 31, '2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z'],
    ['2026-10', 31, '2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z'],
    ['2024-02', 29, '2024-01-31T23:00:00.000Z', '2024-02-29T23:00:00.000Z'],
  ])('of a zone whose clocks change, %s', async (month, days, from, to) => {
    const { body } = await ask(`PARIS-001/monthly?month=${month}`);
    expect([body.days.length, body.from, body.to]).toEqual([days, from, to]);
  });
});

describe('days of 23 and 25 hours', () => {
  it.each([
    ['2026-03-29', '2026-03-28T23:00:00Z', 23],
    ['2026-10-25', '2026-10-24T22:00:00Z', 25],
  ])('%s', async (date, from, hours) => {
    const start = Date.parse(from);
    // One hour before and one after, which belong to other days.
    for (let h = -1; h <= hours; h++)
      await bucket('PARIS-C01', 3600, new Date(start + h * 3_600_000).toISOString(), hour(100));
    const { body } = await ask(`PARIS-001/daily?date=${date}`);
    expect(containerOf(body, 'PARIS-C01')).toMatchObject({
      energy_kwh: hours * 300,
      hashes_eh: hours * 72,
      coverage_ratio: 1,
      lost_unknown_thh: 0,
    });
    // The stored day takes the place of its hours.
    await bucket('PARIS-C01', 86_400, from, { energy_kwh: 7, covered_s: hours * 3600, expected_thh: 20_000 * hours });
    expect(containerOf((await ask(`PARIS-001/daily?date=${date}`)).body, 'PARIS-C01')).toMatchObject({
      energy_kwh: 7,
      coverage_ratio: 1,
    });
  });
});

describe('what runs still, and what is none', () => {
  it('is told up to now, as not complete', async () => {
    await bucket('PARIS-C01', 3600, '2026-11-22T23:00:00Z', hour(100));
    const { status, body } = await ask('PARIS-001/daily?date=2026-11-23');
    expect([status, body.complete]).toEqual([200, false]);
    // It is 13:00 in Paris: 12 of 13 hours are missing, and none of those to come.
    expect(containerOf(body, 'PARIS-C01')).toMatchObject({ coverage_ratio: 0.076923, lost_unknown_thh: 240_000 });
    const month = await ask('PARIS-001/monthly?month=2026-11');
    expect([month.status, month.body.complete, month.body.days.length]).toEqual([200, false, 23]);
  });

  it.each([
    ['daily?date=2026-11-24', '/date', 'future'],
    ['daily?date=2026-02-30', '/date', 'invalid_format'],
    ['daily?date=1999-12-31', '/date', 'custom'],
    ['daily?date=23.11.2026', '/date', 'invalid_format'],
    ['daily?month=2026-10', '/month', 'unrecognized_keys'],
    ['monthly?month=2026-12', '/month', 'future'],
    ['monthly?month=2026-13', '/month', 'invalid_format'],
    ['monthly?month=2026-1', '/month', 'invalid_format'],
    ['monthly?date=2026-10-01', '/date', 'unrecognized_keys'],
  ])('refuses %s', async (path, pointer, code) => {
    const { status, body } = await ask(`NORTH-001/${path}`);
    expect([status, (body as unknown as { errors: object[] }).errors]).toEqual([
      422,
      [expect.objectContaining({ pointer, code })],
    ]);
  });

  it('takes the day that has begun there, though not yet in UTC', async () => {
    api.now = Date.parse('2026-11-23T22:00:00Z');
    expect((await ask('NORTH-001/daily?date=2026-11-24')).status).toBe(200);
    expect((await ask('PARIS-001/daily?date=2026-11-24')).status).toBe(422);
    api.now = Date.parse('2026-11-23T12:00:00Z');
  });

  it('is for those who see what is inside, of their own projects', async () => {
    const status = async (key: string) => (await ask('NORTH-001/daily', key)).status;
    expect(await status(await api.makeKey('viewer', ['NORTH-001']))).toBe(403);
    expect(await status(await api.makeKey('operator', ['PARIS-001']))).toBe(404);
    expect(await status(await api.makeKey('project_manager', ['NORTH-001']))).toBe(200);
    expect((await ask('NOBODY-001/monthly')).status).toBe(404);
  });
});

describe('as a table', () => {
  it('has a line for the project, each day of a month and each container', async () => {
    const { headers, body } = await api.ask('/api/reports/NORTH-001/monthly?month=2026-10&format=csv', {
      key: operator,
    });
    expect(headers.get('Content-Disposition')).toContain('north-001_monthly_2026-10.csv');
    const lines = (body as string)
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    const column = (name: string) => lines[0]!.indexOf(name);
    expect(lines).toHaveLength(1 + 1 + 31 + 3);
    expect(lines[1]![column('scope_id')]).toBe('NORTH-001');
    expect(lines[1]![column('energy_kwh')]).toBe('31496');
    expect(lines[6]!.slice(0, 2)).toEqual(['2026-10-04T21:00:00.000Z', '2026-10-05 00:00:00']);
    expect(lines[6]![column('energy_kwh')]).toBe('1005');
    // Unknown is empty.
    expect(lines[34]![column('energy_kwh')]).toBe('');
    const days = lines.slice(2, 33).map((line) => Number(line[column('hashes_eh')]));
    expect(days.reduce((sum, value) => sum + value, 0)).toBeCloseTo(Number(lines[1]![column('hashes_eh')]), 9);
  });

  it('opens in Excel', async () => {
    const response = await api.app.request('/api/reports/NORTH-001/daily?date=2026-11-22&format=xlsx', {
      headers: { Authorization: `Bearer ${operator}` },
    });
    const sheets = await readXlsx(new Uint8Array(await response.arrayBuffer()));
    const [sheet] = sheets.values();
    expect([...sheet!.cells.values()].map(({ value }) => value)).toContain(12_612.123);
  });
});
