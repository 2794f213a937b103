import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyActivity } from '../../hub/src/activity/verify.ts';
import { Database, withContext } from '../../hub/src/db/client.ts';
import { Partitions } from '../../hub/src/db/partitions.ts';
import { Jobs } from '../../hub/src/jobs/jobs.ts';
import { createLog } from '../../hub/src/log.ts';
import { runRetention } from '../../hub/src/retention/retention.ts';
import { rollUp, settleDues } from '../../hub/src/rollup/rollup.ts';
import { type OracleFrame, type OracleSite, oracleRows } from '../harness/rollup-oracle.ts';
import { differences, makeSite, storedRows, storeFrames } from '../harness/rollup-world.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { until } from '../harness/until.ts';
import { World } from '../harness/world.ts';

const log = createLog('silent');
const MINUTE = 60_000;
const DAY = 86_400_000;
const CONTAINERS = Array.from({ length: 6 }, (_, i) => `X-C0${i + 1}`);
const SITE: OracleSite = {
  project: 'ROLL-001',
  zone: 'Asia/Qatar',
  containers: Object.fromEntries(CONTAINERS.map((id, i) => [id, i < 4 ? `X-T0${Math.floor(i / 2) + 1}` : null])),
  meters: {},
  rated: {},
};
/** Half a day, three days ago: all of it is over, and passed by a policy of one day. */
const BEGIN = Math.floor(Date.now() / DAY - 3) * DAY;
const MINUTES = 720;

const frame = (container: string, minute: number): OracleFrame => ({
  ...{
    container,
    at: BEGIN + minute * MINUTE,
    interval: 60,
    total: 308,
    answering: 300,
    active: 299,
    expected: 145_000,
  },
  ...{ hashrate: 140_000 + (minute % 97), power: 1700 + (minute % 53), source: 'controller', chip: [60, 70, 80] },
  ...{ board: null, supply: 30, back: 40 + (minute % 3), flow: 78, pressures: [2, 1] },
});

describe('history is what the frames say, whatever is killed while jobs run', { timeout: 240_000 }, () => {
  const folder = temporaryFolder('jobs');
  let world: World;
  let database: Database;
  let frames: OracleFrame[];

  beforeAll(async () => {
    world = await World.create({
      folder: folder.path,
      ...{ containers: 1, pollSeconds: 60, hubEnv: { HEARST_ROLLUP_SECONDS: '1' } },
    });
    world.hub.start({ HEARST_ROLLUP_SECONDS: '0' });
    await world.hubReady();
    database = await Database.open({ url: world.databaseUrl(), log });
    await makeSite(database.owner, SITE);
    const partitions = new Partitions(database.owner);
    await partitions.ensure(BEGIN);
    frames = CONTAINERS.flatMap((id) => Array.from({ length: MINUTES }, (_, minute) => frame(id, minute)));
    for (let i = 0; i < frames.length; i += 1000) await storeFrames(database.ingest, SITE, frames.slice(i, i + 1000));
    await world.hub.stop();
    await database.close();
  });
  afterAll(async () => {
    await database?.close();
    await world?.stop();
    folder[Symbol.dispose]();
  });

  const count = async (table: string): Promise<number> =>
    (await database.owner.query<{ count: number }>(`select count(*) from ${table}`)).rows[0]?.count ?? 0;
  /** Waits until some of what waited has been rolled up, and not all of it. */
  async function midway(before: number): Promise<number> {
    let marks = before;
    const what = () => `some of ${before} marks to be taken, ${marks} are left\n${world.hub.tail()}`;
    const taken = async (): Promise<boolean> => {
      marks = await count('rollup_marks');
      return marks < before;
    };
    await until(taken, { withinMs: 60_000, everyMs: 5, what });
    expect(marks).toBeGreaterThan(0);
    return marks;
  }
  const wrong = async () => differences(await storedRows(database.owner, SITE.project), oracleRows(SITE, frames, []));
  const start = async () => {
    await world.startHub();
    database = await Database.open({ url: world.databaseUrl(), log });
  };

  it('the hub: another takes its job over; then Postgres', async () => {
    await start();
    const left = await midway(frames.length);
    await world.hub.kill();
    let runs = 0;
    const other = new Jobs({ owner: database.owner, log });
    other.add({
      name: 'rollup',
      everyS: 1,
      run: async (signal) => {
        runs++;
        await rollUp({ pool: database.ingest }, signal);
      },
    });
    other.start();
    await midway(Math.min(left, await count('rollup_marks')));
    expect(runs).toBe(1);
    process.kill(world.postgresPid() ?? 0, 'SIGKILL');
    await other.stop();
    await database.close();

    await start();
    await rollUp({ pool: database.ingest });
    await settleDues({ pool: database.ingest }, SITE.project);
    expect(await count('rollup_marks')).toBe(0);
    expect(await wrong()).toEqual([]);
    expect((await storedRows(database.owner, SITE.project)).size).toBeGreaterThan(9 * 144);
  });

  it('the hub and Postgres while frames are let go of: what was made of them stays', async () => {
    await database.owner.query("update projects set retention_raw_days = 1 where project_id = 'ROLL-001'");
    await database.close();
    await world.hub.stop();
    await start();
    await until(async () => (await count('raw_horizons')) > 0, { withinMs: 60_000, everyMs: 2, what: 'retention' });
    process.kill(world.postgresPid() ?? 0, 'SIGKILL');
    await world.hub.kill();
    await database.close();
    await start();
    await runRetention({ owner: database.owner, log, now: Date.now, signal: new AbortController().signal });
    expect(await count('container_frames')).toBe(0);
    expect(await wrong()).toEqual([]);
    await withContext(database.owner, { role: 'super_admin' }, async (client) => {
      expect(await verifyActivity(client, SITE.project)).toMatchObject({ brokenAt: null });
    });
  });
});
