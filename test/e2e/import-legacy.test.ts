import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportSummary } from '../../hub/src/legacy/summary.ts';
import { type ImportRig, openImportRig } from '../harness/import-legacy.ts';

/** The old database at full size. What both sides hold is compared by plain SQL, written for each side by hand. */

let rig: ImportRig;
let first: ImportSummary;
let sourceBefore: unknown;
beforeAll(async () => {
  rig = await openImportRig();
  await rig.old.become('legacy-database.sql');
  sourceBefore = await sourceState();
  first = await rig.imported();
});
afterAll(() => rig.close());

/** All rows of the source with the transactions that wrote them, and what its tables are. */
function sourceState(): Promise<unknown[]> {
  const tables = ['containers', 'miners', 'metrics', 'operators'];
  const rows = tables.map(
    (t) =>
      `select '${t}' as name, count(*) as n, md5(string_agg(t.xmin || t::text, '' order by t::text)) as hash from ${t} t`,
  );
  const catalogue = `select 'catalogue', count(*), md5(string_agg(relname::text || relkind::text, '' order by relname)) from pg_class`;
  return rig.old.query([...rows, catalogue].join(' union all '));
}

/** The same question to both sides, each in its own SQL: the same answer, floats to 12 digits. */
async function expectSame(ofSource: string, ofHub: string): Promise<void> {
  const source = await rig.old.query<Row>(ofSource);
  const hub = await rig.rows<Row>(ofHub);
  expect(hub.length).toBe(source.length);
  expect(hub.length).toBeGreaterThan(0);
  const differing = hub.flatMap((row, i) => (isSame(row, source[i]) ? [] : [{ source: source[i], hub: row }]));
  expect(differing).toEqual([]);
}

type Row = Record<string, unknown>;

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-12 * Math.abs(b);
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  return (
    isDeepStrictEqual(Object.keys(a), Object.keys(b)) &&
    Object.entries(a).every(([key, value]) => isSame(value, (b as Row)[key]))
  );
}

it('is taken whole, and counted', () => {
  expect(first).toMatchObject({
    project_id: 'QATAR-001',
    project_created: true,
    changed: true,
    containers: { read: 58, added: 58, not_taken: 0, values_not_taken: 0 },
    miners: { read: 17_864, added: 17_864, not_taken: 0, values_not_taken: 0 },
    metrics: { read: 35_040, taken: 35_040, not_taken: 0, values_not_taken: 0, spacing_s: 900 },
    findings_count: 0,
    report: null,
  });
  expect(first.metrics.buckets).toMatchObject({
    '900': { added: 35_040 },
    '3600': { added: 8_760 },
    '86400': { added: 366 },
  });
});

it('leaves the source as it was', async () => {
  expect(await sourceState()).toEqual(sourceBefore);
});

it('tells what has no column in the hub', () => {
  expect(first.columns_not_carried).toEqual([
    { table: 'containers', column: 'temperature', kept_in: 'metadata.legacy' },
    { table: 'containers', column: 'settings', kept_in: 'metadata.legacy' },
    { table: 'miners', column: 'notes', kept_in: null },
    { table: 'metrics', column: 'id', kept_in: null },
  ]);
  expect(first.tables_not_carried).toEqual(['operators']);
});

describe('on both sides', () => {
  it('containers are the same, one by one', () =>
    expectSame(
      `select 'QATAR-' || right(container_id, 3) as id, name,
         case status when 'online' then 'active' when 'offline' then 'offline' when 'Maintenance' then 'maintenance' end as status,
         hashrate_th::float8 as th, power_consumption_kw as kw, miners_active as active, temperature, settings::jsonb as settings,
         container_id as written, extract(epoch from last_update)::float8 as state_at, extract(epoch from created_at)::float8 as created
       from containers order by right(container_id, 3)`,
      `select container_id as id, name, status, hashrate_th as th, power_consumption_kw as kw, miners_active as active,
         (metadata #> '{legacy,temperature}')::float8 as temperature, metadata #> '{legacy,settings}' as settings,
         metadata #>> '{legacy,container_id}' as written, extract(epoch from state_at)::float8 as state_at,
         extract(epoch from created_at)::float8 as created
       from containers where project_id = 'QATAR-001' and miners_expected = 308 order by container_id`,
    ));

  it('miners are the same, one by one', () =>
    expectSame(
      `select 'QATAR-' || right(container_id, 3) as container, 'QATAR-' || right(container_id, 3) || '-' || right(miner_id, 4) as id,
         position, model, upper(serial_number) as serial, upper(mac_address::text) as mac, host(ip_address) as ip, firmware_version as firmware,
         case status when 'online' then 'hashing' else status end as status, hashrate_th as th, power_w::float8 as w,
         temperature::float8 as temp, extract(epoch from last_seen)::float8 as seen, extract(epoch from created_at)::float8 as created
       from miners order by 2`,
      `select container_id as container, miner_id as id, position, model, serial, mac, ip, firmware, status, hashrate_th as th,
         power_w as w, temp_chip_c::float8 as temp, extract(epoch from last_seen_at)::float8 as seen,
         extract(epoch from created_at)::float8 as created
       from miners where project_id = 'QATAR-001' order by 2`,
    ));

  it('quarters of an hour are the same, one by one', () =>
    expectSame(
      `select extract(epoch from timestamp)::float8 as at, hashrate_eh::float8 as eh, power_mw as mw, active_containers as c,
         hashrate_eh::float8 * 1e6 as ths, hashrate_eh::float8 * 1e6 as lowest, power_mw * 1e3 as highest,
         case when hashrate_eh is not null then 1 end as n
       from metrics order by timestamp`,
      `select extract(epoch from timestamp)::float8 as at, hashrate_eh as eh, power_mw as mw, active_containers as c,
         hashrate_ths_sum as ths, hashrate_ths_min as lowest, power_kw_max as highest, hashrate_ths_count::int as n
       from metrics where project_id = 'QATAR-001' and scope = 'project' and scope_id = 'QATAR-001' and resolution_s = 900
         and source = 'legacy' order by timestamp`,
    ));

  // Qatar is three hours ahead of UTC all year.
  it.each([
    ['hours', 3600, `date_trunc('hour', timestamp)`],
    ['days of the project', 86_400, `date_trunc('day', timestamp + interval '3 hours') - interval '3 hours'`],
  ])('%s are what their readings say', (_, seconds, begins) =>
    expectSame(
      `select extract(epoch from ${begins})::float8 as at, avg(hashrate_eh::float8) as eh, avg(power_mw) as mw,
         round(avg(active_containers))::int as c, sum(hashrate_eh::float8) * 1e6 as ths, min(hashrate_eh::float8) * 1e6 as lowest,
         max(power_mw) * 1e3 as highest, nullif(count(hashrate_eh), 0)::int as n, count(power_mw)::int as kw
       from metrics group by ${begins} order by 1`,
      `select extract(epoch from timestamp)::float8 as at, hashrate_eh as eh, power_mw as mw, active_containers as c,
         hashrate_ths_sum as ths, hashrate_ths_min as lowest, power_kw_max as highest, hashrate_ths_count::int as n,
         power_kw_count::int as kw
       from metrics where project_id = 'QATAR-001' and scope = 'project' and resolution_s = ${seconds} order by timestamp`,
    ),
  );
});

it('is imported again without a row written', async () => {
  const before = await rig.stored();
  expect(await rig.imported()).toMatchObject({
    changed: false,
    project_created: false,
    containers: { unchanged: 58 },
    miners: { unchanged: 17_864 },
  });
  expect(await rig.stored()).toEqual(before);
});
