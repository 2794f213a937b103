import { type BoardColumns, type ContainerFrame, encodeBody, type MinerStatus, statusCode } from '@hearst/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import type { RawAgent } from '../../../test/harness/raw-agent.ts';
import { openTestApi, type TestApi } from './testing.ts';

/**
 * East's container polls four miners each minute, from 9 to 11 and from 11:30 to 12, which is now. Its second miner is
 * silent from 10 to 10:30. West has a container of the same id, whose miners hash 999 TH/s.
 */
const MINUTE = 60_000;
const NINE = Date.UTC(2026, 10, 23, 9);
const NOON = NINE + 180 * MINUTE;
const SIZE = 4;

let api: TestApi;
let rig: IngestRig;
let east: RawAgent;
let operator: string;

/** Of position 1: 400.1, 400.2, ... */
const rate = (position: number, minute: number) => Number((400 + position / 10 + (minute % 10)).toFixed(1));
const isSilent = (position: number, minute: number) => position === 2 && minute >= 60 && minute < 90;

function frameAt(project: string, minute: number, over: Partial<ContainerFrame> = {}): ContainerFrame {
  const positions = Array.from({ length: SIZE }, (_, i) => i + 1);
  const each = <T>(value: (position: number) => T) =>
    positions.map((position) => (isSilent(position, minute) ? null : value(position)));
  const boards: BoardColumns = {
    hashrate_ths: each(() => [157, 156 + (minute % 3), 0]),
    temp_chip_c: each(() => [58, 59, null]),
    chips_active: each(() => [160, 158, null]),
  };
  return {
    kind: 'container',
    project,
    container: 'EAST-C01',
    at: NINE + minute * MINUTE,
    interval_s: 60,
    positions,
    status: positions.map((position) => statusCode(isSilent(position, minute) ? 'offline' : 'hashing')),
    columns: {
      hashrate_ths: each((position) => (project === 'WEST-001' ? 999 : rate(position, minute))),
      power_w: each(() => 5000),
      temp_chip_c: each((position) => 60 + position),
      ...(minute % 5 === 0 && { hw_errors: each((position) => minute + position), uptime_s: each(() => minute * 60) }),
    },
    ...(minute % 10 === 0 && { boards }),
    cooling: null,
    cooling_expected: false,
    ...over,
  };
}

const minutesFrom = (first: number, end: number) => Array.from({ length: end - first }, (_, i) => first + i);

async function send(agent: RawAgent, ...frames: ContainerFrame[]): Promise<void> {
  await agent.send(agent.batch({ frames }, { n: frames.length * SIZE }));
  await agent.acked(agent.seq);
}

beforeAll(async () => {
  api = await openTestApi();
  api.now = NOON;
  rig = await IngestRig.start({ url: api.url, now: () => api.now });
  east = await rig.agent('EAST-001');
  const west = await rig.agent('WEST-001');
  await api.asOwner((client) => client.query(`update projects set time_zone = 'Asia/Qatar'`));
  for (const agent of [east, west]) await agent.join();
  await send(west, ...minutesFrom(0, 180).map((minute) => frameAt('WEST-001', minute)));
  await send(east, ...minutesFrom(0, 120).map((minute) => frameAt('EAST-001', minute)));
  // One to a batch: these bodies are stored as they were sent.
  for (const minute of minutesFrom(150, 180)) await send(east, frameAt('EAST-001', minute));
  await rig.ingest.flushStates();
  operator = await api.makeKey('operator', ['EAST-001']);
});
afterAll(async () => {
  await rig?.stop();
  await api?.close();
});

