import { type ContainerFrame, decodeBody, statusCode } from '@hearst/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { containerFrame, type RawAgent } from '../../../test/harness/raw-agent.ts';
import { withhold } from './withheld-slots.ts';

const MINUTE = 60_000;
let database: TestDatabase;
let rig: IngestRig;
let serial = 0;
/** By how much the hub's clock is ahead: what it remembers grows old. */
let elapsed = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  rig = await IngestRig.start({ url: database.url, now: () => Date.now() + elapsed });
});
afterAll(async () => {
  await rig?.stop();
  await database?.drop();
});

/** Two agents of a project; each has a container of four slots, C01 and C02. */
async function site() {
  const project = `TWICE-${String(++serial).padStart(3, '0')}`;
  const [home, other] = [await rig.agent(project), await rig.agent(project)];
  for (const agent of [home, other]) await agent.join();
  const send = async (agent: RawAgent, batch: Buffer): Promise<void> => {
    await agent.send(batch);
    await agent.acked(agent.seq);
  };
  const tell = (agent: RawAgent, container: string, serials: Record<number, string>) =>
    send(agent, agent.batch(inventoryOf(project, container, serials), {}, 'inventory'));
  /** The next poll, half a minute after that of the other agent, in which all answer but these positions. */
  const poll = async (agent: RawAgent, container: string, silent: readonly number[] = []) => {
    elapsed += MINUTE / 2;
    const frame = containerFrame(project, container, Date.now() + elapsed);
    const positions = new Set(silent);
    const sent: ContainerFrame = {
      ...withhold(frame, positions),
      status: frame.positions.map((at, i) => (positions.has(at) ? statusCode('offline') : (frame.status[i] ?? 0))),
    };
    await send(agent, agent.batch({ frames: [sent] }));
    return sent;
  };
  /** What the newest frame of a container is stored as. */
  const stored = async (container: string) => {
    const [row] = await rig.rows<{ answering: number; hashrate: number; body: Buffer }>(
      project,
      `select miners_answering as answering, hashrate_ths as hashrate, body from container_frames
       where container_id = $1 order by at desc limit 1`,
      [container],
    );
    const opened = decodeBody({ kind: 'frames' } as never, row!.body);
    return { ...row!, frame: (opened as { frames: { frame: ContainerFrame }[] }).frames[0]!.frame };
  };
  const slot = async (id: string) =>
    (
      await rig.rows<{ status: string; hashrate: number | null }>(
        project,
        'select status, hashrate_th as hashrate from miners where miner_id = $1',
        [id],
      )
    )[0];
  return { project, home, other, tell, poll, stored, slot };
}

function inventoryOf(project: string, container: string, serials: Record<number, string>) {
  const unknown = { ip: null, model: null, mac: null, firmware: null };
  return {
    project,
    container: { container, transformer: null, model: null, layout: null, expected_miners: 4, has_cooling: false },
    miners: Object.entries(serials).map(([position, sn]) => ({ ...unknown, position: Number(position), serial: sn })),
    transformers: [],
    meters: [],
  };
}

const sum = (frame: ContainerFrame, without: number) =>
  frame.positions.reduce((ths, at, i) => ths + (at === without ? 0 : (frame.columns.hashrate_ths?.[i] ?? 0)), 0);

describe('a machine that two agents read', () => {
  /** AA-1 stands in C01-M001 and is read in C02-M002 as well. */
  async function readTwice() {
    const all = await site();
    await all.tell(all.home, 'TWICE-C01', { 1: 'AA-1' });
    await all.poll(all.home, 'TWICE-C01');
    await all.tell(all.other, 'TWICE-C02', { 1: 'BB-1', 2: 'AA-1' });
    const answering = async (agent: RawAgent, container: string, silent: readonly number[] = []) => {
      await all.poll(agent, container, silent);
      return (await all.stored(container)).answering;
    };
    return {
      ...all,
      atHome: (silent: readonly number[] = []) => answering(all.home, 'TWICE-C01', silent),
      atOther: () => answering(all.other, 'TWICE-C02'),
    };
  }

  it('is credited once: where it stood, in sums, states and the stored frame', async () => {
    const { home, other, poll, stored, slot } = await readTwice();
    const sent = await poll(other, 'TWICE-C02');
    const kept = await stored('TWICE-C02');
    expect(kept.answering).toBe(3);
    expect(kept.hashrate).toBeCloseTo(sum(sent, 2), 6);
    expect(kept.frame.status).toEqual([1, 0, 1, 1]);
    for (const column of Object.values(kept.frame.columns)) expect(column?.[1]).toBeNull();
    expect(kept.frame.columns.power_w?.[0]).toBe(sent.columns.power_w?.[0]);
    expect(await slot('TWICE-C02-M002')).toEqual({ status: 'unknown', hashrate: null });
    const there = await poll(home, 'TWICE-C01');
    expect((await stored('TWICE-C01')).hashrate).toBeCloseTo(sum(there, 0), 6);
  });

  it('is credited where it is read once its home was silent for three polls, and at home once that is back', async () => {
    const { atHome, atOther } = await readTwice();
    for (const expected of [3, 3, 3, 4]) {
      await atHome([1]);
      expect(await atOther()).toBe(expected);
    }
    await atHome();
    expect(await atOther()).toBe(3);
  });

  it('is credited at its home while the home agent is silent: its readings are still to come', async () => {
    const { atOther } = await readTwice();
    elapsed += 60 * MINUTE;
    expect(await atOther()).toBe(3);
  });

  it('is credited where it is read once another machine stands at home', async () => {
    const { home, tell, atOther } = await readTwice();
    await tell(home, 'TWICE-C01', { 1: 'CC-1' });
    expect(await atOther()).toBe(4);
  });

  it('is credited at home once another machine stands where it was read: that one counts there', async () => {
    const { other, tell, atHome, atOther } = await readTwice();
    await tell(other, 'TWICE-C02', { 2: 'DD-1' });
    expect([await atHome(), await atOther()]).toEqual([4, 4]);
  });

  it('is credited at one of the two when each has claimed it from the other', async () => {
    const { home, tell, atHome, atOther } = await readTwice();
    await tell(home, 'TWICE-C01', { 1: 'CC-1' });
    expect(await atOther()).toBe(4);
    await tell(home, 'TWICE-C01', { 1: 'AA-1' });
    expect([await atHome(), await atOther()]).toEqual([3, 4]);
  });
});
