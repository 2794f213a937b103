import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { encodeBody, statusCode } from '@hearst/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { containerFrame, meterFrame, RawAgent } from '../../../test/harness/raw-agent.ts';
import { until } from '../../../test/harness/until.ts';
import { withContext } from '../db/client.ts';
import { setReinstated } from '../db/queries/agent-entries.ts';

let database: TestDatabase;
let rig: IngestRig;
let serial = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  rig = await IngestRig.start({ url: database.url });
});
afterAll(async () => {
  await rig?.stop();
  await database?.drop();
});

/** A project of its own for each test. */
function project(): string {
  return `TEST-${String(++serial).padStart(3, '0')}`;
}

const NOW = Math.floor(Date.now() / 1000) * 1000;

it('R2, R3: a batch is acknowledged once its rows are committed, with all they hold', async () => {
  const id = project();
  const agent = await rig.agent(id);
  const welcome = await agent.join();
  expect(welcome).toMatchObject({ project: id, window: 16, lease: 1, refused: null, replay_from: null });
  const frame = containerFrame(id, 'TEST-C01', NOW, 4);
  const sent = agent.batch({ frames: [frame] });
  await agent.send(sent);
  await agent.acked(1);
  const [row] = await rig.rows<Record<string, unknown> & { body: Buffer }>(
    id,
    'select *, extract(epoch from at) * 1000 as ms from container_frames',
  );
  expect(row).toMatchObject({ container_id: 'TEST-C01', miners_total: 4, miners_answering: 4, miners_active: 4 });
  expect(row).toMatchObject({ power_kw: 1750, power_source: 'controller', clock: 'synced', interval_s: 60 });
  expect(Number(row?.ms)).toBe(NOW);
  expect(JSON.parse(gunzipSync(row!.body).toString())).toEqual({ frames: [frame] });
  expect(sent.subarray(-row!.body.length).equals(row!.body)).toBe(true); // the agent's own bytes
  const miners = await rig.rows<Record<string, unknown>>(id, 'select * from miners order by position');
  expect(miners).toHaveLength(4);
  expect(miners[2]).toMatchObject({
    miner_id: 'TEST-C01-M003',
    status: 'hashing',
    hashrate_th: frame.columns.hashrate_ths?.[2],
    power_w: frame.columns.power_w?.[2],
    temp_chip_c: frame.columns.temp_chip_c?.[2],
    last_seen_at: new Date(NOW),
    state_at: new Date(NOW),
  });
  const [container] = await rig.rows(id, 'select * from containers');
  expect(container).toMatchObject({
    status: 'active',
    agent_id: agent.options.agent,
    miners_active: 4,
    power_consumption_kw: 1750,
    flow_m3h: 128.5,
    has_cooling: true,
    cooling: { temp_supply_c: 35.2 },
  });
  expect(await rig.rows(id, 'select 1 from ingest_keys')).toHaveLength(1);
  expect(rig.notices.at(-1)).toMatchObject({ projectId: id, containers: [{ containerId: 'TEST-C01', at: NOW }] });
});

it('the uptime of a miner that answers goes on between two polls that tell it, and ends with its silence', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const uptimes: (number | null)[] = [];
  const poll = async (minute: number, change: (frame: ReturnType<typeof containerFrame>) => void): Promise<void> => {
    const frame = containerFrame(id, 'TEST-C01', NOW + minute * 60_000, 1);
    delete frame.columns.uptime_s;
    change(frame);
    await agent.send(agent.batch({ frames: [frame] }));
    await agent.acked(minute + 1);
    await rig.ingest.flushStates();
    const [miner] = await rig.rows<{ uptime_s: number | null }>(id, 'select uptime_s from miners');
    uptimes.push(miner?.uptime_s ?? null);
  };
  await poll(0, (frame) => (frame.columns.uptime_s = [500]));
  await poll(1, () => undefined);
  await poll(2, () => undefined);
  await poll(3, (frame) => (frame.columns.uptime_s = [20]));
  await poll(4, (frame) => (frame.status = [statusCode('offline')]));
  await poll(5, () => undefined);
  expect(uptimes).toEqual([500, 560, 620, 20, null, null]);
});