interface Answer {
  step: string;
  resolution_source: string | null;
  time: string[];
  series: { metric: string; unit: string; agg: string; labels: Record<string, string>; values: (number | null)[] }[];
  status: (Partial<Record<MinerStatus, number>> | null)[];
  coverage: ({ reporting: number; expected: number } | null)[];
  warnings: { code: string; message: string }[];
}
const MINER = '/api/metrics/miner/EAST-C01-M00';
const RANGE = 'from=2026-11-23T09:00:00Z&to=2026-11-23T12:00:00Z';
const ask = (path: string, key = operator) => api.ask(path, { key });
const series = async (position: number, query: string) => (await ask(`${MINER}${position}?${query}`)).body as Answer;
const valuesOf = ({ series }: Answer, metric: string, agg = 'avg') =>
  series.find((one) => one.metric === metric && one.agg === agg)?.values;
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('series of a miner', () => {
  it('are averages of its polls in each bucket, null where there was none', async () => {
    const answer = await series(1, `${RANGE}&metrics=hashrate_ths,power_w,efficiency_j_per_th&step=15m`);
    expect(answer).toMatchObject({ scope: 'miner', scope_id: 'EAST-C01-M001', step: '15m', tz: 'Asia/Qatar' });
    expect(answer).toMatchObject({ resolution_source: 'raw', warnings: [] });
    expect(answer.time[0]).toBe('2026-11-23T09:00:00.000Z');
    expect(answer.time).toHaveLength(12);
    const bucket = (first: number) => mean(minutesFrom(first, first + 15).map((minute) => rate(1, minute)));
    const gap = [null, null];
    const expected = [0, 15, 30, 45, 60, 75, 90, 105].map(bucket);
    const ends = [150, 165].map(bucket);
    const about = [...expected, ...gap, ...ends].map((value) => (value === null ? null : expect.closeTo(value, 6)));
    expect(valuesOf(answer, 'hashrate_ths')).toEqual(about);
    expect(valuesOf(answer, 'power_w')).toEqual([...Array(8).fill(5000), ...gap, 5000, 5000]);
    expect(valuesOf(answer, 'efficiency_j_per_th')?.[0]).toBeCloseTo(5000 / bucket(0), 6);
    expect(answer.series[0]).toMatchObject({
      unit: 'TH/s',
      labels: { project_id: 'EAST-001', container_id: 'EAST-C01', miner_id: 'EAST-C01-M001' },
    });
    expect(answer.coverage.slice(7, 9)).toEqual([{ reporting: 1, expected: 1 }, null]);
  });

  it('tell least, most and last; of counters the last', async () => {
    const all = await series(3, `${RANGE}&metrics=hashrate_ths&agg=min,max,last&step=1h`);
    expect(['min', 'max', 'last'].map((agg) => valuesOf(all, 'hashrate_ths', agg)?.[0])).toEqual([400.3, 409.3, 409.3]);
    const counters = await series(3, `${RANGE}&metrics=hw_errors,uptime_s&step=1h`);
    expect(valuesOf(counters, 'hw_errors', 'last')).toEqual([58, 118, 178]);
    expect(valuesOf(counters, 'uptime_s', 'last')).toEqual([55 * 60, 115 * 60, 175 * 60]);
  });

  it('of a silent miner are null, and its status is told as shares', async () => {
    const answer = await series(2, `${RANGE}&step=1h`);
    const answering = minutesFrom(90, 120).map((minute) => rate(2, minute));
    expect(valuesOf(answer, 'hashrate_ths')?.[1]).toBeCloseTo(mean(answering), 6);
    expect(answer.status).toEqual([{ hashing: 1 }, { hashing: 0.5, offline: 0.5 }, { hashing: 1 }]);
    const quarter = await series(2, `${RANGE}&step=15m`);
    expect([valuesOf(quarter, 'hashrate_ths')?.[4], quarter.coverage[4]]).toEqual([
      null,
      { reporting: 0, expected: 1 },
    ]);
    expect(quarter.status[8]).toBeNull();
  });

  it('of its boards carry the board as a label; a missing one hashes nothing', async () => {
    const answer = await series(1, `${RANGE}&group_by=board&metrics=hashrate_ths,chips_active&agg=last&step=1h`);
    const rows = answer.series.map(({ metric, labels, values }) => [metric, labels.board, values]);
    expect(rows).toEqual([
      ['hashrate_ths', '1', [157, 157, 157]],
      ['chips_active', '1', [160, 160, 160]],
      ['hashrate_ths', '2', [158, 158, 158]],
      ['chips_active', '2', [158, 158, 158]],
      ['hashrate_ths', '3', [0, 0, 0]],
      ['chips_active', '3', [null, null, null]],
    ]);
  });

  it('come as fine as the polls are, and by itself in buckets of two or more', async () => {
    const fine = await series(1, 'from=2026-11-23T09:00:00Z&to=2026-11-23T09:10:00Z&step=1m&metrics=hashrate_ths');
    expect(fine.step).toBe('1m');
    expect(valuesOf(fine, 'hashrate_ths')).toEqual(minutesFrom(0, 10).map((minute) => rate(1, minute)));
    const day = await series(1, 'range=24h');
    expect([day.step, day.time.length]).toEqual(['5m', 288]);
    expect((await series(1, 'range=30d')).step).toBe('1h');
    expect((await series(1, 'range=30d&step=1m').then(({ step }) => step)) ?? 'refused').toBe('refused');
  });

  it('begin where polls are stored, and say so', async () => {
    const { warnings, series: all } = await series(1, 'range=24h&metrics=hashrate_ths');
    expect(warnings).toEqual([{ code: 'raw_since', message: expect.stringContaining('2026-11-23T09:00:00.000Z') }]);
    expect(all[0]?.values.findIndex((value) => value !== null)).toBe(288 - 36);
    const french = await api.ask(`${MINER}1?range=24h`, { key: operator, headers: { 'Accept-Language': 'fr' } });
    expect((french.body as Answer).warnings[0]?.message).toMatch(/conservés depuis/);
  });

  it('come as rows and as files', async () => {
    const { body } = await ask(`${MINER}2?${RANGE}&step=1h&shape=rows&metrics=hashrate_ths,hw_errors`);
    expect((body as { rows: object[] }).rows[1]).toEqual({
      time_utc: '2026-11-23T10:00:00.000Z',
      time_local: '2026-11-23 13:00:00',
      hashrate_ths: expect.closeTo(404.7, 6),
      hw_errors_last: 117,
      status: 'hashing',
      reporting: 1,
      expected: 1,
    });
    const csv = await ask(`${MINER}1?${RANGE}&step=1h&format=csv&group_by=board&metrics=temp_chip_c`);
    const lines = (csv.body as string).trim().split('\r\n');
    expect(lines[0]).toBe('time_utc,time_local,board,temp_chip_c,status,reporting,expected');
    expect(lines).toHaveLength(1 + 3 * 3);
    expect(lines[2]).toMatch(/,2,59,hashing,1,1$/);
    expect(csv.headers.get('Content-Disposition')).toContain('east-c01-m001_temp_chip_c_2026-11-23_2026-11-23_1h.csv');
    expect((await ask(`${MINER}1?format=xlsx`)).headers.get('Content-Type')).toContain('spreadsheetml');
  });

  it.each([
    ['step=5m', 'step', 'needs_range'],
    ['group_by=board', 'group_by', 'needs_range'],
    ['metrics=hashrate_ths', 'metrics', 'needs_range'],
    ['range=24h&from=2026-11-23T09:00:00Z', 'range', 'range'],
    ['from=2026-11-23T10:00:00Z&to=2026-11-23T09:00:00Z', 'from', 'range'],
    ['from=2026-11-24T10:00:00Z&to=2026-11-25T09:00:00Z', 'from', 'range'],
    ['range=50y', 'range', 'too_many_points'],
    ['range=30d&step=5m', 'step', 'too_many_points'],
    ['range=24h&metrics=power_kw', 'metrics/0', 'invalid_value'],
    ['range=24h&metrics=hw_errors&agg=avg', 'agg', 'aggregate'],
    ['range=24h&metrics=efficiency_j_per_th&agg=max', 'agg', 'aggregate'],
    ['range=24h&metrics=power_w&group_by=board', 'metrics', 'grouping'],
    ['range=24h&metrics=chips_active', 'metrics', 'grouping'],
    ['range=24h&group_by=miner', 'group_by', 'invalid_value'],
    ['range=24h&compare=1d', 'compare', 'unrecognized_keys'],
  ])('%s is refused', async (query, field, code) => {
    const { status, body } = await ask(`${MINER}1?${query}`);
    expect([status, body]).toMatchObject([422, { errors: [{ pointer: `/${field}`, code }] }]);
  });
});

