import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;
let operator: string;
let viewer: string;

const DAY = '2026-11-22';

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query(`
      insert into projects (project_id, name, status, time_zone) values
        ('NORTH-001', 'North', 'active', 'Asia/Qatar'), ('SOUTH-001', 'South', 'active', 'UTC')`),
  );
  await api.asOwner((client) =>
    client.query(`
      insert into transformers (project_id, transformer_id, load_pct, active_power_kw, state_at) values
        ('NORTH-001', 'NORTH-T01', 80, 3000, '2026-11-23T11:59:30Z'), ('NORTH-001', 'NORTH-T02', 70, 2000, '2026-11-22'),
        ('NORTH-001', 'BOTH-T01', null, null, null), ('SOUTH-001', 'BOTH-T01', null, null, null);
      insert into meters (project_id, meter_id, transformer_id, interval_s) values
        ('NORTH-001', 'NORTH-E01', 'NORTH-T01', 60), ('NORTH-001', 'NORTH-E02', 'NORTH-T02', 60);
      insert into containers (project_id, container_id, transformer_id, model, metadata, miners_expected, created_at, status,
        hashrate_th, power_consumption_kw, miners_active, state_at, interval_s) values
        ('NORTH-001', 'NORTH-C01', 'NORTH-T01', 'HD5', '{"plan": {"x": 0, "y": 2}}', 300, '2026-01-01', 'active', 90, 2, 300, '2026-11-23T11:59:30Z', 60),
        ('NORTH-001', 'NORTH-C02', 'NORTH-T01', 'HD5', '{"plan": {"x": 1, "y": 10}}', 300, '2026-01-01', 'active', 10, 1, 299, '2026-11-23T11:59:30Z', 60),
        ('NORTH-001', 'NORTH-C03', 'NORTH-T02', 'HK3', '{"plan": {"y": "<script>"}}', 200, '2026-01-01', 'active', null, null, null, null, null),
        ('NORTH-001', 'NORTH-C04', null, null, '{"plan": {"x": 0, "y": 2}}', 100, '2026-01-01', 'planned', null, null, null, null, null),
        ('SOUTH-001', 'SOUTH-C01', null, 'HK3', '{}', 100, '2026-01-01', 'active', null, null, null, null, null)`),
  );
  [admin, operator, viewer] = [
    await api.makeKey('super_admin'),
    await api.makeKey('operator', ['NORTH-001']),
    await api.makeKey('viewer', ['NORTH-001']),
  ];
});
afterAll(() => api.close());

const ask = (path: string, key = admin) => api.ask(`/api/metrics/${path}`, { key });

interface SeriesBody {
  time: string[];
  time_compared?: string[];
  series: { metric: string; agg: string; unit: string; labels: Record<string, string>; values: (number | null)[] }[];
  coverage: ({ reporting: number; expected: number } | null)[];
  groups?: { labels: Record<string, string>; coverage: unknown[] }[];
  warnings: { code: string; message: string }[];
}
const series = async (path: string, key = admin): Promise<SeriesBody> => {
  const { status, body } = await ask(path, key);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
};

/** The first value of each series of a metric, by a label. */
const byLabel = (body: SeriesBody, label: string, metric: string) =>
  Object.fromEntries(
    body.series.filter((one) => one.metric === metric).map(({ labels, values }) => [labels[label], values[0]]),
  );

/** Rows of `metrics`, any columns. */
type Bucket = Record<string, string | number | boolean | null>;
const insert = (...rows: Bucket[]) =>
  api.asOwner(async (client) => {
    for (const row of rows) {
      const names = Object.keys(row);
      const places = names.map((_, i) => `$${i + 1}`);
      await client.query(
        `insert into metrics (${names.join(', ')}) values (${places.join(', ')})
         on conflict (project_id, scope, scope_id, resolution_s, timestamp) do nothing`,
        Object.values(row),
      );
    }
  });
const of = (scope: string, scope_id: string, time: string, more: Bucket): Bucket => ({
  project_id: scope_id.startsWith('SOUTH') ? 'SOUTH-001' : 'NORTH-001',
  scope,
  scope_id,
  timestamp: time.includes('T') ? time : `${DAY}T${time}Z`,
  ...more,
});
const level = (name: string, average: number, count = 1): Bucket => ({
  [`${name}_sum`]: average * count,
  [`${name}_count`]: count,
  [`${name}_min`]: average - 1,
  [`${name}_max`]: average + 1,
});
const during = (from: string, to: string) => `from=${DAY}T${from}:00Z&to=${DAY}T${to}:00Z`;