it('R5: the same batch again is acknowledged again and changes nothing', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const sent = agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW)] });
  const before = rig.ingest.stats();
  await agent.send(sent, sent);
  await agent.send(sent);
  await until(() => rig.ingest.stats().duplicates === before.duplicates + 2, { withinMs: 10_000, everyMs: 10 });
  await agent.acked(1);
  expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(1);
  expect(await rig.rows(id, 'select 1 from quarantine')).toHaveLength(0);
  expect(rig.ingest.stats().repeatedFrames).toBe(before.repeatedFrames);
  expect(await rig.rows(id, 'select duplicates from agents')).toEqual([{ duplicates: 2 }]);
});

it('R5: a known key with other bytes is a fork: kept once in quarantine, and the outbox is to be rotated', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  await agent.send(agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW)] }));
  await agent.acked(1);
  const other = agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW + 1000)] }, { seq: 1 });
  await agent.send(other);
  expect(await agent.setAside(1)).toBe('fork');
  expect(agent.acks.some((ack) => ack.rotate_outbox)).toBe(true);
  await agent.send(other);
  await until(() => agent.acks.filter((ack) => ack.quarantined.length > 0).length === 2, { withinMs: 10_000 });
  const kept = await rig.rows<{ reason: string; payload: Buffer }>(id, 'select reason, payload from quarantine');
  expect(kept).toHaveLength(1);
  expect(other.subarray(-kept[0]!.payload.length).equals(kept[0]!.payload)).toBe(true);
  expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(1);
  expect(await rig.rows(id, `select 1 from agent_events where code = 'outbox.fork'`)).toHaveLength(1);
});

it('two hubs that get the same batches at once store them once', async () => {
  const id = project();
  const second = await IngestRig.start({ url: database.url });
  const agent = await rig.agent(id);
  await agent.join();
  const { options, outbox, boot } = agent;
  const twin = new RawAgent({ ...options, url: second.url, outbox, boot });
  await twin.connect();
  try {
    const batches = Array.from({ length: 24 }, (_, i) =>
      agent.batch({ frames: [containerFrame(id, `TEST-C0${(i % 3) + 1}`, NOW + i * 1000, 20)] }),
    );
    await Promise.all([
      ...batches.map((batch) => agent.send(batch)),
      ...[...batches].reverse().map((batch) => twin.send(batch)),
    ]);
    for (let seq = 1; seq <= 24; seq++) await Promise.all([agent.acked(seq), twin.acked(seq)]);
    expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(24);
    expect(await rig.rows(id, 'select 1 from quarantine')).toHaveLength(0);
    await Promise.all([rig.ingest.flushStates(), second.ingest.flushStates()]);
    const [{ at } = { at: null }] = await rig.rows<{ at: Date }>(id, 'select max(state_at) as at from miners');
    expect(at).toEqual(new Date(NOW + 23_000));
  } finally {
    await twin.leave();
    await second.stop();
  }
});

it('R8: the outcome of a COMMIT whose reply was lost is found by the key', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const lost = loseCommitReplies(rig, 1);
  const before = rig.ingest.stats();
  await agent.send(agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW)] }));
  await agent.acked(1);
  expect(lost()).toBe(1);
  expect(rig.ingest.stats()).toMatchObject({ retries: before.retries + 1, duplicates: before.duplicates + 1 });
  expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(1);
});

it('late and shuffled frames are all stored, and latest state only moves forward', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const silent = { status: [0, 1, 5, 5].map((code) => (code === 5 ? statusCode('offline') : statusCode('hashing'))) };
  const newest = containerFrame(id, 'TEST-C01', NOW + 60_000, 4, silent);
  const batches = [
    agent.batch({ frames: [newest] }),
    agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW)] }),
    agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW + 30_000, 5)] }),
    agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW - 60_000)] }),
  ];
  // One after the other: within one transaction they would be put in order.
  for (const [i, batch] of batches.entries()) {
    await agent.send(batch);
    await agent.acked(i + 1);
  }
  expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(4);
  const miners = await rig.rows<{ status: string }>(
    id,
    'select status, power_w, state_at, last_seen_at from miners order by position',
  );
  const at = new Date(NOW + 60_000);
  expect(miners[0]).toMatchObject({ status: 'hashing', state_at: at, last_seen_at: at });
  // Silent in the newest frame: unknown values, and last seen in the one that came late.
  expect(miners[2]).toEqual({
    status: 'offline',
    power_w: null,
    state_at: at,
    last_seen_at: new Date(NOW + 30_000),
  });
  const [container] = await rig.rows(id, 'select state_at, miners_answering from containers');
  expect(container).toEqual({ state_at: at, miners_answering: 2 });
});