describe('a miner as of now', () => {
  it('has its state and its boards as they were last told', async () => {
    const { body } = await ask(`${MINER}1`);
    expect(body).toMatchObject({
      scope: 'miner',
      scope_id: 'EAST-C01-M001',
      observed_at: '2026-11-23T11:59:00.000Z',
      age_s: 60,
      freshness: 'fresh',
      status: 'hashing',
      coverage: { reporting: 1, expected: 1 },
      hashrate_ths: 409.1,
      power_w: 5000,
      alerts_active: { critical: 0, warning: 0, info: 0 },
      boards: {
        observed_at: '2026-11-23T11:50:00.000Z',
        boards: [
          { board: 1, hashrate_ths: 157, temp_chip_c: 58, chips_active: 160, hw_errors: null },
          { board: 2, hashrate_ths: 158, temp_chip_c: 59, chips_active: 158 },
          { board: 3, hashrate_ths: 0, temp_chip_c: null, chips_active: null },
        ],
      },
    });
    const miner = await ask('/api/miners/EAST-C01-M001');
    expect((miner.body as { boards: object }).boards).toEqual((body as { boards: object }).boards);
  });

  it('knows nothing more once it is too old', async () => {
    api.now = NOON + 10 * MINUTE;
    const { body } = await ask(`${MINER}1`);
    api.now = NOON;
    expect(body).toMatchObject({
      freshness: 'stale',
      status: 'unknown',
      hashrate_ths: null,
      coverage: { reporting: 0 },
    });
  });

  it('counts its own open alerts alone', async () => {
    const add = (type: string, id: string) =>
      api.asOwner((client) =>
        client.query(
          `insert into alerts (project_id, alert_type, severity, status, target_type, target_id, message, timestamp)
           values ('EAST-001', 'custom', 'critical', 'active', $1, $2, 'x', $3)`,
          [type, id, new Date(NOON)],
        ),
      );
    await add('miner', 'EAST-C01-M001');
    await add('miner', 'EAST-C01-M002');
    await add('container', 'EAST-C01');
    expect((await ask(`${MINER}1`)).body).toMatchObject({ alerts_active: { critical: 1, warning: 0, info: 0 } });
  });
});

