import { type ContainerFrame, type MeterFrame, statusCode, type Values } from '@hearst/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { containerFrame, meterFrame, RawAgent } from '../../../test/harness/raw-agent.ts';
import { until } from '../../../test/harness/until.ts';
import type { Conditions } from '../alerts/conditions.ts';
import { judgeContainer } from '../alerts/judge/container.ts';
import { ruleBook } from '../alerts/rule-book.ts';
import { withContext } from '../db/client.ts';
import type { ContainerFrameRow } from '../db/queries/container-frames.ts';
import { type ContainerState, stateOf } from './container-state.ts';
import { storeStates } from './store-states.ts';
import { summarize } from './summarize.ts';

let database: TestDatabase;
let rig: IngestRig;
let serial = 0;
/** The hub's clock: a minute goes by with each poll, so that no state is kept back. */
let clock = Math.floor(Date.now() / 60_000) * 60_000;

beforeAll(async () => {
  database = await createTestDatabase();
  rig = await IngestRig.start({ url: database.url, now: () => clock });
});
afterAll(async () => {
  await rig?.stop();
  await database?.drop();
});

const MINUTE = 60_000;
const OFF = statusCode('offline');
const ON = statusCode('hashing');

async function joined(): Promise<{ id: string; agent: RawAgent }> {
  const id = `JUDGE-${String(++serial).padStart(3, '0')}`;
  const agent = await rig.agent(id);
  await agent.join();
  return { id, agent };
}

/** A frame of now with what differs in its cooling loop; `pump: 0` say. */
function frame(id: string, cooling: Values | null = {}, over: Partial<ContainerFrame> = {}): ContainerFrame {
  const made = containerFrame(id, 'JUDGE-C01', clock, 4, over);
  const healthy = { pump_circulating: 1, fault_leak: 0, ...made.cooling };
  return { ...made, cooling: cooling && { ...healthy, ...cooling } };
}

async function send(agent: RawAgent, ...frames: (ContainerFrame | MeterFrame)[]): Promise<void> {
  await agent.send(...frames.map((one) => agent.batch({ frames: [one] })));
  for (let seq = agent.seq - frames.length + 1; seq <= agent.seq; seq++) await agent.acked(seq);
}

/** A poll a minute after the last. */
async function poll(
  agent: RawAgent,
  id: string,
  cooling?: Values | null,
  over?: Partial<ContainerFrame>,
): Promise<void> {
  clock += MINUTE;
  await send(agent, frame(id, cooling, over));
}

async function conditions(id: string): Promise<Conditions | null> {
  const [row] = await rig.rows<{ conditions: Conditions | null }>(id, 'select conditions from containers');
  return row?.conditions ?? null;
}

/** How often the project was woken. */
const woken = (id: string): number => rig.ripened.filter((project) => project === id).length;

