import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readXlsx } from './tables/testing.ts';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query("insert into projects (project_id, status, time_zone) values ('NORTH-001', 'active', 'Asia/Qatar')"),
  );
  await api.asOwner((client) =>
    client.query(`insert into containers (project_id, container_id) values ('NORTH-001', 'NORTH-C01'), ('NORTH-001', 'NORTH-C02');
      insert into metrics (project_id, scope, scope_id, resolution_s, timestamp, hashrate_ths_sum, hashrate_ths_count, energy_kwh, reporting, expected)
      values ('NORTH-001', 'container', 'NORTH-C01', 3600, '2026-11-23T10:00:00Z', 200, 2, 0.125, 154, 308)`),
  );
  admin = await api.makeKey('super_admin');
});
afterAll(() => api.close());

/** A file as bytes: the harness reads text. */
async function file(path: string, headers: Record<string, string> = {}, key = admin) {
  const response = await api.app.request(
    `/api/metrics/${path}`,
    { headers: { Authorization: `Bearer ${key}`, ...headers } },
    { incoming: { socket: { remoteAddress: '127.0.0.1' } } as never },
  );
  return { status: response.status, headers: response.headers, bytes: await response.arrayBuffer() };
}

const RANGE = 'from=2026-11-23T10:00:00Z&to=2026-11-23T12:00:00Z&step=1h';

it('Parquet has typed columns, nulls, labels, and what was asked for as metadata', async () => {
  const query = `${RANGE}&metrics=hashrate_ths,energy_kwh&group_by=container&format=parquet`;
  const { status, headers, bytes } = await file(`project/NORTH-001?${query}`);
  expect([status, headers.get('Content-Type'), headers.get('Content-Disposition')]).toEqual([
    200,
    'application/vnd.apache.parquet',
    'attachment; filename="north-001_metrics_2026-11-23_2026-11-23_1h.parquet"',
  ]);
  const { schema, key_value_metadata: facts } = parquetMetadata(bytes);
  expect(
    schema
      .slice(1)
      .map(({ name, type, logical_type: logical }) => [
        name,
        type,
        logical?.type,
        (logical as { isAdjustedToUTC?: boolean })?.isAdjustedToUTC,
      ]),
  ).toEqual([
    ['time_utc', 'INT64', 'TIMESTAMP', true],
    ['time_local', 'INT64', 'TIMESTAMP', false],
    ['container_id', 'BYTE_ARRAY', undefined, undefined],
    ['hashrate_ths', 'DOUBLE', undefined, undefined],
    ['energy_kwh', 'DOUBLE', undefined, undefined],
    ['reporting', 'INT64', undefined, undefined],
    ['expected', 'INT64', undefined, undefined],
  ]);
  expect(await parquetReadObjects({ file: bytes })).toEqual([
    {
      time_utc: new Date('2026-11-23T10:00:00Z'),
      time_local: new Date('2026-11-23T13:00:00Z'),
      container_id: 'NORTH-C01',
      hashrate_ths: 100,
      energy_kwh: 0.125,
      reporting: 154n,
      expected: 308n,
    },
    ...['NORTH-C02', 'NORTH-C01', 'NORTH-C02'].map((container_id) =>
      expect.objectContaining({ container_id, hashrate_ths: null, energy_kwh: null, reporting: null, expected: null }),
    ),
  ]);
  expect(Object.fromEntries((facts ?? []).map(({ key, value }) => [key, value]))).toMatchObject({
    range: '2026-11-23T10:00:00.000Z to 2026-11-23T12:00:00.000Z',
    step: '1h',
    tz: 'Asia/Qatar',
    filters: 'metrics=hashrate_ths,energy_kwh group_by=container',
    author: 'test super_admin',
  });
});

it('is chosen by Accept too, of series alone', async () => {
  const Accept = 'application/vnd.apache.parquet';
  const parquet = await file(`container/NORTH-C01?${RANGE}&metrics=hashrate_ths`, { Accept });
  expect(parquet.headers.get('Content-Disposition')).toContain('north-c01_hashrate_2026-11-23_2026-11-23_1h.parquet');
  expect(new TextDecoder().decode(parquet.bytes.slice(0, 4))).toBe('PAR1');
  expect((await file('container/NORTH-C01', { Accept })).headers.get('Content-Type')).toMatch(/json/);
  const lists = await api.ask('/api/projects/NORTH-001/containers?format=parquet', { key: admin });
  expect(lists).toMatchObject({ status: 422, body: { errors: [{ pointer: '/format', code: 'invalid_value' }] } });
});

it('is no viewer’s to take', async () => {
  const viewer = await api.makeKey('viewer', ['NORTH-001']);
  expect((await file(`project/NORTH-001?${RANGE}&format=parquet`, {}, viewer)).status).toBe(403);
});

it('XLSX says beside its figures what they are', async () => {
  const { bytes } = await file(`container/NORTH-C01?${RANGE}&metrics=hashrate_ths&agg=avg&format=xlsx`);
  const { cells } = readXlsx(new Uint8Array(bytes)).get('about')!;
  const about = Array.from({ length: 20 }, (_, i) => [cells.get(`A${i + 1}`)?.value, cells.get(`B${i + 1}`)?.value]);
  expect(Object.fromEntries(about.filter(([label]) => label !== undefined))).toMatchObject({
    range: '2026-11-23T10:00:00.000Z to 2026-11-23T12:00:00.000Z',
    step: '1h',
    tz: 'Asia/Qatar',
    filters: 'metrics=hashrate_ths agg=avg',
    coverage: '50.0 % of the members expected reported, over 1 of 2 buckets',
    author: 'test super_admin',
  });
});