describe("a container's miners at a past moment", () => {
  interface Listed {
    data: Record<string, unknown>[];
    next_cursor: string | null;
    total: number;
  }
  const at = async (time: string, more = '') =>
    (await ask(`/api/containers/EAST-C01/miners?at=2026-11-23T${time}Z${more}`)).body as Listed;

  it('are as the newest poll at or before it has them', async () => {
    const { data, total } = await at('10:05:30');
    expect([data.length, total]).toEqual([SIZE, SIZE]);
    expect(data[0]).toMatchObject({
      project_id: 'EAST-001',
      miner_id: 'EAST-C01-M001',
      position: 1,
      status: 'hashing',
      observed_at: '2026-11-23T10:05:00.000Z',
      last_seen_at: '2026-11-23T10:05:00.000Z',
      age_s: 30,
      freshness: 'fresh',
      hashrate_th: rate(1, 65),
      power_w: 5000,
      efficiency_j_per_th: Number((5000 / rate(1, 65)).toFixed(3)),
      temp_chip_c: 61,
      uptime_s: 65 * 60,
      serial: null,
      ip: null,
      model: null,
      pool: null,
    });
    expect(data[1]).toMatchObject({ status: 'offline', hashrate_th: null, temp_chip_c: null, last_seen_at: null });
    const minute = await at('10:06:00');
    expect(minute.data[0]).toMatchObject({ observed_at: '2026-11-23T10:06:00.000Z', age_s: 0, uptime_s: null });
  });

  it('are unknown where no poll is near enough', async () => {
    expect((await at('11:04:00')).data[0]).toMatchObject({ status: 'hashing', freshness: 'late' });
    const { data } = await at('11:20:00');
    expect(data).toHaveLength(SIZE);
    expect(data[0]).toMatchObject({ status: 'unknown', hashrate_th: null, observed_at: '2026-11-23T10:59:00.000Z' });
    expect(data[0]).toMatchObject({ freshness: 'offline' });
  });

  it('are filtered, paged and trimmed like those of now, and come as files', async () => {
    const silent = await at('10:05:30', '&status=offline&fields=status');
    expect(silent).toMatchObject({ total: 1, data: [{ miner_id: 'EAST-C01-M002', status: 'offline' }] });
    expect(Object.keys(silent.data[0] ?? {}).sort()).toEqual(['miner_id', 'project_id', 'status']);
    const first = await at('10:05:30', '&limit=3');
    const rest = await at('10:05:30', `&limit=3&cursor=${first.next_cursor}`);
    expect([...first.data, ...rest.data].map(({ position }) => position)).toEqual([1, 2, 3, 4]);
    expect([first.total, rest.next_cursor]).toEqual([SIZE, null]);
    const csv = await ask('/api/containers/EAST-C01/miners?at=2026-11-23T10:05:30Z&format=csv&fields=status');
    expect((csv.body as string).split('\r\n')[2]).toMatch(/^2026-11-23T10:05:00\.000Z,.*EAST-C01-M002,offline$/);
    const xlsx = await ask('/api/containers/EAST-C01/miners?at=2026-11-23T10:05:30Z&format=xlsx');
    expect([xlsx.status, xlsx.headers.get('Content-Type')]).toEqual([200, expect.stringContaining('spreadsheetml')]);
  });

  it.each([
    ['2026-11-23T12:00:01Z', 'in_future', /not come yet/],
    ['2026-11-23T08:59:59Z', 'before_history', /stored since 2026-11-23T09:00:00\.000Z/],
    ['yesterday', 'invalid_format', /./],
  ])('%s is refused', async (moment, code, says) => {
    const { status, body } = await ask(`/api/containers/EAST-C01/miners?at=${moment}`);
    const expected = { errors: [{ pointer: '/at', code, message: expect.stringMatching(says) }] };
    expect([status, body]).toMatchObject([422, expected]);
  });
});