it('slots that are new are added, and moving known ones gives the same rows', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const rowsAfter = async (at: number): Promise<object[]> => {
    const frame = containerFrame(id, 'TEST-C01', at, 6);
    frame.status = [1, 2, 3, 4, 5, 1];
    frame.positions = [1, 2, 4, 5, 7, 900];
    frame.columns = {
      hashrate_ths: [1, null, 3, 4, 5, 6],
      power_w: [10, 20, null, 40, 50, 60],
      uptime_s: [1, 2, 3, 4, 5, 6],
    };
    await agent.send(agent.batch({ frames: [frame] }));
    await agent.acked(agent.seq);
    await rig.ingest.flushStates();
    const text = `select miner_id, position, status, hashrate_th, power_w, temp_chip_c, uptime_s,
      last_seen_at = $2 as heard, state_at = $2 as told from miners where project_id = $1 order by position`;
    return rig.rows(id, text, [id, new Date(at)]);
  };
  const added = await rowsAfter(NOW);
  const moved = await rowsAfter(NOW + 60_000);
  expect(added).toHaveLength(6);
  expect(added[4]).toMatchObject({
    miner_id: 'TEST-C01-M007',
    status: 'offline',
    hashrate_th: null,
    told: true,
    heard: null,
  });
  expect(moved).toEqual(added.map((row) => ({ ...row, heard: (row as { heard: boolean | null }).heard ?? null })));
});

it('nothing answered: sums are null, never zero, and the container is offline', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const offline = [5, 5, 5, 5];
  await agent.send(
    agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW, 4, { status: offline, cooling: null })] }),
  );
  await agent.acked(1);
  const [row] = await rig.rows(
    id,
    'select hashrate_ths, power_kw, power_source, temp_chip_avg_c, miners_active from container_frames',
  );
  expect(row).toEqual({
    hashrate_ths: null,
    power_kw: null,
    power_source: null,
    temp_chip_avg_c: null,
    miners_active: 0,
  });
  const [container] = await rig.rows(id, 'select status, hashrate_th, power_consumption_kw from containers');
  expect(container).toEqual({ status: 'offline', hashrate_th: null, power_consumption_kw: null });
  await agent.send(agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW + 1000)] }));
  await agent.acked(2);
  await rig.ingest.flushStates();
  expect(await rig.rows(id, 'select status from containers')).toEqual([{ status: 'active' }]);
  await rig.database.owner.query(`update containers set status = 'maintenance' where project_id = $1`, [id]);
  await agent.send(
    agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW + 2000, 4, { status: offline, cooling: null })] }),
  );
  await agent.acked(3);
  await rig.ingest.flushStates();
  expect(await rig.rows(id, 'select status from containers')).toEqual([{ status: 'maintenance' }]);
});

it('R9: keys below the low watermark become one row that still refuses what it covers', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const batches = Array.from({ length: 6 }, (_, i) =>
    agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW + i * 1000)] }),
  );
  await agent.send(...batches);
  for (let seq = 1; seq <= 6; seq++) await agent.acked(seq);
  await agent.hello({ low_watermark: 5 });
  const keys = await rig.rows(id, 'select seq, covers from ingest_keys order by seq');
  expect(keys).toEqual([
    { seq: 4, covers: true },
    { seq: 5, covers: false },
    { seq: 6, covers: false },
  ]);
  const before = rig.ingest.stats();
  await agent.send(batches[1]!, batches[5]!);
  await until(() => rig.ingest.stats().duplicates === before.duplicates + 2, { withinMs: 10_000, everyMs: 10 });
  expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(6);
  await agent.hello({ low_watermark: 7 });
  expect(await rig.rows(id, 'select seq, covers from ingest_keys')).toEqual([{ seq: 6, covers: true }]);
});

