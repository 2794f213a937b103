import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasMosquitto } from '../harness/mosquitto.ts';
import { needs } from '../harness/needs.ts';
import { type PreviousPrograms, previousCommit, previousPrograms } from '../harness/previous-programs.ts';
import { programPath, root } from '../harness/process.ts';
import { NOTHING_LOST, SharedWorld } from '../harness/shared-world.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const commit = previousCommit();

/**
 * The upgrade with real programs of the version before (see `previousCommit`): agents of both versions deliver to hubs of
 * both, the hub of before goes on storing while the database is migrated, hubs of both serve side by side, and no reading is
 * lost. By command: `pnpm test:long test/long/upgrade`; HEARST_PREVIOUS=COMMIT names another version.
 */
describe.skipIf(!needs(() => commit !== null && hasMosquitto(), "an upgrade: git's history, or Debian's mosquitto"))(
  'from the version before to this one, and back',
  { timeout: 180_000 },
  () => {
    const folder = temporaryFolder('previous');
    let before: PreviousPrograms;
    let shared: SharedWorld;
    /** A hub of now beside the one of before. */
    let beside: Awaited<ReturnType<SharedWorld['world']['anotherHub']>>;
    beforeAll(async () => {
      before = previousPrograms(join(folder.path, 'programs'), commit!);
      const { hub, agent } = before;
      shared = await SharedWorld.create({ emptyDatabase: true, broker: 'mosquitto', programs: { hub, agent } });
      await shared.start();
    }, 180_000);
    afterAll(async () => {
      await beside?.program.kill();
      await shared?.stop();
      folder[Symbol.dispose]();
    });

    /** The agent of now where that of before stood, and back. */
    const upgradeAgentAndBack = async (): Promise<void> => {
      for (const main of [undefined, before.agent]) {
        await shared.world.agent.stop();
        shared.world.become('agent', main);
        shared.startAgent();
        await shared.flows();
        await shared.drained();
      }
    };

    it('the agent is upgraded before its hub, and goes back', upgradeAgentAndBack);

    it('the database is migrated while the hub of before stores readings: no batch fails, none waits long', async () => {
      const waits = watchWaits(shared);
      await shared.flows();
      const usually = waits.longestMs();
      const { from, to, tookMs } = await migrateNow(shared);
      await shared.flows();
      const longestMs = await waits.end();
      console.log(JSON.stringify({ before: before.commit.slice(0, 9), from, to, tookMs, longestMs, usually }));
      expect(longestMs).toBeLessThan(10_000);
      expect(shared.world.hub.log()).not.toMatch(/cannot be stored|is tried again/);
      expect(shared.world.hub.starts).toBe(1);
    });

    it('a hub of now joins, takes its share beside the one of before, and then all of it', async () => {
      beside = await shared.world.anotherHub('hub-of-now');
      beside.program.start();
      await beside.ready();
      await shared.flows();
      await shared.world.hub.stop();
      await shared.flows();
      shared.world.become('hub');
      await shared.world.startHub();
      await beside.program.stop();
      await shared.flows();
      await shared.drained();
      for (const log of [shared.world.hub.log(), beside.program.log()])
        expect(log).not.toMatch(/cannot be stored|was not believed/);
    });

    it('the agent is upgraded behind its hub, and goes back', upgradeAgentAndBack);

    it('and of all readings none is lost or counted twice', async () => {
      expect(await shared.atRest()).toMatchObject(NOTHING_LOST);
    });

    it('the hub of before refuses the migrated database, says why, and changes nothing', async () => {
      const [{ version } = { version: 0 }] = await shared.sql<{ version: number }>(
        'select max(version) as version from hearst_schema.migrations',
      );
      await shared.world.hub.stop();
      shared.world.become('hub', before.hub);
      shared.world.hub.start();
      const { code } = await shared.world.hub.end(60_000);
      expect(code).toBe(1);
      expect(shared.world.hub.tail()).toMatch(/newer version \(\d+\) than this hub/);
      const after = await shared.sql('select max(version) as version from hearst_schema.migrations');
      expect(after).toEqual([{ version }]);
    });
  },
);

/** How long the agent waits from one confirmation to the next, watched until the end. */
function watchWaits(shared: SharedWorld): { longestMs(): number; end(): Promise<number> } {
  let longestMs = 0;
  let over = false;
  const freed = async (): Promise<number> => (await shared.page()).hub.uplink?.freed ?? 0;
  const watching = (async () => {
    for (let last = await freed(), since = Date.now(); !over; await sleep(50)) {
      const now = await freed();
      longestMs = Math.max(longestMs, Date.now() - since);
      if (now !== last) [last, since] = [now, Date.now()];
    }
  })();
  const end = async (): Promise<number> => {
    over = true;
    await watching;
    return longestMs;
  };
  return { longestMs: () => longestMs, end };
}

/** `hearst-hub migrate` of now, beside the hub that runs. */
async function migrateNow({ world }: SharedWorld): Promise<{ from: number; to: number; tookMs: number }> {
  const begun = Date.now();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [programPath('hub/src/main.ts'), 'migrate', '--json'],
    { cwd: root, env: { ...process.env, DATABASE_URL: world.databaseUrl(), HEARST_DATA_DIR: world.folder } },
  );
  const { data } = JSON.parse(stdout) as { data: { from: number; to: number } };
  return { ...data, tookMs: Date.now() - begun };
}
