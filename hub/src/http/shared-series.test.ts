import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;

const PROJECTS = Array.from({ length: 22 }, (_, i) => `P${i + 1}-001`);

/** One hour of each project, of so many TH/s. */
async function tell(hashrate: (i: number) => number): Promise<void> {
  await api.asOwner(async (client) => {
    await client.query(`select set_config('hearst.project_ids', $1, true)`, [PROJECTS.join(',')]);
    for (const [i, id] of PROJECTS.entries())
      await client.query(
        `insert into metrics (project_id, scope_id, resolution_s, timestamp, hashrate_ths_sum, hashrate_ths_count)
         values ($1, $1, 3600, '2026-11-23T10:00Z', $2, 1)
         on conflict (project_id, scope, scope_id, resolution_s, timestamp) do update set hashrate_ths_sum = $2`,
        [id, hashrate(i)],
      );
  });
}

beforeAll(async () => {
  api = await openTestApi();
  api.now = Date.UTC(2026, 10, 23, 12);
  await api.asOwner(async (client) => {
    for (const id of PROJECTS)
      await client.query(`insert into projects (project_id, status) values ($1, 'active')`, [id]);
  });
});
afterAll(() => api.close());

async function company(key: string): Promise<number | null> {
  const path = '/api/metrics/global?from=2026-11-23T10:00:00Z&to=2026-11-23T11:00:00Z&step=1h&metrics=hashrate_ths';
  const { body } = await api.ask(path, { key });
  return (body as { series: { values: (number | null)[] }[] }).series[0]?.values[0] ?? null;
}

it('is of what each asker may see, however soon it is asked for after another', async () => {
  await tell((i) => 2 ** i);
  const all = await api.makeKey('super_admin');
  const most = await api.makeKey('viewer', PROJECTS.slice(0, 21));
  const others = await api.makeKey('operator', PROJECTS.slice(1));
  const sums = [2 ** 22 - 1, 2 ** 21 - 1, 2 ** 22 - 2];
  expect(await Promise.all([all, most, others].map(company))).toEqual(sums);
  expect(await Promise.all([others, all, most].map(company))).toEqual([sums[2], sums[0], sums[1]]);
});

it('is read again after five seconds', async () => {
  const key = await api.makeKey('super_admin');
  const before = await company(key);
  await tell(() => 1);
  expect(await company(key)).toBe(before);
  api.now += 5_000;
  expect(await company(key)).toBe(22);
});

it('of the company now is of what each asker may see, who ask at once', async () => {
  const keys = [
    await api.makeKey('super_admin'),
    await api.makeKey('viewer', PROJECTS.slice(0, 3)),
    await api.makeKey('operator', PROJECTS.slice(0, 5)),
  ];
  const asked = [...keys, ...keys].map((key) => api.ask('/api/metrics/global', { key }));
  const totals = (await Promise.all(asked)).map(({ body }) => (body as { projects_total: number }).projects_total);
  expect(totals).toEqual([22, 3, 5, 22, 3, 5]);
});