describe('tenants', () => {
  it('never see the frames of others, though their containers have the same id', async () => {
    const answers = await Promise.all(
      [
        `${MINER}1?${RANGE}&step=1m&agg=max`,
        `${MINER}1?${RANGE}&step=1h&group_by=board`,
        `${MINER}1`,
        '/api/containers/EAST-C01/miners?at=2026-11-23T11:15:00Z',
        '/api/miners/EAST-C01-M001',
      ].map((path) => ask(path)),
    );
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toMatch(/999|WEST/);
    }
    const western = await api.makeKey('operator', ['WEST-001']);
    const west = (await ask(`${MINER}1?${RANGE}&step=1h&metrics=hashrate_ths`, western)).body as Answer;
    expect(valuesOf(west, 'hashrate_ths')).toEqual([999, 999, 999]);
  });

  it('say which is meant where both are seen', async () => {
    const both = await api.makeKey('operator', ['EAST-001', 'WEST-001']);
    expect((await ask(`${MINER}1`, both)).body).toMatchObject({ code: 'ambiguous_id' });
    const of = async (project: string) =>
      (await ask(`${MINER}1?project_id=${project}&${RANGE}&step=1m&metrics=hashrate_ths`, both)).body as Answer;
    expect(new Set(valuesOf(await of('WEST-001'), 'hashrate_ths'))).toEqual(new Set([999]));
    expect(valuesOf(await of('EAST-001'), 'hashrate_ths')?.slice(0, 120)).toEqual(
      minutesFrom(0, 120).map((minute) => rate(1, minute)),
    );
    const past = await ask('/api/containers/EAST-C01/miners?project_id=EAST-001&at=2026-11-23T11:20:00Z', both);
    expect(past.body).toMatchObject({ data: [{ project_id: 'EAST-001', status: 'unknown' }, {}, {}, {}] });
    const miner = await ask('/api/miners/EAST-C01-M001?project_id=WEST-001', both);
    expect(miner.body).toMatchObject({ boards: { observed_at: '2026-11-23T11:50:00.000Z' } });
  });

  it.each(['WEST-C01-M001', 'EAST-C01-M999', 'x', '%00'])(
    '%s, foreign, unknown or malformed, is not there',
    async (id) => {
      expect((await ask(`/api/metrics/miner/${id}?range=24h`)).body).toMatchObject({ code: 'not_found' });
    },
  );

  it('keep it from viewers', async () => {
    const viewer = await api.makeKey('viewer', ['EAST-001']);
    for (const path of [`${MINER}1`, `${MINER}1?range=24h`, '/api/containers/EAST-C01/miners?at=2026-11-23T10:00:00Z'])
      expect((await ask(path, viewer)).body).toMatchObject({ code: 'forbidden' });
  });
});