describe('every quantity', () => {
  beforeAll(() =>
    insert(
      of('project', 'NORTH-001', '01:00', {
        ...level('miners_answering', 900),
        ...level('temp_board_c', 60, 10),
        ...level('flow_m3h', 150),
        ...level('pressure_supply_bar', 2.5),
        energy_kwh: 500.25,
        energy_integrated_kwh: 100.5,
        hashes_eh: 30.125,
        covered_s: 600,
        miner_known_s: 180_000,
        miner_active_s: 178_200,
        active_containers: 2,
        reporting: 2,
        expected: 3,
      }),
      of('project', 'NORTH-001', '01:05', {
        ...level('temp_board_c', 90, 30),
        energy_kwh: 0.5,
        energy_integrated_kwh: 0,
        hashes_eh: 1,
        covered_s: 300,
        miner_known_s: 90_000,
        miner_active_s: 0,
        active_containers: 1,
      }),
    ),
  );

  it('in its natural aggregate: amounts add up, levels are averaged, shares are of sums', async () => {
    const metrics =
      'energy_kwh,energy_integrated_kwh,hashes_eh,availability_ratio,miners_answering,miners_expected,temp_board_c,flow_m3h,pressure_supply_bar';
    const { series: told, warnings } = await series(
      `project/NORTH-001?${during('01:00', '02:00')}&step=1h&metrics=${metrics}`,
    );
    expect(told.map(({ metric, agg, unit, values }) => [metric, agg, unit, ...values])).toEqual([
      ['energy_kwh', 'sum', 'kWh', 500.75],
      ['energy_integrated_kwh', 'sum', 'kWh', 100.5],
      ['hashes_eh', 'sum', 'EH', 31.125],
      ['availability_ratio', 'avg', '1', 0.66],
      ['miners_answering', 'avg', 'miners', 900],
      // 300 in a container, of which there were two and then one.
      ['miners_expected', 'avg', 'miners', 450],
      ['temp_board_c', 'avg', '°C', (60 * 10 + 90 * 30) / 40],
      ['flow_m3h', 'avg', 'm³/h', 150],
      ['pressure_supply_bar', 'avg', 'bar', 2.5],
    ]);
    expect(warnings).toEqual([{ code: 'energy_integrated', message: expect.stringMatching(/^100.5 kWh/) }]);
  });

  it('warns of frames that came too late, where the rows say so, in both languages', async () => {
    await insert(of('project', 'NORTH-001', '02:00', { ...level('power_kw', 1), late: true }));
    const path = `/api/metrics/project/NORTH-001?${during('02:00', '02:05')}&metrics=power_kw`;
    const [en, fr] = [
      await api.ask(path, { key: admin }),
      await api.ask(path, { key: admin, headers: { 'Accept-Language': 'fr' } }),
    ];
    expect(en.body).toMatchObject({
      warnings: [{ code: 'late_frames', message: expect.stringMatching(/^Frames came/) }],
    });
    expect(fr.body).toMatchObject({ warnings: [{ message: expect.stringMatching(/^Des trames/) }] });
    expect((await series(`project/NORTH-001?${during('02:05', '03:00')}&metrics=power_kw`)).warnings).toEqual([]);
  });
});