it('R4, R5: an outbox that gives out a seq the hub knows was restored from a snapshot and must rotate', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  await agent.send(agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW)] }));
  await agent.acked(1);
  expect(await agent.hello({ low_watermark: 1, next_seq: 1 })).toMatchObject({ rotate_outbox: true });
  expect(await agent.hello({ low_watermark: 2, next_seq: 2 })).toMatchObject({ rotate_outbox: false });
});

it('R10: after a restore the hub asks for what it lost until the agent has sent under the new lease', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  await agent.send(agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW)] }));
  await agent.acked(1);
  await rig.database.owner.query(`update agents set hello_at = now() - interval '1 hour' where project_id = $1`, [id]);
  await rig.database.owner.query(`update installation set restored_to = now() - interval '1 minute'`);
  try {
    // Acknowledged up to 4 before the restore, and kept; the copy knows the first one only.
    const lost = { low_watermark: 1, next_seq: 5, lease: 40, boot: randomUUID() };
    expect(await agent.hello(lost)).toMatchObject({ replay_from: 2, refused: null, lease: 41 });
    const gaps = () => rig.rows(id, `select message from agent_events where code = 'agent.replay_gap'`);
    expect(await gaps()).toEqual([]);
    // Of what the copy lacks it keeps 4 alone by now: 2 and 3 are nowhere any more.
    await agent.hello({ ...lost, low_watermark: 4, lease: 41 });
    expect(await gaps()).toEqual([{ message: expect.stringMatching(/lacks 2 batches of this agent \(2 to 3\)/) }]);
    expect(await agent.hello({ ...lost, lease: 41 })).toMatchObject({ replay_from: 2 });
    await agent.send(agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW + 1000)] }));
    await agent.acked(2);
    expect(await agent.hello({ ...lost, lease: agent.lease })).toMatchObject({ replay_from: null });
  } finally {
    await rig.database.owner.query('update installation set restored_to = null');
  }
});

it('a clone is found at its hello, both are turned away, and their connection is closed', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  await agent.send(agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW)] }));
  await agent.acked(1);
  // The same data folder, copied before the last welcome, running elsewhere.
  const welcome = await agent.hello({ boot: randomUUID(), lease: 0 });
  expect(welcome.refused).toMatch(/Two programs use this identity/);
  expect(welcome.window).toBe(0);
  await until(() => agent.closed > 0, { withinMs: 6000, what: 'the connection to be closed' });
  await expect(agent.connect()).rejects.toThrow();
  expect(await rig.rows(id, `select 1 from agent_events where code = 'agent.cloned'`)).toHaveLength(1);
});

it('a person decides about a clone: whoever comes first is believed, and a second one is found again', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  await agent.send(agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW)] }));
  await agent.acked(1);
  const copy = { boot: randomUUID(), lease: 0 };
  await agent.hello(copy);
  await until(() => agent.closed > 0, { withinMs: 6000, what: 'the connection to be closed' });
  const { agent: agentId } = agent.options;
  const decide = () =>
    withContext(rig.database.api, { role: 'project_manager', projectIds: [id] }, (client) =>
      setReinstated(client, id, agentId, new Date()),
    );
  expect(await decide()).toBe(true);
  // The copy stays, with a lease far behind; what it sends under the new one is stored.
  await until(() => agent.join({ boot: copy.boot, lease: 0 }), { withinMs: 10_000, what: 'the broker to let it in' });
  const batch = agent.batch({ frames: [containerFrame(id, 'TEST-C01', NOW + 60_000)] }, { boot: copy.boot });
  await agent.send(batch);
  await agent.acked(2);
  expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(2);
  // The first one was not stopped after all.
  expect((await agent.hello({ lease: 1 })).refused).toMatch(/Two programs use this identity/);
  expect(await decide()).toBe(true);
  expect(await decide()).toBe(false);
});