describe('what an agent should never send', () => {
  it('boards too many, too long and untrue are struck out on the way in; a wrong length sets the frame aside', async () => {
    const nine = (boards: unknown, minute: number) =>
      frameAt('EAST-001', minute, { container: 'EAST-C09', boards: boards as BoardColumns });
    const odd = { hashrate_ths: [Array(5000).fill(1), [157, 1e9, '157'], 'x', null] };
    await send(east, nine(odd, 170));
    await east.send(east.batch({ frames: [nine({ hashrate_ths: [[1]] }, 171)] }));
    expect(await east.setAside(east.seq)).toBe('malformed');
    await rig.ingest.flushStates();
    const boards = async (position: number) =>
      ((await ask(`/api/miners/EAST-C09-M00${position}`)).body as { boards: { boards: { hashrate_ths: number }[] } })
        .boards;
    expect((await boards(2)).boards.map(({ hashrate_ths }) => hashrate_ths)).toEqual([157, null, null]);
    expect([await boards(1), await boards(3), await boards(4)]).toEqual([null, null, null]);
  });

  it('nor what an older hub kept unread is believed', async () => {
    const frame = frameAt('EAST-001', 175, { container: 'EAST-C08' });
    const miners = [[157, 1e9], ['x'], Array(99).fill(1), { length: 3 }];
    const bodies = [
      { ...frame, boards: { hashrate_ths: miners } },
      { ...frame, boards: 'none' },
      { ...frame, boards: [] },
      { ...frame, boards: { hashrate_ths: 7 } },
    ];
    for (const [i, body] of bodies.entries()) {
      await send(east, frameAt('EAST-001', 170 + i, { container: 'EAST-C08' }));
      await api.asOwner((client) =>
        client.query(
          `update container_frames set body = $1 where project_id = 'EAST-001' and container_id = 'EAST-C08' and at = $2`,
          [encodeBody({ frames: [body as ContainerFrame] }), new Date(NINE + (170 + i) * MINUTE)],
        ),
      );
    }
    await rig.ingest.flushStates();
    const of = async (position: number) => (await ask(`/api/miners/EAST-C08-M00${position}`)).body;
    expect(await of(1)).toMatchObject({ boards: { boards: [{ hashrate_ths: 157 }, { hashrate_ths: null }] } });
    expect(await of(2)).toMatchObject({ boards: { boards: [{ hashrate_ths: null }] } });
    expect([await of(3), await of(4)]).toMatchObject([{ boards: null }, { boards: null }]);
    // Boards that end elsewhere than boards do keep nobody from the rest.
    const minutes = 'from=2026-11-23T11:50:00Z&to=2026-11-23T11:54:00Z&step=1m&metrics=temp_chip_c';
    const rest = await ask(`/api/metrics/miner/EAST-C08-M001?${minutes}`);
    expect(valuesOf(rest.body as Answer, 'temp_chip_c')).toEqual([61, 61, 61, 61]);
  });
});

describe('a long range', () => {
  const FIVE_DAYS = 5 * 1440;

  beforeAll(async () => {
    await send(east, frameAt('EAST-001', 179, { container: 'EAST-C07' }));
    await rig.ingest.flushStates();
    const body = (minute: number) => encodeBody({ frames: [frameAt('EAST-001', minute, { container: 'EAST-C07' })] });
    // Minute 1 tells neither counters nor boards, 5 counters, 10 both: as they would be sent.
    await api.asOwner((client) =>
      client.query(
        `insert into container_frames (project_id, container_id, at, device_at, received_at, agent_id, interval_s, clock,
           miners_total, miners_answering, miners_active, body)
         select 'EAST-001', 'EAST-C07', at, at, at, $1, 60, 'synced', 4, 4, 4,
           case when n % 10 = 3 then $4::bytea when n % 5 = 3 then $3::bytea else $2::bytea end
         from generate_series(0, $6::int - 1) n, lateral (select $5::timestamptz + n * interval '1 minute' as at) t`,
        [east.options.agent, body(1), body(5), body(10), new Date(NOON - (FIVE_DAYS + 1440) * MINUTE), FIVE_DAYS],
      ),
    );
  });

  it('reads a bounded number of polls, some of every bucket, and says so', async () => {
    const { body } = await ask('/api/metrics/miner/EAST-C07-M001?range=6d&step=1h&metrics=hashrate_ths,hw_errors');
    const answer = body as Answer;
    expect(answer.warnings).toMatchObject([{ code: 'sampled' }]);
    const [stored = 0, read = 0] = (answer.warnings[0]?.message.match(/\d+/g) ?? []).map(Number);
    expect(stored).toBe(FIVE_DAYS + 1);
    // Of 145 buckets' share of 3,000 each gives 19 and the one that holds most, which may be among them.
    expect(read).toBeGreaterThan(120 * 19);
    expect(read).toBeLessThanOrEqual(120 * 20 + 1);
    const told = (metric: string, agg?: string) =>
      valuesOf(answer, metric, agg)?.filter((value) => value !== null).length;
    // 120 hours, and this one.
    expect(told('hashrate_ths')).toBe(121);
    expect(told('hw_errors', 'last')).toBe(120);
  });

  it('finds in every bucket what does not come with every poll', async () => {
    const told = async (query: string) => {
      const { body } = await ask(`/api/metrics/miner/EAST-C07-M001?range=6d&${query}`);
      return (body as Answer).series[0]?.values.filter((value) => value !== null).length;
    };
    // Counters come once in five minutes, boards once in ten.
    expect(await told('step=5m&metrics=hw_errors')).toBe(FIVE_DAYS / 5);
    expect(await told('step=15m&group_by=board&metrics=hashrate_ths')).toBe(FIVE_DAYS / 15);
  });
});
