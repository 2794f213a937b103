import { statusCode } from '@hearst/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { containerFrame, meterFrame, type RawAgent } from '../../../test/harness/raw-agent.ts';
import { until } from '../../../test/harness/until.ts';
import { STATE_PAUSE_MS } from './latest-states.ts';

let database: TestDatabase;
let rig: IngestRig;
let serial = 0;
/** What the hub's clock is behind or ahead, ms: pauses pass without waiting. */
let skew = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  rig = await IngestRig.start({ url: database.url, now: () => Date.now() + skew });
});
afterAll(async () => {
  await rig?.stop();
  await database?.drop();
});

const NOW = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
const OFF = statusCode('offline');
const ON = statusCode('hashing');

interface MinerRow {
  status: string;
  power_w: number | null;
  uptime_s: number | null;
  state_at: Date | null;
  last_seen_at: Date | null;
}

async function joined(on = rig): Promise<{ id: string; agent: RawAgent }> {
  const id = `STATE-${String(++serial).padStart(3, '0')}`;
  const agent = await on.agent(id);
  await agent.join();
  return { id, agent };
}

const miners = (id: string): Promise<MinerRow[]> =>
  rig.rows<MinerRow>(id, 'select status, power_w, uptime_s, state_at, last_seen_at from miners order by position');
const stateAt = async (id: string): Promise<number | undefined> =>
  (await rig.rows<{ state_at: Date | null }>(id, 'select state_at from containers'))[0]?.state_at?.getTime();

/** A frame `second` s after the first, with these statuses; each powers of its own. */
function frame(id: string, second: number, status: number[], over: { uptime?: (number | null)[] } = {}) {
  const made = containerFrame(id, `${id.slice(0, 5)}-C01`, NOW + second * 1000, status.length, { status });
  made.columns.power_w = status.map(() => second);
  delete made.columns.uptime_s;
  if (over.uptime) made.columns.uptime_s = over.uptime;
  return made;
}

/** One message, so that all batches share a transaction. */
async function together(agent: RawAgent, frames: ReturnType<typeof frame>[]): Promise<void> {
  await agent.send(...frames.map((one) => agent.batch({ frames: [one] })));
  for (let seq = agent.seq - frames.length + 1; seq <= agent.seq; seq++) await agent.acked(seq);
}

async function one(agent: RawAgent, sent: ReturnType<typeof frame>): Promise<void> {
  await together(agent, [sent]);
}

describe('frames of one container in one transaction', () => {
  it('only the newest moves the state; of the older ones stay when silent miners were last heard, and restarts', async () => {
    const { id, agent } = await joined();
    await together(agent, [
      frame(id, 30, [ON, OFF, OFF, ON]),
      frame(id, 10, [ON, OFF, ON, ON], { uptime: [500, 500, 500, 500] }),
      frame(id, 20, [ON, ON, ON, OFF], { uptime: [3, 3, 3, 3] }),
      frame(id, 0, [ON, ON, ON, ON], { uptime: [490, 490, 490, 490] }),
    ]);
    expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(4);
    const rows = await miners(id);
    const at = new Date(NOW + 30_000);
    expect(rows[0]).toEqual({ status: 'hashing', power_w: 30, uptime_s: 13, state_at: at, last_seen_at: at });
    const heard = new Date(NOW + 20_000);
    expect(rows[1]).toEqual({ status: 'offline', power_w: null, uptime_s: null, state_at: at, last_seen_at: heard });
    expect(rows[2]).toEqual({ status: 'offline', power_w: null, uptime_s: null, state_at: at, last_seen_at: heard });
    // Silent in between: nothing says that it did not restart.
    expect(rows[3]).toEqual({ status: 'hashing', power_w: 30, uptime_s: null, state_at: at, last_seen_at: at });
  });

  it('a container that has lost a slot in between: the slot keeps what was said of it last', async () => {
    const { id, agent } = await joined();
    await together(agent, [frame(id, 0, [ON, ON, ON]), frame(id, 10, [ON, ON, ON]), frame(id, 20, [ON, ON])]);
    const rows = await miners(id);
    expect(rows.map((row) => row.power_w)).toEqual([20, 20, 10]);
  });

  it('meters: the newest is the state, the last that answered was the last seen', async () => {
    const { id, agent } = await joined();
    const at = (second: number): number => NOW + second * 1000;
    const sent = [
      meterFrame(id, 'STATE-E01', at(20), { values: null }),
      meterFrame(id, 'STATE-E01', at(0)),
      meterFrame(id, 'STATE-E01', at(10)),
    ];
    await agent.send(...sent.map((meter) => agent.batch({ frames: [meter] })));
    for (const seq of [1, 2, 3]) await agent.acked(seq);
    const rows = await rig.rows(id, 'select status, values, state_at, last_seen_at from meters');
    const state = { status: 'offline', values: null, state_at: new Date(at(20)), last_seen_at: new Date(at(10)) };
    expect(rows).toEqual([state]);
  });
});

