import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fleet } from './schemas/fleet.ts';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let operator: string;
let foreigner: string;
let viewer: string;

beforeAll(async () => {
  api = await openTestApi();
  operator = await api.makeKey('operator', ['NORTH-001']);
  foreigner = await api.makeKey('operator', ['SOUTH-001']);
  viewer = await api.makeKey('viewer', ['NORTH-001']);
  await api.asOwner(async (client) => {
    await client.query(
      `insert into projects (project_id, status) values ('NORTH-001', 'active'), ('SOUTH-001', 'active');
       set local hearst.project_ids = 'NORTH-001,SOUTH-001'`,
    );
    await client.query(
      `insert into containers (project_id, container_id, name, layout, status, state_at, interval_s, metadata) values
       ('NORTH-001', 'NORTH-C100', null, null, 'unknown', null, null, '{"plan": "somewhere"}'),
       ('NORTH-001', 'NORTH-C02', 'Hall', '{"rows": 2, "columns": 2, "order": "row"}', 'active', '2026-11-23T11:59:50Z', 60, '{"plan": {"x": 1, "y": 2, "note": "gate"}}'),
       ('SOUTH-001', 'NORTH-C02', 'canary-south', null, 'active', '2026-11-23T11:59:50Z', 60, '{}')`,
    );
    // Stored in another order than that of the positions; temperatures are float4, as ingest stores them.
    await client.query(
      `insert into miners (project_id, miner_id, container_id, position, status, hashrate_th, hashrate_expected_th,
         power_w, temp_chip_c, uptime_s, firmware, pool) values
       ('NORTH-001', 'NORTH-C02-M003', 'NORTH-C02', 3, 'offline', null, 473, null, null, null, 'b', null),
       ('NORTH-001', 'NORTH-C02-M001', 'NORTH-C02', 1, 'hashing', 470.5, 473, 5600, 61.3, 3600, 'a', 'p'),
       ('NORTH-001', 'NORTH-C02-M002', 'NORTH-C02', 2, 'degraded', 0, 473, 5601, 64.1, 60, 'a', 'p'),
       ('SOUTH-001', 'NORTH-C02-M001', 'NORTH-C02', 1, 'hashing', 1, 1, 1, 1, 1, 'canary-south', 'canary-south')`,
    );
  });
});
afterAll(() => api.close());

const PATH = '/api/projects/NORTH-001/fleet';
const get = (key = operator, headers: Record<string, string> = {}) => api.ask(PATH, { key, headers });

it('tells every miner in columns, by container and position', async () => {
  const { status, body } = await get();
  expect(status).toBe(200);
  expect(body).toEqual({
    project_id: 'NORTH-001',
    miners_total: 3,
    firmwares: ['a', 'b'],
    pools: ['p'],
    containers: [
      {
        container_id: 'NORTH-C02',
        name: 'Hall',
        layout: { rows: 2, columns: 2, order: 'row' },
        plan: { x: 1, y: 2 },
        status: 'active',
        observed_at: '2026-11-23T11:59:50.000Z',
        age_s: 10,
        freshness: 'fresh',
        position: [1, 2, 3],
        miner_status: ['hashing', 'degraded', 'offline'],
        hashrate_th: [470.5, 0, null],
        hashrate_expected_th: [473, 473, 473],
        power_w: [5600, 5601, null],
        temp_chip_c: [61.3, 64.1, null],
        temp_board_c: [null, null, null],
        uptime_s: [3600, 60, null],
        firmware: [0, 0, 1],
        pool: [0, 0, null],
      },
      expect.objectContaining({
        container_id: 'NORTH-C100',
        layout: null,
        plan: null,
        freshness: null,
        position: [],
        pool: [],
      }),
    ],
  } satisfies Fleet);
});

it('is of the asker’s project alone, and not for viewers', async () => {
  expect((await get(foreigner)).status).toBe(404);
  expect((await get(viewer)).status).toBe(403);
  const { body } = await api.ask('/api/projects/SOUTH-001/fleet', { key: foreigner });
  expect(body).toMatchObject({ miners_total: 1, firmwares: ['canary-south'], containers: [{ position: [1] }] });
});

it('a container that has fallen silent says so', async () => {
  api.now += 16 * 60_000;
  const { body } = await get();
  api.now -= 16 * 60_000;
  expect(body).toMatchObject({
    containers: [{ status: 'offline', freshness: 'offline', hashrate_th: [470.5, 0, null] }, {}],
  });
});

it('travels compressed where that is taken, and not at all where it is known', async () => {
  const init = { headers: { Authorization: `Bearer ${operator}`, 'Accept-Encoding': 'gzip' } };
  const packed = await api.app.request(PATH, init, { incoming: { socket: { remoteAddress: '127.0.0.1' } } });
  expect(packed.headers.get('Content-Encoding')).toBe('gzip');
  const { firmwares } = JSON.parse(gunzipSync(Buffer.from(await packed.arrayBuffer())).toString()) as Fleet;
  expect(firmwares).toEqual(['a', 'b']);
  const tag = (await get()).headers.get('ETag')!;
  expect((await get(operator, { 'If-None-Match': tag })).status).toBe(304);
});