describe('a container', () => {
  it('conditions begin, go on, stay through what is unknown and end with the frames; the project is woken when they ripen', async () => {
    const { id, agent } = await joined();
    await poll(agent, id);
    expect(await conditions(id)).toMatchObject({ at: clock, own: {} });
    await poll(agent, id, { pump_circulating: 0 });
    const since = clock;
    expect((await conditions(id))?.own).toEqual({ pump_stopped: { since, value: null } });
    expect(woken(id)).toBe(0); // its hold time runs
    await poll(agent, id, { pump_circulating: 0 });
    expect(await conditions(id)).toMatchObject({ at: clock, own: { pump_stopped: { since, value: null } } });
    expect(woken(id)).toBe(1);
    await poll(agent, id, { pump_circulating: 0 });
    expect(woken(id)).toBe(1); // nothing new
    await poll(agent, id, { pump_circulating: null });
    expect(await conditions(id)).toMatchObject({ own: { pump_stopped: { since } } });
    expect((await conditions(id))?.unknown).toContain('pump_stopped');
    await poll(agent, id, { pump_circulating: 0 });
    const before = woken(id);
    await poll(agent, id);
    expect((await conditions(id))?.own).toEqual({});
    expect(woken(id)).toBe(before + 1);
  });

  it('its miners each by position', async () => {
    const { id, agent } = await joined();
    const hot = { columns: { temp_chip_c: [60, 95, 60, 60] } };
    await poll(agent, id, {}, { status: [OFF, ON, ON, ON], ...hot });
    const since = clock;
    await poll(agent, id, {}, { status: [OFF, OFF, ON, ON], ...hot });
    const expected = {
      miner_offline: [
        [1, since, null],
        [2, clock, null],
      ],
      miner_chip_hot: [[2, since, 95, since]],
    };
    expect(await conditions(id)).toMatchObject({ miners: expected, silent: [1, 2] });
    await poll(agent, id);
    expect((await conditions(id))?.miners).toBeUndefined();
  });

  it('late frames and frames that come again change nothing', async () => {
    const { id, agent } = await joined();
    await poll(agent, id, { fault_leak: 1 });
    const late = { ...frame(id), at: clock - 1000 };
    const told = await conditions(id);
    const again = agent.batch({ frames: [{ ...frame(id, { fault_leak: 1 }), at: clock + 1000 }] });
    await agent.send(again);
    await agent.acked(agent.seq);
    await rig.ingest.flushStates();
    const newest = await conditions(id);
    expect(newest).toMatchObject({ at: clock + 1000, own: { leak: { since: told!.at } } });
    await send(agent, late);
    const { duplicates } = rig.ingest.stats();
    await agent.send(again);
    await until(() => rig.ingest.stats().duplicates === duplicates + 1, { withinMs: 10_000, everyMs: 10 });
    await rig.ingest.flushStates();
    expect(await conditions(id)).toEqual(newest);
    expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(3);
  });

  it('a backlog makes history and leaves conditions as they are', async () => {
    const { id, agent } = await joined();
    await poll(agent, id, { fault_leak: 1 });
    const told = await conditions(id);
    clock += 20 * MINUTE;
    await send(agent, { ...frame(id), at: clock - 10 * MINUTE });
    const [row] = await rig.rows<{ state_at: Date }>(id, 'select state_at from containers');
    expect(row?.state_at).toEqual(new Date(clock - 10 * MINUTE));
    expect(await conditions(id)).toEqual(told);
    await poll(agent, id);
    expect((await conditions(id))?.own).toEqual({});
  });

  it('of several frames in one transaction each counts: a break in between is a break', async () => {
    const { id, agent } = await joined();
    await poll(agent, id, { fault_leak: 1 });
    const at = (s: number, leak: number): ContainerFrame => ({
      ...frame(id, { fault_leak: leak }),
      at: clock + s * 1000,
    });
    clock += MINUTE;
    await send(agent, at(1, 1), at(2, 0), at(3, 1), at(4, 1));
    expect(await conditions(id)).toMatchObject({ at: clock + 4000, own: { leak: { since: clock + 3000 } } });
  });

  it('a state that is kept back brings its conditions along, also those of the frames it stands for', async () => {
    const { id, agent } = await joined();
    const at = (s: number, leak: number): ContainerFrame => ({
      ...frame(id, { fault_leak: leak }),
      at: clock + s * 1000,
    });
    await poll(agent, id, { fault_leak: 1 });
    await send(agent, at(10, 1));
    await send(agent, at(30, 1));
    await send(agent, at(20, 0)); // late, but later than what is stored
    expect((await conditions(id))?.at).toBe(clock);
    const before = woken(id);
    await rig.ingest.flushStates();
    expect(await conditions(id)).toMatchObject({ at: clock + 30_000, own: { leak: { since: clock + 30_000 } } });
    await send(agent, at(40, 0));
    await rig.ingest.flushStates();
    expect(woken(id)).toBe(before + 1);
  });

  it('they commit with the frame or not at all', async () => {
    const { id, agent } = await joined();
    await poll(agent, id);
    const told = await conditions(id);
    const { faults } = rig.ingest.stats();
    await rig.database.owner.query(
      `create function fail() returns trigger language plpgsql as $$ begin raise 'on purpose'; end $$`,
    );
    await rig.database.owner.query('create trigger fail before update on miners for each row execute function fail()');
    try {
      clock += MINUTE;
      await agent.send(agent.batch({ frames: [frame(id, { fault_leak: 1 })] }));
      await until(() => rig.ingest.stats().faults === faults + 1, { withinMs: 10_000, everyMs: 10 });
    } finally {
      await rig.database.owner.query('drop trigger fail on miners');
    }
    expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(1);
    expect(await conditions(id)).toEqual(told);
    expect(woken(id)).toBe(0);
  });
});

describe('two hubs', () => {
  it('alternate: what began at one goes on at the other', async () => {
    const second = await IngestRig.start({ url: database.url, now: () => clock });
    const { id, agent } = await joined();
    const options = { ...agent.options, url: second.url, outbox: agent.outbox, boot: agent.boot };
    const elsewhere = new RawAgent(options);
    try {
      await elsewhere.join({ lease: agent.lease });
      const first = clock + MINUTE;
      for (let seq = 1; seq <= 6; seq++) {
        clock += MINUTE;
        const by = seq % 2 === 0 ? elsewhere : agent;
        // Between the thresholds all but the first time: it holds only for whoever knows that it held.
        await by.send(by.batch({ frames: [frame(id, { temp_supply_c: seq === 1 ? 38.5 : 37.5 })] }, { seq }));
        await by.acked(seq);
        expect(await conditions(id)).toMatchObject({ at: clock, own: { supply_hot: { since: first } } });
      }
    } finally {
      await elsewhere.leave();
      await second.stop();
    }
    expect([woken(id), second.ripened.length]).toEqual([0, 1]); // after 300 s: with the sixth frame
  });

  it('at once: the later waits for the earlier and goes on from there', async () => {
    const { id, agent } = await joined();
    await poll(agent, id);
    const first = stateAt(id, agent, clock + 1000, 38.5);
    const then = stateAt(id, agent, clock + 2000, 37.5);
    const context = { projectIds: [id] };
    let later: Promise<unknown> = Promise.resolve();
    await withContext(rig.database.ingest, context, async (client) => {
      await storeStates(client, id, [first]);
      later = withContext(rig.database.ingest, context, (other) => storeStates(other, id, [then]));
      await until(async () => (await waiting()) > 0, { withinMs: 10_000, everyMs: 10, what: 'a lock waited for' });
    });
    await later;
    expect(await conditions(id)).toMatchObject({ at: clock + 2000, own: { supply_hot: { since: clock + 1000 } } });
  });
});