describe('frames of one container faster than states are written', () => {
  it('a state is in the same transaction as its frame when the last one was written long enough ago', async () => {
    const { id, agent } = await joined();
    try {
      for (let second = 0; second < 3; second++) {
        await one(agent, frame(id, second, [ON]));
        expect(await stateAt(id)).toBe(NOW + second * 1000);
        skew += STATE_PAUSE_MS;
      }
    } finally {
      skew = 0;
    }
  });

  it('else the newest of them follows by itself, with what the others add', async () => {
    const { id, agent } = await joined();
    await one(agent, frame(id, 0, [ON, ON, ON], { uptime: [100, 100, 100] }));
    const begun = Date.now();
    await one(agent, frame(id, 20, [ON, OFF, ON], { uptime: [5, 5, 5] }));
    await one(agent, frame(id, 40, [ON, OFF, OFF]));
    await one(agent, frame(id, 30, [ON, ON, ON])); // late, but later than what is stored
    expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(4);
    if (Date.now() - begun < STATE_PAUSE_MS / 2) expect(await stateAt(id)).toBe(NOW);
    await until(async () => (await stateAt(id)) === NOW + 40_000, { withinMs: 3 * STATE_PAUSE_MS, everyMs: 50 });
    const at = new Date(NOW + 40_000);
    const heard = new Date(NOW + 30_000);
    expect(await miners(id)).toEqual([
      { status: 'hashing', power_w: 40, uptime_s: 25, state_at: at, last_seen_at: at },
      { status: 'offline', power_w: null, uptime_s: null, state_at: at, last_seen_at: heard },
      { status: 'offline', power_w: null, uptime_s: null, state_at: at, last_seen_at: heard },
    ]);
    expect(rig.notices.at(-1)).toMatchObject({ projectId: id, containers: [{ at: NOW + 40_000 }] });
  });

  it('a frame older than what is stored still tells when silent miners were last heard', async () => {
    const { id, agent } = await joined();
    await one(agent, frame(id, 60, [ON, OFF]));
    await together(agent, [frame(id, 0, [ON, ON]), frame(id, 20, [ON, ON]), frame(id, 10, [ON, ON])]);
    const rows = await miners(id);
    expect(rows[1]).toMatchObject({ status: 'offline', last_seen_at: new Date(NOW + 20_000) });
    expect(rows[0]).toMatchObject({ power_w: 60, last_seen_at: new Date(NOW + 60_000) });
  });

  it('stopping writes what is kept back', async () => {
    const other = await IngestRig.start({ url: database.url });
    const { id, agent } = await joined(other);
    await one(agent, frame(id, 0, [ON]));
    await one(agent, frame(id, 1, [ON]));
    await other.stop();
    expect(await stateAt(id)).toBe(NOW + 1000);
  });

  it('a hub that dies with a state kept back: the next frame sets it right, whichever hub takes it', async () => {
    const dying = await IngestRig.start({ url: database.url });
    const { id, agent } = await joined(dying);
    await one(agent, frame(id, 0, [ON, ON]));
    dying.ingest.flushStates = async () => undefined;
    await one(agent, frame(id, 1, [OFF, ON]));
    await dying.database.ingest.end(); // nothing of it reaches Postgres any more
    expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(2);
    expect(await stateAt(id)).toBe(NOW);
    const heir = await IngestRig.start({ url: database.url });
    const successor = new (agent.constructor as new (o: RawAgent['options']) => RawAgent)({
      ...agent.options,
      url: heir.url,
      outbox: agent.outbox,
    });
    try {
      await successor.join({ low_watermark: 3, next_seq: 3, lease: agent.lease });
      await successor.send(successor.batch({ frames: [frame(id, 2, [OFF, ON])] }, { seq: 3 }));
      await successor.acked(3);
      expect(await stateAt(id)).toBe(NOW + 2000);
      expect((await miners(id)).map((row) => row.status)).toEqual(['offline', 'hashing']);
    } finally {
      await successor.leave();
      await heir.stop();
      await agent.leave();
      await dying.link.stop();
      await dying.broker.stop();
      await dying.ingest.stop();
      await Promise.all([dying.database.api.end(), dying.database.owner.end()]);
    }
  });
});