it('meters: history, latest state and the load of their transformer', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const inventory = {
    project: id,
    container: null,
    miners: [],
    transformers: [{ transformer: 'TEST-T01', rated_kva: 3750 }],
    meters: [{ meter: 'TEST-E01', transformer: 'TEST-T01', profile: 'schneider-pm5xxx', address: '10.0.0.1:502' }],
  };
  await agent.send(agent.batch(inventory, {}, 'inventory'));
  await agent.acked(1);
  const frames = [
    meterFrame(id, 'TEST-E01', NOW, { transformer: 'TEST-T01' }),
    meterFrame(id, 'TEST-E02', NOW, { transformer: 'TEST-T02', values: null }),
  ];
  await agent.send(agent.batch({ frames }));
  await agent.acked(2);
  expect(
    await rig.rows(id, 'select meter_id, answered, active_power_kw, apparent_power_kva from meter_frames order by 1'),
  ).toEqual([
    { meter_id: 'TEST-E01', answered: true, active_power_kw: 3400, apparent_power_kva: 3500 },
    { meter_id: 'TEST-E02', answered: false, active_power_kw: null, apparent_power_kva: null },
  ]);
  const transformers = await rig.rows<{ load_pct: number | null }>(
    id,
    'select transformer_id, status, load_pct from transformers order by 1',
  );
  expect(transformers[0]).toMatchObject({ transformer_id: 'TEST-T01', status: 'active' });
  expect(transformers[0]?.load_pct).toBeCloseTo(93.33, 1);
  expect(transformers[1]).toEqual({ transformer_id: 'TEST-T02', status: 'unknown', load_pct: null });
  expect(await rig.rows(id, 'select status, profile from meters order by meter_id')).toEqual([
    { status: 'active', profile: 'schneider-pm5xxx' },
    { status: 'offline', profile: null },
  ]);
});

it('events, tombstones and inventory are stored once, hostile text made safe', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const nasty = 'a\u0000b\u202Ec<script>';
  const event = {
    at: NOW,
    code: 'clock.step',
    severity: 'warning' as const,
    subject: nasty,
    message: nasty,
    data: { [nasty]: nasty, step_ms: 5 },
  };
  const sent = [
    agent.batch({ project: id, events: [event] }, {}, 'events'),
    agent.batch(
      {
        project: id,
        class: 'dropped',
        outbox: agent.outbox,
        seq_from: 5,
        seq_to: 9,
        at_from: NOW,
        at_to: NOW,
        batches: 5,
        readings: 1540,
        reason: nasty,
      },
      {},
      'tombstone',
    ),
    agent.batch(
      {
        project: id,
        container: {
          container: 'TEST-C01',
          transformer: 'TEST-T01',
          model: nasty,
          layout: { rows: 22, columns: 14, order: 'row' },
          expected_miners: 308,
          has_cooling: true,
        },
        miners: [{ position: 7, ip: '10.0.0.7', model: 'S21', serial: nasty, mac: null, firmware: null }],
        transformers: [],
        meters: [],
      },
      {},
      'inventory',
    ),
  ];
  await agent.send(...sent);
  for (const seq of [1, 2, 3]) await agent.acked(seq);
  await agent.send(...sent);
  const events = await rig.rows<{ code: string }>(
    id,
    'select code, subject, message, data from agent_events order by seq',
  );
  expect(events).toHaveLength(2);
  expect(events[0]).toMatchObject({
    code: 'clock.step',
    subject: 'a b c<script>',
    data: { 'a b c<script>': 'a b c<script>', step_ms: 5 },
  });
  expect(events[1]).toMatchObject({ code: 'outbox.tombstone', data: { seq_from: 5, readings: 1540 } });
  const [miner] = await rig.rows(id, 'select miner_id, serial, status, ip from miners');
  expect(miner).toEqual({ miner_id: 'TEST-C01-M007', serial: 'A B C<SCRIPT>', status: 'unknown', ip: '10.0.0.7' });
  const [container] = await rig.rows(id, 'select transformer_id, miners_expected, layout, status from containers');
  expect(container).toMatchObject({
    transformer_id: 'TEST-T01',
    miners_expected: 308,
    status: 'unknown',
    layout: { rows: 22 },
  });
});

it('up/status moves the agent between online and offline', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.connect({
    will: {
      topic: `hearst/v1/${agent.options.agent}/up/status`,
      payload: Buffer.from('{"state":"offline"}'),
      qos: 1,
      retain: true,
    },
  });
  await agent.publish('status', '{"state":"online","outbox":{"batches":3,"bytes":99,"oldest_at":null}}', true);
  const state = async (): Promise<unknown> => (await rig.rows(id, 'select state, depth_batches from agents'))[0];
  await until(async () => JSON.stringify(await state()) === '{"state":"online","depth_batches":3}', { withinMs: 5000 });
  agent.client?.stream.destroy();
  await until(async () => JSON.stringify(await state()) === '{"state":"offline","depth_batches":3}', {
    withinMs: 5000,
  });
});