describe('groups', () => {
  const query = `${during('04:00', '04:05')}&metrics=power_kw,energy_kwh,temp_chip_c`;

  beforeAll(() =>
    insert(
      of('project', 'NORTH-001', '04:00', {
        ...level('power_kw', 1111),
        energy_kwh: 100.75,
        ...level('temp_chip_c', 61),
      }),
      of('transformer', 'NORTH-T01', '04:00', {
        ...level('power_kw', 110),
        energy_kwh: 50.5,
        ...level('load_pct', 80),
      }),
      of('transformer', 'NORTH-T02', '04:00', { ...level('power_kw', 1000), energy_kwh: 50 }),
      of('container', 'NORTH-C01', '04:00', {
        ...level('power_kw', 10),
        ...level('temp_chip_c', 60, 300),
        energy_kwh: 5,
        transformer_id: 'NORTH-T01',
        reporting: 290,
        expected: 300,
      }),
      of('container', 'NORTH-C02', '04:00', {
        ...level('power_kw', 100),
        ...level('temp_chip_c', 64, 100),
        energy_kwh: 45.5,
        transformer_id: 'NORTH-T01',
      }),
      of('container', 'NORTH-C03', '04:00', {
        ...level('power_kw', 1000),
        energy_kwh: 50,
        transformer_id: 'NORTH-T02',
      }),
      of('container', 'NORTH-C04', '04:00', { ...level('power_kw', 1), energy_kwh: 0.25 }),
      of('container', 'SOUTH-C01', '04:00', { ...level('power_kw', 7), energy_kwh: 1 }),
    ),
  );

  it.each([
    ['container', 'container_id', { 'NORTH-C01': 10, 'NORTH-C02': 100, 'NORTH-C03': 1000, 'NORTH-C04': 1 }],
    ['transformer', 'transformer_id', { 'NORTH-T01': 110, 'NORTH-T02': 1000, 'BOTH-T01': null, none: 1 }],
    ['row', 'row', { '2': 11, '10': 100, none: 1000 }],
    ['model', 'model', { HD5: 110, HK3: 1000, none: 1 }],
  ])('by %s add up to the whole', async (grouping, label, power) => {
    const body = await series(`project/NORTH-001?${query}&group_by=${grouping}`);
    expect(byLabel(body, label, 'power_kw')).toEqual(power);
    const energy = Object.values(byLabel(body, label, 'energy_kwh')).reduce((sum: number, kwh) => sum + Number(kwh), 0);
    expect(energy).toBe(100.75);
    expect(body.series.every(({ labels }) => labels.project_id === 'NORTH-001')).toBe(true);
  });

  it('average temperatures by their readings, and come in the order people count', async () => {
    const models = await series(`project/NORTH-001?${query}&group_by=model`);
    expect(byLabel(models, 'model', 'temp_chip_c')).toEqual({ HD5: 61, HK3: null, none: null });
    const rows = await series(`project/NORTH-001?${query}&group_by=row`);
    expect([...new Set(rows.series.map(({ labels }) => labels.row))]).toEqual(['2', '10', 'none']);
  });

  it('say how much of each they cover, and miss whoever is silent', async () => {
    const { groups, coverage } = await series(`project/NORTH-001?${query}&group_by=row`);
    // NORTH-C04 is planned: nothing is expected of it before it tells something.
    expect(groups?.map(({ labels, coverage }) => [labels.row, ...coverage])).toEqual([
      ['2', { reporting: 290, expected: 400 }],
      ['10', null],
      ['none', null],
    ]);
    expect(coverage).toEqual([{ reporting: 290, expected: 400 }]);
    const { groups: models } = await series(`project/NORTH-001?${query}&group_by=model`);
    expect(models?.[0]).toEqual({
      labels: { project_id: 'NORTH-001', model: 'HD5' },
      coverage: [{ reporting: 290, expected: 600 }],
    });
  });

  it('of transformers are what history says, wherever a container hangs now', async () => {
    const move = (id: string | null) =>
      api.asOwner((client) =>
        client.query("update containers set transformer_id = $1 where container_id = 'NORTH-C04'", [id]),
      );
    await move('NORTH-T02');
    const body = await series(`project/NORTH-001?${query}&group_by=transformer`);
    expect(byLabel(body, 'transformer_id', 'power_kw')).toMatchObject({ none: 1, 'NORTH-T02': 1000 });
    // Nothing was on none an hour later, and nothing is now.
    const later = await series(`project/NORTH-001?${during('05:00', '05:05')}&metrics=power_kw&group_by=transformer`);
    expect(byLabel(later, 'transformer_id', 'power_kw')).toEqual({
      'NORTH-T01': null,
      'NORTH-T02': null,
      'BOTH-T01': null,
    });
    await move(null);
  });

  it('of a transformer are its containers, of the company every container', async () => {
    const own = await series(`transformer/NORTH-T01?${query}&group_by=container`);
    expect(byLabel(own, 'container_id', 'power_kw')).toEqual({ 'NORTH-C01': 10, 'NORTH-C02': 100 });
    const all = await series(`global?${query}&group_by=container`);
    expect(byLabel(all, 'container_id', 'power_kw')).toMatchObject({ 'NORTH-C01': 10, 'SOUTH-C01': 7 });
    const models = await series(`global?${during('04:00', '04:05')}&metrics=power_kw&group_by=model`);
    expect(byLabel(models, 'model', 'power_kw')).toEqual({ HD5: 110, HK3: 1007, none: 1 });
    const seen = await series(`global?${during('04:00', '04:05')}&metrics=power_kw&group_by=model`, viewer);
    expect(byLabel(seen, 'model', 'power_kw')).toEqual({ HD5: 110, HK3: 1000, none: 1 });
  });

  it('say the least and most of one member, never of several that add up', async () => {
    const two = `${during('04:00', '04:05')}&metrics=power_kw&agg=min,max`;
    const { series: told } = await series(`project/NORTH-001?${two}&group_by=container`);
    expect(told.slice(0, 2).map(({ values }) => values)).toEqual([[9], [11]]);
    expect((await ask(`project/NORTH-001?${two}&group_by=row`)).status).toBe(422);
  });

  it('of several on no transformer have a sum and a newest, and no least', async () => {
    await insert(
      of('container', 'NORTH-C03', '06:00', level('power_kw', 4)),
      of('container', 'NORTH-C04', '06:00', level('power_kw', 2)),
    );
    const body = await series(
      `project/NORTH-001?${during('06:00', '06:05')}&metrics=power_kw&agg=avg,last,min&group_by=transformer`,
    );
    const none = body.series.filter(({ labels }) => labels.transformer_id === 'none');
    expect(none.map(({ agg, values }) => [agg, ...values])).toEqual([
      ['avg', 6],
      ['last', 6],
      ['min', null],
    ]);
  });

  it('of which one is silent lack what was expected of it', async () => {
    await insert(of('container', 'NORTH-C02', '07:00', { ...level('power_kw', 4), reporting: 299, expected: 300 }));
    const { groups } = await series(`project/NORTH-001?${during('07:00', '07:05')}&metrics=power_kw&group_by=model`);
    expect(groups?.find(({ labels }) => labels.model === 'HD5')?.coverage).toEqual([{ reporting: 299, expected: 600 }]);
  });

  it('are rows and files with labels', async () => {
    const { body } = await ask(
      `project/NORTH-001?${during('04:00', '04:05')}&metrics=power_kw&group_by=row&shape=rows`,
    );
    expect((body as { rows: object[] }).rows[1]).toEqual({
      time_utc: `${DAY}T04:00:00.000Z`,
      time_local: `${DAY} 07:00:00`,
      row: '10',
      power_kw: 100,
      reporting: null,
      expected: 300,
    });
    const csv = await ask(`global?${during('04:00', '04:05')}&metrics=power_kw&group_by=container&format=csv`);
    expect((csv.body as string).split('\r\n').slice(0, 2)).toEqual([
      'time_utc,time_local,project_id,container_id,power_kw,reporting,expected',
      `${DAY}T04:00:00.000Z,${DAY} 04:00:00,NORTH-001,NORTH-C01,10,290,300`,
    ]);
  });

  it('that are too many are refused with what fits', async () => {
    await api.asOwner((client) =>
      client.query(`insert into containers (project_id, container_id, model)
        select 'SOUTH-001', format('SOUTH-C%s', n), 'HK3' from generate_series(100, 320) n`),
    );
    const { status, body } = await ask(`project/SOUTH-001?range=1h&metrics=power_kw&group_by=container`);
    expect([status, body]).toMatchObject([
      422,
      {
        errors: [
          {
            pointer: '/group_by',
            code: 'too_many_series',
            message: expect.stringMatching(/222 groups.*group_by=model/),
          },
        ],
      },
    ]);
    const many =
      'hashrate_ths,power_kw,miners_active,energy_kwh,hashes_eh,flow_m3h,temp_chip_c,temp_board_c,temp_supply_c,temp_return_c,pressure_supply_bar,pressure_return_bar,miners_answering,efficiency_j_per_th';
    const few = await ask(`project/NORTH-001?range=1h&metrics=${many}&group_by=container&compare=previous_week`);
    expect(few.status).toBe(200);
    // 222 containers, a day of five minutes: their sum is one series, and 64,000 buckets.
    expect((await ask('project/SOUTH-001?range=1d&step=5m&metrics=power_kw&group_by=model')).status).toBe(200);
    expect((await ask('project/SOUTH-001?range=5d&step=5m&metrics=power_kw&group_by=model')).body).toMatchObject({
      errors: [{ code: 'too_much', message: expect.stringMatching(/use step=15m/) }],
    });
    await api.asOwner((client) => client.query("delete from containers where container_id ~ '^SOUTH-C[1-3]..$'"));
  });

  it('add up whatever the parts are', async () => {
    let hour = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ power: fc.integer({ min: 0, max: 4000 }), energy: fc.integer({ min: 0, max: 999_999 }) }),
          {
            minLength: 3,
            maxLength: 3,
          },
        ),
        async (parts) => {
          const time = new Date(Date.UTC(2026, 9, 1, hour++));
          const rows = parts.map(({ power, energy }, i) =>
            of('container', `NORTH-C0${i + 1}`, time.toISOString(), {
              ...level('power_kw', power / 8, 4),
              energy_kwh: energy / 1024,
            }),
          );
          await insert(...rows);
          const range = `from=${time.toISOString()}&to=${new Date(+time + 300_000).toISOString()}`;
          for (const grouping of ['container', 'row', 'model']) {
            const body = await series(`project/NORTH-001?${range}&metrics=power_kw&group_by=${grouping}`);
            const total = body.series.reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
            expect(total).toBe(parts.reduce((sum, { power }) => sum + power / 8, 0));
          }
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe('compared', () => {
  it('with a week before, hour by hour', async () => {
    await insert(
      of('project', 'NORTH-001', '2026-11-16T10:00:00Z', level('power_kw', 5)),
      of('project', 'NORTH-001', '2026-11-23T10:00:00Z', level('power_kw', 6)),
      of('project', 'NORTH-001', '2026-11-23T09:55:00Z', level('power_kw', 4)),
    );
    const range = 'from=2026-11-23T10:00:00Z&to=2026-11-23T10:05:00Z&metrics=power_kw';
    const week = await series(`project/NORTH-001?${range}&compare=previous_week`);
    expect(week.time_compared).toEqual(['2026-11-16T10:00:00.000Z']);
    expect(week.series.map(({ labels, values }) => [labels, values])).toEqual([
      [{ project_id: 'NORTH-001' }, [6]],
      [{ project_id: 'NORTH-001', compare: 'previous_week' }, [5]],
    ]);
    const before = await series(`project/NORTH-001?${range}&compare=previous_period`);
    expect([before.time_compared, before.series[1]?.values]).toEqual([['2026-11-23T09:55:00.000Z'], [4]]);
    const { body } = await ask(`project/NORTH-001?${range}&compare=previous_week&shape=rows`);
    expect((body as { rows: object[] }).rows).toMatchObject([
      { time_utc: '2026-11-23T10:00:00.000Z', compare: null, time_compared_utc: null, power_kw: 6 },
      {
        time_utc: '2026-11-23T10:00:00.000Z',
        compare: 'previous_week',
        time_compared_utc: '2026-11-16T10:00:00.000Z',
        power_kw: 5,
      },
    ]);
  });

  it('a period of 24 h is laid beside the same times of the day before', async () => {
    const { time, time_compared } = await series(
      'project/NORTH-001?range=24h&metrics=power_kw&compare=previous_period',
    );
    expect(Date.parse(time[0]!) - Date.parse(time_compared![0]!)).toBe(86_400_000);
    expect(time_compared).toHaveLength(time.length);
  });

  it('days go with days, of 23, 24 or 25 hours', async () => {
    const paris = 'from=2026-10-25T00:00:00Z&to=2026-10-26T12:00:00Z&step=1d&tz=Europe/Paris&metrics=power_kw';
    const { time, time_compared } = await series(`project/NORTH-001?${paris}&compare=previous_week`);
    expect(time).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
    expect(time_compared).toEqual(['2026-10-17T22:00:00.000Z', '2026-10-18T22:00:00.000Z']);
  });
});

describe('p95', () => {
  const frames = (id: string, rows: [time: string, hashrate: number | null][]) =>
    api.asOwner(async (client) => {
      for (const [time, hashrate] of rows)
        await client.query(
          `insert into container_frames (project_id, container_id, at, device_at, received_at, agent_id, interval_s, clock,
             miners_total, miners_answering, miners_active, hashrate_ths, body)
           values ('NORTH-001', $1, $2, $2, $2, gen_random_uuid(), 60, 'synced', 1, 1, 1, $3, '')`,
          [id, time, hashrate],
        );
    });
  const minutes = Array.from({ length: 21 }, (_, i): [string, number] => [
    new Date(Date.UTC(2026, 10, 23, 8, 0, i * 60)).toISOString(),
    i,
  ]);

  beforeAll(() => frames('NORTH-C01', minutes));

  it('of a container is what its frames say', async () => {
    const range = 'from=2026-11-23T08:00:00Z&to=2026-11-23T10:00:00Z&step=1h';
    await insert(of('container', 'NORTH-C01', '2026-11-23T08:00:00Z', level('hashrate_ths', 10)));
    const body = await series(`container/NORTH-C01?${range}&metrics=hashrate_ths&agg=p95,avg`);
    // Of 0, 1 ... 20 the twentieth.
    expect(body.series.map(({ agg, values }) => [agg, ...values])).toEqual([
      ['p95', 19, null],
      ['avg', 10, null],
    ]);
    expect(await series(`container/NORTH-C01?${range}&metrics=hashrate_ths&agg=p95`)).toMatchObject({
      resolution_source: 'raw',
    });
  });

  it('is refused where raw frames do not go back so far, saying since when there are any', async () => {
    await insert(of('container', 'NORTH-C01', '2026-11-23T06:00:00Z', level('hashrate_ths', 10)));
    const query = 'from=2026-11-23T06:00:00Z&to=2026-11-23T10:00:00Z&metrics=hashrate_ths&agg=p95';
    expect(await ask(`container/NORTH-C01?${query}`)).toMatchObject({
      status: 422,
      body: {
        errors: [
          {
            pointer: '/agg',
            code: 'raw_frames_gone',
            message: expect.stringMatching(/since 2026-11-23T08:00:00.000Z/),
          },
        ],
      },
    });
    // Beyond what the project keeps, even though nothing is known from then.
    expect((await ask('container/NORTH-C02?range=31d&metrics=hashrate_ths&agg=p95')).status).toBe(422);
    expect((await ask('container/NORTH-C04?range=1h&metrics=hashrate_ths&agg=p95')).status).toBe(200);
  });

  it.each([
    'project/NORTH-001?range=1h&metrics=hashrate_ths&agg=p95',
    'global?range=1h&metrics=hashrate_ths&agg=p95',
    'project/NORTH-001?range=1h&metrics=hashrate_ths&agg=p95&group_by=container',
    'container/NORTH-C01?range=1h&metrics=temp_chip_c&agg=p95',
    'container/NORTH-C01?range=1h&metrics=energy_kwh&agg=p95',
    'container/NORTH-C01?range=1h&metrics=hashrate_ths&agg=p95&compare=previous_week',
  ])('is not made up: %s', async (path) => {
    expect((await ask(path)).status).toBe(422);
  });
});

describe('transformers', () => {
  it('say what is true now: their containers together, and their meter while it is heard', async () => {
    const { status, body } = await ask('transformer/NORTH-T01', operator);
    expect([status, body]).toMatchObject([
      200,
      {
        scope: 'transformer',
        scope_id: 'NORTH-T01',
        coverage: { reporting: 2, expected: 2 },
        hashrate_ths: 100,
        power_kw: 3,
        miners_active: 599,
        load_pct: 80,
        active_power_kw: 3000,
      },
    ]);
    expect((await ask('transformer/NORTH-T02')).body).toMatchObject({
      load_pct: null,
      active_power_kw: null,
      hashrate_ths: null,
    });
    expect((await ask('transformer/NORTH-T01?format=csv')).body).toMatch(/load_pct/);
  });

  it('count the alerts of what is on them', async () => {
    await api.asOwner((client) =>
      client.query(`insert into alerts (project_id, target_type, target_id, severity) values
        ('NORTH-001', 'transformer', 'NORTH-T01', 'critical'), ('NORTH-001', 'container', 'NORTH-C02', 'warning'),
        ('NORTH-001', 'miner', 'NORTH-C01-M001', 'info'), ('NORTH-001', 'container', 'NORTH-C03', 'critical'),
        ('NORTH-001', 'transformer', 'NORTH-T02', 'critical'), ('SOUTH-001', 'container', 'NORTH-C01', 'critical')`),
    );
    expect((await ask('transformer/NORTH-T01')).body).toMatchObject({
      alerts_active: { critical: 1, warning: 1, info: 1 },
    });
  });

  it('have series, with their load', async () => {
    const { series: told } = await series(
      `transformer/NORTH-T01?${during('04:00', '04:05')}&metrics=load_pct,power_kw&agg=max,avg`,
    );
    expect(told.map(({ metric, agg, values }) => [metric, agg, ...values])).toEqual([
      ['load_pct', 'max', 81],
      ['load_pct', 'avg', 80],
      ['power_kw', 'max', 111],
      ['power_kw', 'avg', 110],
    ]);
    const loads = await series(`project/NORTH-001?${during('04:00', '04:05')}&metrics=load_pct&group_by=transformer`);
    expect(byLabel(loads, 'transformer_id', 'load_pct')).toMatchObject({ 'NORTH-T01': 80, none: null });
  });

  it('are inside: viewers see none, and none through a project', async () => {
    expect((await ask('transformer/NORTH-T01', viewer)).status).toBe(403);
    expect((await ask('project/NORTH-001?range=1h&metrics=power_kw&group_by=transformer', viewer)).status).toBe(403);
    expect((await ask('project/NORTH-001?range=1h&metrics=power_kw&group_by=container', viewer)).status).toBe(200);
  });

  it('of one id in two projects are told apart', async () => {
    expect(await ask('transformer/BOTH-T01')).toMatchObject({
      status: 409,
      body: { candidates: [{ project_id: 'NORTH-001' }, { project_id: 'SOUTH-001' }] },
    });
    expect((await ask('transformer/BOTH-T01?project_id=SOUTH-001')).status).toBe(200);
    expect((await ask('transformer/BOTH-T01?range=1h', operator)).status).toBe(200);
    expect((await ask('transformer/NORTH-T99')).status).toBe(404);
  });
});

it.each([
  ['container/NORTH-C01?range=1h&group_by=container', '/group_by', 'group_by'],
  ['global?range=1h&group_by=transformer', '/group_by', 'group_by'],
  ['global?range=1h&group_by=row', '/group_by', 'group_by'],
  ['transformer/NORTH-T01?range=1h&group_by=model', '/group_by', 'group_by'],
  ['project/NORTH-001?range=1h&metrics=load_pct', '/metrics', 'metric'],
  ['project/NORTH-001?range=1h&metrics=active_containers&group_by=container', '/metrics', 'metric'],
  ['project/NORTH-001?range=1h&metrics=energy_kwh&agg=avg', '/agg', 'aggregate'],
  ['project/NORTH-001?range=1h&metrics=availability_ratio&agg=max', '/agg', 'aggregate'],
  ['global?range=1h&metrics=load_pct', '/metrics/0', 'invalid_value'],
  ['project/NORTH-001?group_by=container', '/group_by', 'needs_range'],
  ['project/NORTH-001?compare=previous_week', '/compare', 'needs_range'],
  ['project/NORTH-001?format=parquet', '/format', 'needs_range'],
  ["project/NORTH-001?range=1h&group_by='; drop table metrics; --", '/group_by', 'invalid_value'],
])('%s is refused at its place, in both languages', async (path, pointer, code) => {
  const url = `/api/metrics/${path}`;
  const en = await api.ask(url, { key: admin });
  const fr = await api.ask(url, { key: admin, headers: { 'Accept-Language': 'fr' } });
  expect(en).toMatchObject({ status: 422, body: { errors: [{ pointer, code }] } });
  const message = ({ body }: { body: { errors: { message: string }[] } }) => body.errors[0]!.message;
  expect(message(fr)).not.toBe(message(en));
});
