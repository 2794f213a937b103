import pg, { type ClientBase } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let viewer: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query(
      `insert into projects (project_id, name, status, time_zone) values
         ('NORTH-001', 'North', 'active', 'Asia/Qatar'), ('SOUTH-001', 'South', 'active', 'UTC'),
         ('PLAN-001', 'Plan', 'planned', 'UTC'), ('OLD-001', 'Old', 'archived', 'UTC')`,
    ),
  );
  await api.asOwner((client) =>
    client.query(
      `insert into containers (project_id, container_id) values ('NORTH-001', 'NORTH-C01'),
         ('SOUTH-001', 'SOUTH-C01'), ('SOUTH-001', 'SOUTH-C02'), ('PLAN-001', 'PLAN-C01')`,
    ),
  );
  admin = await api.makeKey('super_admin');
  viewer = await api.makeKey('viewer', ['NORTH-001']);
});
afterAll(() => api.close());

const ask = async (path: string, key = admin) => api.ask(`/api/metrics/${path}`, { key });

describe('a range', () => {
  /** As somebody would by hand: one reading each. */
  const byHand = (id: string, rows: [time: string, eh: number | null, mw: number | null, active: number | null][]) =>
    api.asOwner(async (client) => {
      for (const [time, eh, mw, active] of rows)
        await client.query(
          `insert into metrics (timestamp, project_id, scope, scope_id, hashrate_eh, power_mw, active_containers)
           values ($1, $2, 'project', $2, $3, $4, $5)`,
          [`2026-11-23T${time}Z`, id, eh, mw, active],
        );
    });
  const rolledUp = (id: string, rows: RolledUp[]) => api.asOwner((client) => insertMetrics(client, id, rows));
  const series = (body: unknown) => (body as { series: { metric: string; agg: string; values: unknown[] }[] }).series;

  beforeAll(async () => {
    await byHand('NORTH-001', [
      ['11:40:00', 0.1, 2, 40],
      ['11:45:00', 0.2, 4, 42],
      ['11:50:00', null, 6, null],
    ]);
    await byHand('SOUTH-001', [['11:45:00', 1, 20, 7]]);
    await byHand('OLD-001', [['11:45:00', 9, 9, 9]]);
    await rolledUp('NORTH-C01', [
      // Two readings of 100 and 200; then one of 60.
      { at: '11:00:00', hashrate: [300, 2, 100, 200], chip: [900, 15, 50, 70], reporting: 300 },
      { at: '11:05:00', hashrate: [60, 1, 60, 60], chip: [80, 1, 80, 80], reporting: 12 },
    ]);
  });

  it('answers every bucket, with null where nothing is known', async () => {
    const { status, body } = await ask('project/NORTH-001?range=30m&metrics=hashrate_ths,power_kw', viewer);
    expect(status).toBe(200);
    expect(body).toEqual({
      scope: 'project',
      scope_id: 'NORTH-001',
      from: '2026-11-23T11:30:00.000Z',
      to: '2026-11-23T12:00:00.000Z',
      step: '5m',
      tz: 'Asia/Qatar',
      resolution_source: '5m',
      time: ['30', '35', '40', '45', '50', '55'].map((minute) => `2026-11-23T11:${minute}:00.000Z`),
      series: [
        {
          metric: 'hashrate_ths',
          unit: 'TH/s',
          agg: 'avg',
          labels: { project_id: 'NORTH-001' },
          values: [null, null, 100_000, 200_000, null, null],
        },
        {
          metric: 'power_kw',
          unit: 'kW',
          agg: 'avg',
          labels: { project_id: 'NORTH-001' },
          values: [null, null, 2000, 4000, 6000, null],
        },
      ],
      coverage: [null, null, null, null, null, null],
      warnings: [],
    });
  });

  it.each(['global', 'project/NORTH-001', 'container/NORTH-C01'])('of %s asks the database six times', async (path) => {
    const ofOneHour = () => ask(`${path}?range=1h&metrics=hashrate_ths`, path === 'global' ? viewer : admin);
    // The first time a key's use is noted, and which projects there are is learnt.
    await ofOneHour();
    const asked = vi.spyOn(pg.Client.prototype, 'query');
    expect((await ofOneHour()).status).toBe(200);
    expect(asked.mock.calls.map(([text]) => text)).toHaveLength(6);
    asked.mockRestore();
  });

  it('joins finer rows by their readings, not by their averages', async () => {
    const query = 'range=1h&step=1h&metrics=hashrate_ths,temp_chip_c&agg=avg,min,max,last';
    const { body } = await ask(`container/NORTH-C01?${query}`);
    expect(body).toMatchObject({ step: '1h', resolution_source: '5m', time: ['2026-11-23T11:00:00.000Z'] });
    expect(series(body).map(({ metric, agg, values }) => [metric, agg, ...values])).toEqual([
      ['hashrate_ths', 'avg', 120],
      ['hashrate_ths', 'min', 60],
      ['hashrate_ths', 'max', 200],
      ['hashrate_ths', 'last', 60],
      // Fifteen miners' readings weigh fifteen times one's: (900 + 80) / 16.
      ['temp_chip_c', 'avg', 61.25],
      ['temp_chip_c', 'min', 50],
      ['temp_chip_c', 'max', 80],
      ['temp_chip_c', 'last', 80],
    ]);
    expect(body).toMatchObject({ coverage: [{ reporting: 300, expected: 308 }] });
  });

  it('of the company is the sum over the projects that the asker may see, but archived ones', async () => {
    const query = 'range=30m&metrics=hashrate_ths,efficiency_j_per_th,active_containers';
    const { body } = await ask(`global?${query}`);
    expect(body).toMatchObject({ scope_id: 'global', tz: 'UTC', step: '5m' });
    expect(series(body).map(({ values }) => values)).toEqual([
      [null, null, 100_000, 1_200_000, null, null],
      // 24 MW over 1.2 EH/s; where nobody tells both there is none.
      [null, null, 20, 20, null, null],
      [null, null, 40, 49, null, null],
    ]);
    const { body: own } = await ask(`global?${query}`, viewer);
    expect(series(own)[0]?.values).toEqual([null, null, 100_000, 200_000, null, null]);
  });

  it('of the company does not leave a silent project out of the coverage', async () => {
    const at = (id: string, reporting: number, expected: number) => ({
      at: '10:00:00',
      hashrate: [1, 1, 1, 1] as Told4,
      reporting,
      expected,
      id,
    });
    await rolledUp('NORTH-001', [at('NORTH-001', 3, 4)]);
    const during = 'from=2026-11-23T10:00:00Z&to=2026-11-23T10:05:00Z';
    const born = (when: string) =>
      api.asOwner((client) =>
        client.query("update projects set created_at = $1 where project_id = 'SOUTH-001'", [when]),
      );
    await born('2026-11-23T10:06:00Z');
    expect((await ask(`global?${during}`)).body).toMatchObject({ coverage: [{ reporting: 3, expected: 4 }] });
    await born('2026-01-01T00:00:00Z');
    // SOUTH-001 has two containers, and was there.
    expect((await ask(`global?${during}`)).body).toMatchObject({ coverage: [{ reporting: 3, expected: 6 }] });
  });

  it('says rows as tools read them', async () => {
    const query = 'range=15m&shape=rows&metrics=hashrate_ths&agg=avg,max';
    const { body } = await ask(`project/NORTH-001?${query}`);
    const rows = (body as { rows: object[] }).rows;
    expect(rows).toHaveLength(3);
    expect(rows[0]).toEqual({
      time_utc: '2026-11-23T11:45:00.000Z',
      time_local: '2026-11-23 14:45:00',
      hashrate_ths: 200_000,
      hashrate_ths_max: 200_000,
      reporting: null,
      expected: null,
    });
  });

  it('is a file too, in local time beside UTC', async () => {
    const query = 'range=15m&metrics=hashrate_ths&format=csv';
    const answer = await ask(`project/NORTH-001?${query}&locale=fr`);
    expect(answer.headers.get('Content-Disposition')).toContain(
      'filename="north-001_hashrate_2026-11-23_2026-11-23_5m.csv"',
    );
    expect((answer.body as string).replace('\ufeff', '').split('\r\n')).toEqual([
      'time_utc;time_local;hashrate_ths;reporting;expected',
      '2026-11-23T11:45:00.000Z;2026-11-23 14:45:00;200000;;',
      '2026-11-23T11:50:00.000Z;2026-11-23 14:50:00;;;',
      '2026-11-23T11:55:00.000Z;2026-11-23 14:55:00;;;',
      '',
    ]);
    expect((await ask(`project/NORTH-001?${query}`, viewer)).status).toBe(403);
    const xlsx = await ask('global?range=1h&format=xlsx');
    expect(xlsx.headers.get('Content-Type')).toMatch(/spreadsheetml/);
  });

  it.each([
    ['range=24h', '5m', 288],
    ['range=7d', '15m', 672],
    ['range=30d', '1h', 720],
    ['range=1y', '1d', 366],
    ['range=2h&step=1m', '5m', 24],
    ['from=2026-11-23T11:02:00Z&to=2026-11-23T11:58:00Z&step=1h', '1h', 1],
    ['from=2026-11-20T14:00:00%2B02:00&to=2026-11-20T13:00:00Z', '5m', 12],
  ])('%s has steps of %s', async (query, step, points) => {
    const { body } = await ask(`project/NORTH-001?${query}`);
    expect([(body as { step: string }).step, (body as { time: string[] }).time.length]).toEqual([step, points]);
  });

  it('has days that begin where those of the zone do, and UTC of the company', async () => {
    const during = 'from=2026-11-20T12:00:00Z&to=2026-11-22T12:00:00Z&step=1d';
    const days = async (path: string) => {
      const { body } = await ask(`${path}?${during}`);
      const { tz, time } = body as { tz: string; time: string[] };
      return [tz, ...time];
    };
    const utc = ['2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z'];
    const qatar = ['2026-11-19T21:00:00.000Z', '2026-11-20T21:00:00.000Z', '2026-11-21T21:00:00.000Z'];
    expect(await days('project/NORTH-001')).toEqual(['Asia/Qatar', ...qatar]);
    expect(await days('global')).toEqual(['UTC', ...utc]);
    const { body } = await ask(`project/NORTH-001?${during}&tz=America/New_York`);
    expect((body as { time: string[] }).time[0]).toBe('2026-11-20T05:00:00.000Z');
  });

  it('that ends in the future is cut off, and says so', async () => {
    const { body } = await ask('project/NORTH-001?from=2026-11-23T11:00:00Z&to=2027-01-01T00:00:00Z');
    expect(body).toMatchObject({ to: '2026-11-23T12:00:00.000Z', warnings: [{ code: 'ends_in_future' }] });
  });

  it.each([
    ['range=24', '/range', 'invalid_format'],
    ['range=0h', '/range', 'invalid_format'],
    ['range=1h&from=2026-11-23T10:00:00Z', '/range', 'range'],
    ['from=2026-11-23T10:00:00Z', '/to', 'range'],
    ['to=2026-11-23T10:00:00Z', '/from', 'range'],
    ['from=2026-11-23T10:00:00Z&to=2026-11-23T09:00:00Z', '/from', 'range'],
    ['from=2027-11-23T10:00:00Z&to=2027-11-24T09:00:00Z', '/from', 'range'],
    ['from=yesterday&to=2026-11-23T10:00:00Z', '/from', 'invalid_format'],
    ['range=50y', '/range', 'too_many_points'],
    ['from=1976-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', '/from', 'too_many_points'],
    ['range=1y&step=5m', '/step', 'too_many_points'],
    ['range=1h&step=2m', '/step', 'invalid_value'],
    ['range=1h&metrics=hashrate', '/metrics/0', 'invalid_value'],
    ['range=1h&metrics=', '/metrics/0', 'invalid_value'],
    ['range=1h&agg=p96', '/agg/0', 'invalid_value'],
    ['range=1h&metrics=power_kw&agg=sum', '/agg', 'aggregate'],
    ['range=1h&metrics=efficiency_j_per_th&agg=max', '/agg', 'aggregate'],
    ['range=1h&tz=Mars/Base', '/tz', 'time_zone'],
    ['range=1h&group_by=miner', '/group_by', 'invalid_value'],
    ['range=1h&compare=last_year', '/compare', 'invalid_value'],
    ['step=1h', '/step', 'needs_range'],
    ['tz=UTC', '/tz', 'needs_range'],
  ])('%s is refused at its place, in both languages', async (query, pointer, code) => {
    const path = `/api/metrics/project/NORTH-001?${query}`;
    const en = await api.ask(path, { key: admin });
    const fr = await api.ask(path, { key: admin, headers: { 'Accept-Language': 'fr' } });
    expect(en.status).toBe(422);
    expect(en.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer, code }] });
    expect(fr.body).toMatchObject({ errors: [{ pointer, code }] });
    const message = ({ body }: { body: { errors: { message: string }[] } }) => body.errors[0]!.message;
    expect(message(fr)).not.toBe(message(en));
  });

  it('that would be too long names the step that fits', async () => {
    const { body } = await ask('project/NORTH-001?range=1y&step=1h');
    expect(body).toMatchObject({
      errors: [{ message: expect.stringMatching(/8760 points.*at most 2000: use step=1d \(366 points\)/) }],
    });
  });

  it('of the company has no least and most of what adds up, a container no containers', async () => {
    expect((await ask('global?range=1h&metrics=power_kw&agg=min')).body).toMatchObject({
      errors: [{ pointer: '/agg' }],
    });
    expect((await ask('global?range=1h&metrics=temp_chip_c&agg=min')).status).toBe(200);
    expect((await ask('container/NORTH-C01?range=1h&metrics=active_containers')).status).toBe(422);
  });

  it('asks for what is stored no finer than that', async () => {
    await rolledUp('SOUTH-C01', [{ at: '10:00:00', resolution: 3600, hashrate: [7, 1, 7, 7] }]);
    const during = 'from=2026-11-23T10:00:00Z&to=2026-11-23T11:00:00Z';
    expect((await ask(`container/SOUTH-C01?${during}`)).body).toMatchObject({ step: '1h', resolution_source: '1h' });
    const fine = await api.ask(`/api/metrics/container/SOUTH-C01?${during}&step=5m`, {
      key: admin,
      headers: { 'Accept-Language': 'fr' },
    });
    expect(fine.body).toMatchObject({
      step: '5m',
      resolution_source: null,
      warnings: [{ code: 'wider_rows_only', message: expect.stringMatching(/demandez step=1h/) }],
    });
  });
});

type Told4 = [sum: number, count: number, min: number, max: number];

interface RolledUp {
  at: string;
  resolution?: number;
  hashrate?: Told4;
  chip?: Told4;
  reporting?: number;
  expected?: number;
}

async function insertMetrics(client: ClientBase, id: string, rows: RolledUp[]): Promise<void> {
  for (const { at, resolution = 300, hashrate = [], chip = [], reporting = null, expected = 308 } of rows)
    await client.query(
      `insert into metrics (project_id, scope, scope_id, resolution_s, timestamp,
         hashrate_ths_sum, hashrate_ths_count, hashrate_ths_min, hashrate_ths_max,
         temp_chip_c_sum, temp_chip_c_count, temp_chip_c_min, temp_chip_c_max, reporting, expected)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [
        id.replace(/C\d+$/, '001'),
        id.endsWith('-001') ? 'project' : 'container',
        id,
        resolution,
        `2026-11-23T${at}Z`,
        ...[0, 1, 2, 3].map((i) => hashrate[i]),
        ...[0, 1, 2, 3].map((i) => chip[i]),
        reporting,
        expected,
      ],
    );
}