async function waiting(): Promise<number> {
  const { rows } = await rig.database.owner.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
  );
  return rows[0]?.n ?? 0;
}

/** What a frame of that moment and supply temperature says, as ingest hands it to storage. */
function stateAt(id: string, agent: RawAgent, at: number, supply: number): ContainerState {
  const made = { ...frame(id, { temp_supply_c: supply }), at };
  const summary = summarize(made);
  const rules = ruleBook([]);
  const row = {
    ...summary,
    ...{ containerId: made.container, agentId: agent.options.agent, at, deviceAt: at, receivedAt: at, intervalS: 60 },
    ...{ clock: 'synced', tempSupplyC: supply, tempReturnC: null, flowM3h: null, pressureSupplyBar: null },
    ...{ pressureReturnBar: null, cooling: null, body: Buffer.alloc(0) },
  } satisfies ContainerFrameRow;
  return stateOf({ frame: made, row, judgement: { rules, findings: judgeContainer(made, summary, rules) } });
}

describe('a meter', () => {
  const loaded = (id: string, kva: number, over: Partial<MeterFrame> = {}): MeterFrame =>
    meterFrame(id, 'JUDGE-E01', clock, {
      transformer: 'JUDGE-T01',
      values: { active_power_kw: kva * 0.98, apparent_power_kva: kva, voltage_l12_v: 400 },
      ...over,
    });
  const ofMeter = async (id: string): Promise<Conditions | null> =>
    (await rig.rows<{ conditions: Conditions | null }>(id, 'select conditions from meters'))[0]?.conditions ?? null;

  it("its transformer's conditions follow its readings, with the rating that the transformer has", async () => {
    const { id, agent } = await joined();
    clock += MINUTE;
    await send(agent, loaded(id, 3900));
    expect((await ofMeter(id))?.unknown).toContain('transformer_overload');
    await rig.rows(id, `update transformers set rated_kva = 3750 returning 1`);
    clock += MINUTE;
    await send(agent, loaded(id, 3900));
    const since = clock;
    expect((await ofMeter(id))?.own).toEqual({ transformer_overload: { since, value: 104 } });
    clock += MINUTE;
    await send(agent, loaded(id, 0, { values: null }));
    const silent = clock;
    expect(await ofMeter(id)).toMatchObject({
      own: { transformer_overload: { since, value: 104 }, meter_silent: { since: silent } },
    });
    const before = await ofMeter(id);
    await send(agent, loaded(id, 1000, { at: clock - 1000 })); // late
    clock += 30 * MINUTE;
    await send(agent, loaded(id, 1000, { at: clock - 10 * MINUTE })); // stale
    expect(await ofMeter(id)).toEqual(before);
    expect(woken(id)).toBe(0);
    clock += MINUTE;
    await send(agent, loaded(id, 3900));
    expect(await ofMeter(id)).toMatchObject({ at: clock, own: { transformer_overload: { since, value: 104 } } });
    expect(woken(id)).toBe(1);
    clock += MINUTE;
    await send(agent, loaded(id, 3000));
    expect((await ofMeter(id))?.own).toEqual({});
    expect(woken(id)).toBe(2);
  });

  it('of several readings in one transaction each counts', async () => {
    const { id, agent } = await joined();
    clock += MINUTE;
    const at = (s: number, values: MeterFrame['values']) => loaded(id, 0, { at: clock - 50_000 + s * 1000, values });
    const here = { active_power_kw: 3000 };
    await send(agent, at(3, null), at(1, null), at(2, here), at(4, null));
    expect((await ofMeter(id))?.own).toEqual({ meter_silent: { since: clock - 47_000, value: null } });
  });
});

describe('rules', () => {
  it('a change is heeded once it is told or half a minute has passed', async () => {
    const { id, agent } = await joined();
    const enable = async (enabled: boolean): Promise<void> => {
      await rig.database.owner.query(
        `insert into alert_rules (project_id, rule_id, alert_type, enabled) values ($1, 'leak', 'leak', $2)
         on conflict (project_id, rule_id) do update set enabled = excluded.enabled`,
        [id, enabled],
      );
    };
    const held = async (): Promise<boolean> => (await conditions(id))?.own.leak !== undefined;
    await poll(agent, id, { fault_leak: 1 });
    expect(await held()).toBe(true);
    await enable(false);
    clock += 3000;
    await send(agent, frame(id, { fault_leak: 1 }));
    expect(await held()).toBe(true);
    rig.rules.forget(id);
    clock += 3000;
    await send(agent, frame(id, { fault_leak: 1 }));
    expect(await held()).toBe(false);
    await enable(true);
    await poll(agent, id, { fault_leak: 1 });
    expect(await held()).toBe(true);
  });
});
