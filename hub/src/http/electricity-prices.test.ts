import { afterAll, beforeAll, expect, it } from 'vitest';
import { withContext } from '../db/client.ts';
import { electricityPrices } from '../db/queries/electricity-prices.ts';
import { priceOn } from '../operations/electricity-prices.ts';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let manager: string;

beforeAll(async () => {
  api = await openTestApi();
  await api.asOwner((client) =>
    client.query(
      "insert into projects (project_id, status) values ('ONE-001', 'active'), ('OLD-001', 'archived'), ('FAR-001', 'active')",
    ),
  );
  manager = await api.makeKey('project_manager', ['ONE-001', 'OLD-001']);
});
afterAll(() => api.close());

const path = (project = 'ONE-001') => `/api/projects/${project}/electricity-prices`;
const put = (prices: unknown, { key = manager, project = 'ONE-001', headers = {} } = {}) =>
  api.ask(path(project), { key, method: 'PUT', json: { prices }, headers });
const WINTER = { starts_on: '2026-01-01', usd_per_kwh: 0.045 };
const SUMMER = { starts_on: '2026-07-01', usd_per_kwh: 0.041 };

it('are unknown until somebody says them, are replaced whole, and come by the day they begin', async () => {
  expect((await api.ask(path(), { key: manager })).body).toEqual({ prices: [] });
  expect((await put([SUMMER, WINTER])).body).toEqual({ prices: [WINTER, SUMMER] });
  const operator = await api.makeKey('operator', ['ONE-001']);
  expect((await api.ask(path(), { key: operator })).body).toEqual({ prices: [WINTER, SUMMER] });
  expect((await put([WINTER])).body).toEqual({ prices: [WINTER] });
  expect((await put([WINTER])).status).toBe(200);
  const { rows } = await api.database.owner.query(
    "select action, before, after from activity_logs where project_id = 'ONE-001' order by seq",
  );
  const action = 'electricity_prices.update';
  expect(rows).toEqual([
    { action, before: { prices: [] }, after: { prices: [WINTER, SUMMER] } },
    { action, before: { prices: [WINTER, SUMMER] }, after: { prices: [WINTER] } },
  ]);
  expect((await put([])).body).toEqual({ prices: [] });
});

it('edited by two people: the second sees what stands there now', async () => {
  await put([WINTER]);
  const tag = (await api.ask(path(), { key: manager })).headers.get('ETag')!;
  expect((await put([SUMMER], { headers: { 'If-Match': tag } })).status).toBe(200);
  const second = await put([WINTER, SUMMER], { headers: { 'If-Match': tag } });
  expect(second.status).toBe(412);
  expect(second.body).toMatchObject({ code: 'changed_meanwhile', current: { prices: [SUMMER] } });
});

it.each([
  [[WINTER, SUMMER, { ...WINTER, usd_per_kwh: 1 }], '/prices/2/starts_on', 'duplicate'],
  [[{ ...WINTER, starts_on: '2026-02-30' }], '/prices/0/starts_on', 'invalid_format'],
  [[{ ...WINTER, starts_on: '0001-01-01' }], '/prices/0/starts_on', 'day'],
  [[{ ...WINTER, usd_per_kwh: -0.01 }], '/prices/0/usd_per_kwh', 'too_small'],
  [[{ ...WINTER, usd_per_kwh: 101 }], '/prices/0/usd_per_kwh', 'too_big'],
  [[{ ...WINTER, eur: 1 }], '/prices/0/eur', 'unrecognized_keys'],
])('%j are refused at their place', async (prices, pointer, code) => {
  const { status, body } = await put(prices);
  expect(status).toBe(422);
  expect((body as { errors: object[] }).errors).toEqual([{ pointer, code, message: expect.any(String) }]);
});

it('of a foreign project are 404, of an archived one left alone, and nothing for those who only read or see figures', async () => {
  expect((await put([], { project: 'FAR-001' })).status).toBe(404);
  expect((await api.ask(path('FAR-001'), { key: manager })).status).toBe(404);
  expect((await put([WINTER], { project: 'OLD-001' })).body).toMatchObject({ status: 409, code: 'conflict' });
  const [operator, viewer] = [await api.makeKey('operator', ['ONE-001']), await api.makeKey('viewer', ['ONE-001'])];
  expect((await put([], { key: operator })).status).toBe(403);
  expect((await api.ask(path(), { key: viewer })).status).toBe(403);
});

it('hold from their day on until the next', async () => {
  await put([SUMMER, WINTER]);
  const prices = await withContext(api.database.api, { role: 'operator', projectIds: ['ONE-001'] }, (client) =>
    electricityPrices(client, 'ONE-001'),
  );
  const days = ['2025-12-31', '2026-01-01', '2026-06-30', '2026-07-01', '2030-01-01'];
  expect(days.map((day) => priceOn(prices, day))).toEqual([null, 0.045, 0.045, 0.041, 0.041]);
});