it('up/status tells what the doctor found, made safe, and since when batches wait; the last will takes neither back', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.connect();
  const check = { check: 'net.TEST-C01', outcome: 'error', code: 'E2204' };
  const doctor = {
    ...{ at: NOW, ok: 12 },
    checks: [{ ...check, what: '<b>0 of 4\u202e\u0000', cause: "'); drop table agents", next: 'hearst-agent doctor' }],
  };
  const outbox = { batches: 3, bytes: 99, oldest_at: NOW - 60_000 };
  await agent.publish('status', JSON.stringify({ state: 'online', outbox, doctor }), true);
  const row = async () =>
    (
      await rig.rows<{ doctor: unknown; oldest_at: Date; state: string }>(
        id,
        'select doctor, oldest_at, state from agents',
      )
    )[0];
  await until(async () => (await row())?.doctor !== null, { withinMs: 5000 });
  const told = {
    ...{ at: NOW, ok: 12 },
    checks: [{ ...check, what: '<b>0 of 4', cause: "'); drop table agents", next: 'hearst-agent doctor' }],
  };
  expect(await row()).toEqual({ doctor: told, oldest_at: new Date(NOW - 60_000), state: 'online' });
  await agent.publish('status', '{"state":"offline"}', true);
  await until(async () => (await row())?.state === 'offline', { withinMs: 5000 });
  expect(await row()).toMatchObject({ doctor: told, oldest_at: new Date(NOW - 60_000) });
});

it('corrects times by the offset, and clamps what lies in the future', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const at = NOW - 7_200_000;
  await agent.send(
    agent.batch({ frames: [containerFrame(id, 'TEST-C01', at)] }, { offset_ms: 3_600_000, clock: 'suspect' }),
    agent.batch({ frames: [containerFrame(id, 'TEST-C02', at)] }, { offset_ms: 1500 }),
    agent.batch({ frames: [containerFrame(id, 'TEST-C03', NOW + 86_400_000)] }),
  );
  for (const seq of [1, 2, 3]) await agent.acked(seq);
  const rows = await rig.rows<{ at: Date; device_at: Date; received_at: Date; clock: string }>(
    id,
    'select at, device_at, received_at, clock from container_frames order by container_id',
  );
  expect(rows[0]).toMatchObject({ at: new Date(at + 3_600_000), device_at: new Date(at), clock: 'suspect' });
  expect(rows[1]).toMatchObject({ at: new Date(at), clock: 'synced' });
  expect(rows[2]).toMatchObject({ device_at: new Date(NOW + 86_400_000), clock: 'suspect' });
  expect(Math.abs(rows[2]!.at.getTime() - rows[2]!.received_at.getTime())).toBeLessThan(2);
});

it('a frame repeated under a rotated outbox is no second reading and no conflict', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const body = encodeBody({ frames: [containerFrame(id, 'TEST-C01', NOW)] });
  await agent.send(agent.sign(body));
  await agent.acked(1);
  const outbox = randomUUID();
  await agent.send(agent.sign(body, { outbox, seq: 1 }));
  await until(() => agent.isAcked(1, outbox), { withinMs: 10_000 });
  expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(1);
  expect(await rig.rows(id, 'select 1 from quarantine')).toHaveLength(0);
});

/** Makes the next `count` COMMITs of the ingest pool succeed while their reply is an error. */
function loseCommitReplies(target: IngestRig, count: number): () => number {
  let lost = 0;
  const pool = target.database.ingest;
  const connect = pool.connect.bind(pool);
  pool.connect = (async () => {
    const client = await connect();
    const query = client.query.bind(client);
    client.query = (async (...args: unknown[]) => {
      const result = await (query as (...all: unknown[]) => Promise<unknown>)(...args);
      const isWrite = args[0] === 'commit' && armed.has(client);
      if (String(args[0]).includes('insert into container_frames')) armed.add(client);
      if (!isWrite || lost >= count) return result;
      lost++;
      pool.connect = connect as typeof pool.connect;
      throw new Error('Connection terminated unexpectedly');
    }) as typeof client.query;
    return client;
  }) as typeof pool.connect;
  const armed = new Set<unknown>();
  return () => lost;
}
