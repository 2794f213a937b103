import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { TombstoneBody } from '@hearst/protocol';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../harness/needs.ts';
import { SharedWorld } from '../harness/shared-world.ts';
import { canMount, SmallDisk } from '../harness/small-disk.ts';
import { until } from '../harness/until.ts';

const PAGE = 4096;

describe.skipIf(!needs(canMount, 'the right to mount a tmpfs, to fill it'))(
  'disks that are full',
  { timeout: 120_000 },
  () => {
    let shared: SharedWorld;
    let agentDisk: SmallDisk;
    let hubDisk: SmallDisk;
    beforeAll(async () => {
      shared = await SharedWorld.create({
        containers: 3,
        miners: 308,
        ownPostgres: true,
        prepare: (folder) => {
          agentDisk = new SmallDisk(join(folder, 'agent'), 256);
          hubDisk = new SmallDisk(join(folder, 'postgres'), 200);
        },
      });
      await shared.start();
    });
    afterEach(() => {
      agentDisk?.free();
      hubDisk?.free();
    });
    afterAll(async () => {
      await shared?.world.stop();
      agentDisk?.unmount();
      hubDisk?.unmount();
      await shared?.stop();
    });

    it("at the hub's Postgres: agents are held and told so; it goes on by itself when there is room", async () => {
      hubDisk.fill();
      await shared.holds(8);
      expect(shared.world.hub.running).toBe(true);
      expect(shared.world.hub.log()).toMatch(/53100|No space left on device/);
      expect(shared.world.hub.log()).toMatch(/agents are held, nothing is acknowledged/);
      hubDisk.free();
      await shared.drained();
      await shared.flows();
      expect(shared.world.hub.starts).toBe(1);
      expect(await shared.sql('select reason from quarantine')).toEqual([]);
    });

    it('at the agent: it reads on, thins by rule what the hub has not got, and says so', async () => {
      await shared.world.hub.stop();
      agentDisk.fill();
      const { poller } = await shared.page();
      await shared.says('agent', /disk nearly full, the outbox stops growing: free disk space/);
      await shared.says('agent', /full, \d+ batches given up/, 60_000);
      const now = await shared.page();
      expect(now.poller.polls).toBeGreaterThan(poller.polls + 5);
      expect(now.poller.kept.lost_readings).toBe(0);
      agentDisk.free();
      await shared.says('agent', /disk has room again/);
      await shared.world.startHub();
      await shared.drained();
      await shared.flows();
      const codes = await shared.sql<{ code: string }>('select distinct code from agent_events');
      expect(codes.map(({ code }) => code)).toEqual(
        expect.arrayContaining(['outbox.disk_full', 'outbox.disk_ok', 'outbox.tombstone']),
      );
      expect(codes.map(({ code }) => code)).not.toContain('agent.readings_lost');
    });

    it('and every reading is stored once, or counted by a tombstone', async () => {
      await expectStoredOrBuried(shared);
    });
  },
);

describe('an outbox file that is damaged', { timeout: 90_000 }, () => {
  let shared: SharedWorld;
  beforeAll(async () => {
    shared = await (await SharedWorld.create({ miners: 200 })).start();
  });
  afterAll(() => shared?.stop());

  it('is set aside and salvaged; the agent reads on, and what could be read arrives', async () => {
    await shared.world.hub.stop();
    await shared.holds(24);
    await shared.world.agent.kill();
    const folder = join(shared.world.agentData, 'outbox');
    damage(join(folder, 'outbox.db'));
    shared.startAgent();
    await shared.says('agent', /file is damaged, setting it aside and salvaging/);
    await until(async () => (await shared.page()).poller.polls > 4, { withinMs: 20_000, what: 'polls to go on' });
    expect(readdirSync(folder).some((name) => /^outbox-damaged-.*\.db$/.test(name))).toBe(true);
    await shared.world.startHub();
    await shared.drained();
    await shared.flows();
    const [event] = await shared.sql<{ severity: string; message: string; data: { salvaged_batches: number } }>(
      "select severity, message, data from agent_events where code = 'outbox.salvaged'",
    );
    expect(event).toMatchObject({ severity: 'critical', message: expect.stringContaining('Check the disk') });
    expect(event!.data.salvaged_batches).toBeGreaterThan(10);
  });

  it('and every reading is stored once, or counted by a tombstone', async () => {
    await expectStoredOrBuried(shared);
  });
});

/** Overwrites the root of an index, so that the file is found out at once, and some pages of rows. */
function damage(path: string): void {
  const file = new Database(path);
  file.pragma('wal_checkpoint(TRUNCATE)');
  const index = file
    .prepare<[], { rootpage: number }>(
      "select rootpage from sqlite_schema where type = 'index' and tbl_name = 'batches'",
    )
    .get()!;
  const bodies = file
    .prepare<[], { rootpage: number }>("select rootpage from sqlite_schema where name = 'bodies'")
    .get()!;
  file.close();
  const pages = statSync(path).size / PAGE;
  const spared = new Set([1, bodies.rootpage]);
  const hit = [index.rootpage, ...[0.4, 0.6, 0.8].map((part) => Math.floor(pages * part))];
  const handle = openSync(path, 'r+');
  for (const page of hit.filter((number) => !spared.has(number))) {
    writeSync(handle, Buffer.alloc(PAGE, 0xa5), 0, PAGE, (page - 1) * PAGE);
  }
  closeSync(handle);
}

/** Every number that the outbox ever gave out is known to the hub, or lies within a tombstone; what is lost is counted. */
async function expectStoredOrBuried(shared: SharedWorld): Promise<void> {
  const { lost, twice, wrong, quarantined } = await shared.verdict();
  expect({ twice, wrong, quarantined }).toEqual({ twice: [], wrong: [], quarantined: 0 });
  const stones = (
    await shared.sql<{ data: TombstoneBody }>("select data from agent_events where code = 'outbox.tombstone'")
  ).map(({ data }) => data);
  expect(stones.length).toBeGreaterThan(0);
  const keys = await shared.sql<{ outbox_id: string; seq: string; covers: boolean }>('select * from ingest_keys');
  for (const [outbox, known] of Map.groupBy(keys, (key) => key.outbox_id)) {
    const seqs = new Set(known.map(({ seq }) => Number(seq)));
    const covered = Math.max(0, ...known.filter(({ covers }) => covers).map(({ seq }) => Number(seq)));
    const silent = [];
    for (let seq = covered + 1; seq <= Math.max(...seqs); seq++) {
      const buried = stones.some((stone) => stone.outbox === outbox && stone.seq_from <= seq && seq <= stone.seq_to);
      if (!seqs.has(seq) && !buried) silent.push(seq);
    }
    expect(silent, `batches of ${outbox} of which nobody knows`).toEqual([]);
  }
  // A tombstone for rows that could not be read knows how many there were, not what was in them.
  const counted = stones.reduce((sum, stone) => sum + (stone.readings || stone.batches * (shared.miners + 1)), 0);
  expect(lost.length).toBeGreaterThan(0);
  expect(lost.length).toBeLessThanOrEqual(counted);
}
