import { afterAll, beforeAll, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { containerFrame, meterFrame } from '../../../test/harness/raw-agent.ts';
import { rollUp } from './rollup.ts';

let test: TestDatabase;
let rig: IngestRig;

beforeAll(async () => {
  test = await createTestDatabase();
  rig = await IngestRig.start({ url: test.url });
});
afterAll(async () => {
  await rig.stop();
  await test.drop();
});

const PROJECT = 'PATH-001';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Math.floor((Date.now() - 2 * HOUR) / HOUR) * HOUR;

it('turns what an agent sends into rows of every scope and width', async () => {
  const agent = await rig.agent(PROJECT);
  await agent.connect();
  await agent.join();
  for (let minute = 0; minute < 60; minute++) {
    const at = START + minute * 60_000;
    await agent.send(
      agent.batch({
        frames: [
          containerFrame(PROJECT, 'PATH-C01', at, 4),
          meterFrame(PROJECT, 'PATH-E01', at, { transformer: 'PATH-T01' }),
        ],
      }),
    );
  }
  await agent.acked(agent.seq);
  for (const later of [2, 3, 4]) await rollUp({ pool: rig.database.ingest, now: () => Date.now() + later * DAY });
  const rows = await rig.rows<{ what: string; rows: number; covered: number; energy: number }>(
    PROJECT,
    `select scope || ' ' || scope_id || ' ' || resolution_s as what, count(*)::int as rows,
       sum(covered_s) filter (where timestamp >= $1 and timestamp < $2) as covered,
       sum(energy_kwh) filter (where timestamp >= $1 and timestamp < $2) as energy
     from metrics where resolution_s < 86400 group by 1 order by 1`,
    [new Date(START), new Date(START + HOUR)],
  );
  expect(rows.filter(({ what }) => !what.includes('transformer'))).toEqual([
    { what: 'container PATH-C01 300', rows: 12, covered: 3600, energy: expect.closeTo(1750, 6) },
    { what: 'container PATH-C01 3600', rows: 1, covered: 3600, energy: expect.closeTo(1750, 6) },
    { what: 'project PATH-001 300', rows: expect.any(Number), covered: 3600, energy: expect.any(Number) },
    { what: 'project PATH-001 3600', rows: expect.any(Number), covered: 3600, energy: expect.any(Number) },
  ]);
  expect(rows.filter(({ what }) => what.includes('transformer')).map(({ what }) => what)).toEqual([
    'transformer PATH-T01 300',
    'transformer PATH-T01 3600',
  ]);
  const left = await rig.rows(PROJECT, 'select from rollup_marks union all select from rollup_dues');
  expect(left).toEqual([]);
});

it('takes readings of a clock that is an hour off for when they were taken', async () => {
  const project = 'OFF-001';
  const agent = await rig.agent(project);
  await agent.connect();
  await agent.join();
  const minute = Math.floor((Date.now() - 10 * 60_000) / 60_000) * 60_000;
  // Known to be an hour ahead: taken back. An hour ahead and nobody knows: as old as they are here, and suspect.
  const known = { offset_ms: -HOUR, clock: 'synced' } as const;
  await agent.send(agent.batch({ frames: [containerFrame(project, 'OFF-C01', minute + HOUR, 4)] }, known));
  const unknown = { offset_ms: null, clock: 'unsynced' } as const;
  await agent.send(agent.batch({ frames: [containerFrame(project, 'OFF-C02', Date.now() + HOUR, 4)] }, unknown));
  await agent.acked(agent.seq);
  await rollUp({ pool: rig.database.ingest, now: () => Date.now() + DAY });
  const rows = await rig.rows<{ scope_id: string; at: Date; clock: string }>(
    project,
    `select m.scope_id, m.timestamp as at, f.clock from metrics m
       join container_frames f on f.project_id = m.project_id and f.container_id = m.scope_id
     where m.project_id = $1 and m.scope = 'container' and m.resolution_s = 300 order by m.scope_id, m.timestamp`,
    [project],
  );
  const bucketOf = (at: number): Date => new Date(Math.floor(at / 300_000) * 300_000);
  expect(rows[0]).toEqual({ scope_id: 'OFF-C01', at: bucketOf(minute), clock: 'synced' });
  const suspect = rows.filter(({ scope_id }) => scope_id === 'OFF-C02');
  expect(suspect[0]).toMatchObject({ clock: 'suspect' });
  expect(Math.abs(+(suspect[0]?.at ?? 0) - Date.now())).toBeLessThan(10 * 60_000);
});
