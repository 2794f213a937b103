import { createHmac, randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Envelope, encodeBody, hashBody, LIMITS } from '@hearst/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { containerFrame, meterFrame } from '../../../test/harness/raw-agent.ts';
import { until } from '../../../test/harness/until.ts';
import { withContext } from '../db/client.ts';
import { releaseQuarantine } from './release.ts';

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

const project = (): string => `POISON-${String(++serial).padStart(3, '0')}`;
const NOW = Math.floor(Date.now() / 1000) * 1000;

interface Entry {
  quarantine_id: string;
  project_id: string;
  reason: string;
  detail: string;
  seq: number | null;
  payload: Buffer | null;
}
const quarantineOf = (id: string): Promise<Entry[]> =>
  rig.rows(id, 'select * from quarantine where project_id = $1 order by received_at, seq', [id]);

it('R7: bodies that cannot be read are kept raw with their key, acknowledged so, and block nothing', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 9 });
  expect(bomb.length).toBeLessThan(LIMITS.message);
  const cases: [string, Buffer][] = [
    ['malformed', Buffer.from('no gzip at all')],
    ['malformed', gzipSync('{"frames":[]}')],
    ['malformed', gzipSync('not json')],
    ['malformed', gzipSync(JSON.stringify({ frames: [{ kind: 'container', project: id }] }))],
    ['too_large', bomb],
  ];
  for (const [reason, body] of cases) {
    await agent.send(agent.sign(body));
    expect(await agent.setAside(agent.seq)).toBe(reason);
  }
  await agent.send(agent.batch({ frames: [containerFrame(id, 'POISON-C01', NOW)] }));
  await agent.acked(6);
  const entries = await quarantineOf(id);
  expect(entries.map((entry) => [entry.reason, entry.seq])).toEqual(cases.map(([reason], i) => [reason, i + 1]));
  expect(entries.every((entry, i) => entry.payload?.equals(cases[i]![1]))).toBe(true);
  expect(await rig.rows(id, 'select 1 from ingest_keys')).toHaveLength(6);
  // Sent again, it is a duplicate: freed, and not kept a second time.
  const before = rig.ingest.stats();
  await agent.send(agent.sign(cases[0]![1], { seq: 1 }));
  await until(() => rig.ingest.stats().duplicates === before.duplicates + 1, { withinMs: 5000, everyMs: 10 });
  expect(await quarantineOf(id)).toHaveLength(5);
});

it('R7: one bad value costs only itself, one bad frame only itself', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const frame = containerFrame(id, 'POISON-C01', NOW);
  const bad = structuredClone(frame);
  bad.columns.temp_chip_c![1] = 9999;
  bad.columns.power_w![2] = 'high' as never;
  const broken = { ...structuredClone(frame), container: 'POISON-C02', status: [1] };
  const good = containerFrame(id, 'POISON-C03', NOW);
  await agent.send(agent.batch({ frames: [bad] }), agent.batch({ frames: [broken, good] }));
  await agent.acked(1);
  await agent.acked(2);
  const frames = await rig.rows<{ container_id: string; body: Buffer }>(
    id,
    'select container_id, body from container_frames order by container_id',
  );
  expect(frames.map((row) => row.container_id)).toEqual(['POISON-C01', 'POISON-C03']);
  const stored = JSON.parse(gunzipSync(frames[0]!.body).toString()).frames[0];
  expect(stored.columns.temp_chip_c[1]).toBeNull();
  expect(stored.columns.power_w[2]).toBeNull();
  expect(stored.columns.power_w[1]).toBe(frame.columns.power_w?.[1]);
  const entries = await quarantineOf(id);
  expect(entries.map((entry) => entry.reason)).toEqual(['bad_values', 'malformed']);
  expect(JSON.parse(entries[0]!.detail)).toMatchObject({ of: 'POISON-C01', count: 2 });
  expect(entries[0]!.payload).toBeNull();
  expect(entries[1]!.payload).not.toBeNull();
});

it('a sensor that is always wrong does not fill the quarantine', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  for (let i = 0; i < 20; i++) {
    const frame = containerFrame(id, 'POISON-C01', NOW + i * 1000);
    frame.columns.temp_chip_c![0] = -500;
    await agent.send(agent.batch({ frames: [frame] }));
  }
  // Groups may commit in any order.
  for (let seq = 1; seq <= 20; seq++) await agent.acked(seq);
  expect((await quarantineOf(id)).length).toBeLessThanOrEqual(12);
  expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(20);
});

it('R7: what Postgres itself refuses costs one batch of its group, not the others', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  await rig.database.owner.query(
    `alter table containers add constraint poison check (container_id <> 'POISON-C66') not valid`,
  );
  try {
    const containers = ['POISON-C64', 'POISON-C65', 'POISON-C66', 'POISON-C67'];
    await agent.send(...containers.map((container) => agent.batch({ frames: [containerFrame(id, container, NOW)] })));
    for (const seq of [1, 2, 4]) await agent.acked(seq);
    expect(await agent.setAside(3)).toBe('rejected_23514');
  } finally {
    await rig.database.owner.query('alter table containers drop constraint poison');
  }
  expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(3);
  expect(await quarantineOf(id)).toHaveLength(1);
  expect(await rig.rows(id, 'select 1 from ingest_keys')).toHaveLength(4);
});

it('another frame at the same container and time is kept aside and overwrites nothing', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  await agent.send(agent.batch({ frames: [containerFrame(id, 'POISON-C01', NOW), meterFrame(id, 'POISON-E01', NOW)] }));
  await agent.acked(1);
  const changed = meterFrame(id, 'POISON-E01', NOW, { values: { active_power_kw: 1 } });
  await agent.send(agent.batch({ frames: [containerFrame(id, 'POISON-C01', NOW, 4, { interval_s: 30 }), changed] }));
  await agent.acked(2);
  const entries = await quarantineOf(id);
  expect(entries.map((entry) => entry.reason)).toEqual(['frame_conflict', 'frame_conflict']);
  expect(await rig.rows(id, 'select interval_s from container_frames')).toEqual([{ interval_s: 60 }]);
  expect(await rig.rows(id, 'select active_power_kw from meter_frames')).toEqual([{ active_power_kw: 3400 }]);
});

it('frames of another project, and of a container of another agent, are not believed', async () => {
  const [mine, theirs] = [project(), project()];
  const first = await rig.agent(mine);
  const second = await rig.agent(mine);
  const foreign = await rig.agent(theirs);
  for (const agent of [first, second, foreign]) await agent.join();
  await first.send(first.batch({ frames: [containerFrame(mine, 'POISON-C01', NOW)] }));
  await first.acked(1);
  await second.send(
    second.batch({ frames: [containerFrame(mine, 'POISON-C01', NOW + 1000), containerFrame(mine, 'POISON-C02', NOW)] }),
  );
  await second.acked(1);
  await foreign.send(foreign.batch({ frames: [containerFrame(mine, 'POISON-C01', NOW + 2000)] }));
  await foreign.acked(1);
  const inventory = { project: mine, container: null, miners: [], transformers: [], meters: [] };
  await foreign.send(foreign.batch(inventory, {}, 'inventory'));
  expect(await foreign.setAside(2)).toBe('foreign_project');
  const frames = await rig.rows(mine, 'select container_id, agent_id, at from container_frames order by 1');
  expect(frames).toEqual([
    { container_id: 'POISON-C01', agent_id: first.options.agent, at: new Date(NOW) },
    { container_id: 'POISON-C02', agent_id: second.options.agent, at: new Date(NOW) },
  ]);
  expect((await quarantineOf(mine)).map((entry) => entry.reason)).toEqual(['foreign_container']);
  expect((await quarantineOf(theirs)).map((entry) => entry.reason)).toEqual(['foreign_project', 'foreign_project']);
  const codes = async (id: string): Promise<unknown> =>
    (await rig.rows<{ code: string }>(id, 'select code from agent_events where project_id = $1', [id])).map(
      (row) => row.code,
    );
  expect(await codes(mine)).toEqual(['container.conflict']);
  expect(await codes(theirs)).toEqual(['agent.foreign_project', 'agent.foreign_project']);
});

it('forged batches (wrong key, wrong agent, wrong body) are stored nowhere and never acknowledged', async () => {
  const id = project();
  const agent = await rig.agent(id);
  const other = await rig.agent(id);
  await agent.join();
  const body = encodeBody({ frames: [containerFrame(id, 'POISON-C01', NOW)] });
  const before = rig.ingest.stats();
  await agent.send(agent.sign(body, {}, Buffer.alloc(32, 7)));
  await agent.send(other.sign(body));
  await agent.send(agent.sign(body, { hash: hashBody(Buffer.from('other')) }));
  await agent.send(Buffer.from('garbage\n'));
  await agent.send(Buffer.from('{"v":9,"agent":"x"}\nxxxx'));
  await until(() => rig.ingest.stats().refused === before.refused + 5, { withinMs: 10_000, everyMs: 10 });
  // A refusal is counted first and kept for a person a moment later.
  await until(() => rig.ingest.stats().quarantined === before.quarantined + 5, { withinMs: 10_000, everyMs: 10 });
  await agent.send(agent.batch({ frames: [containerFrame(id, 'POISON-C01', NOW)] }));
  await agent.acked(agent.seq);
  expect(agent.acks.flatMap((ack) => [...ack.acked, ...ack.quarantined])).toHaveLength(1);
  expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(1);
  expect(await quarantineOf(id)).toHaveLength(0);
  const reasons = (await quarantineOf('HEARST-000')).map((entry) => entry.reason).sort();
  expect(reasons).toEqual(['bad_hash', 'bad_hmac', 'bad_hmac', 'malformed', 'newer_version']);
});

it('a newer schema is kept raw with its key and can be taken in once this program reads it', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const sent = agent.batch({ frames: [containerFrame(id, 'POISON-C01', NOW)] });
  const newline = sent.indexOf(10);
  const newer = { ...JSON.parse(sent.subarray(0, newline).toString()), schema: 2 };
  await agent.send(resigned(newer, sent.subarray(newline + 1), agent.options.hmacKey));
  expect(await agent.setAside(1)).toBe('newer_version');
  const [entry] = await quarantineOf(id);
  const options = { pool: rig.database.ingest, partitions: rig.partitions, agents: rig.agents };
  expect(await releaseQuarantine(options, id, entry!.quarantine_id)).toMatchObject({ released: false });
  // The upgrade: what was written as schema 2 is now readable.
  await withContext(rig.database.owner, { projectIds: [id] }, (client) =>
    client.query(`update quarantine set envelope = jsonb_set(envelope, '{schema}', '1') where project_id = $1`, [id]),
  );
  const releases = await Promise.all([1, 2].map(() => releaseQuarantine(options, id, entry!.quarantine_id)));
  expect(releases.filter((release) => release.released)).toEqual([{ released: true, readings: 5 }]);
  expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(1);
  expect(await rig.rows(id, 'select 1 from quarantine where released_at is not null')).toHaveLength(1);
  expect(await releaseQuarantine(options, id, entry!.quarantine_id)).toMatchObject({ released: false });
});

it('a newer envelope that proves itself is kept; one that cannot is left at the agent', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  const sent = agent.batch({ frames: [containerFrame(id, 'POISON-C01', NOW)] });
  const newline = sent.indexOf(10);
  const newer = { ...JSON.parse(sent.subarray(0, newline).toString()), v: 2, extra: true };
  await agent.send(resigned(newer, sent.subarray(newline + 1), agent.options.hmacKey));
  expect(await agent.setAside(1)).toBe('newer_version');
  const before = rig.ingest.stats().refused;
  await agent.send(resigned({ ...newer, seq: 2 }, sent.subarray(newline + 1), Buffer.alloc(32)));
  await until(() => rig.ingest.stats().refused === before + 1, { withinMs: 5000, everyMs: 10 });
  expect(agent.quarantined(2)).toBeUndefined();
  expect(await rig.rows(id, 'select seq from ingest_keys')).toEqual([{ seq: 1 }]);
});

it('an agent inherits the containers of a revoked one, however many of its batches ask for them at once', async () => {
  const id = project();
  const old = await rig.agent(id);
  await old.join();
  const ids = Array.from({ length: 8 }, (_, c) => `TEST-C0${c + 1}`);
  for (const container of ids) await old.send(old.batch({ frames: [containerFrame(id, container, NOW)] }));
  await old.acked(ids.length);
  await rig.database.owner.query(`update agents set status = 'revoked' where project_id = $1`, [id]);

  const heir = await rig.agent(id);
  await heir.join();
  const batches = Array.from({ length: 48 }, (_, i) =>
    heir.batch({ frames: [containerFrame(id, ids[i % ids.length]!, NOW + 1000 + i * 1000)] }),
  );
  await Promise.all(batches.map((batch) => heir.send(batch)));
  await heir.acked(batches.length);
  expect(await rig.rows(id, `select reason from quarantine where project_id = '${id}'`)).toEqual([]);
  expect(await rig.rows(id, 'select distinct agent_id from containers')).toEqual([{ agent_id: heir.options.agent }]);
});

it('batches of a revoked agent are refused, and its connection is closed within 5 s', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  await agent.send(agent.batch({ frames: [containerFrame(id, 'POISON-C01', NOW)] }));
  await agent.acked(1);
  await rig.database.owner.query(`update agents set status = 'revoked' where project_id = $1`, [id]);
  await until(() => agent.closed > 0, { withinMs: 5000, everyMs: 20, what: 'the connection to be closed' });
  const before = rig.ingest.stats().refused;
  // As over an external broker that still lets it in.
  const late = agent.batch({ frames: [containerFrame(id, 'POISON-C01', NOW + 1000)] });
  rig.ingest.receive(`hearst/v1/${agent.options.agent}/up/live`, late);
  await until(() => rig.ingest.stats().refused === before + 1, { withinMs: 5000, everyMs: 10 });
  await expect(agent.connect()).rejects.toThrow(/Not authorized|refused/i);
  expect(await rig.rows(id, 'select 1 from container_frames')).toHaveLength(1);
});

it('a secret whose time is over closes the connection made with it within 5 s, and does not open another', async () => {
  const id = project();
  const agent = await rig.agent(id);
  await agent.join();
  await rig.database.owner.query(
    `update agents set previous_secret_hash = secret_hash, previous_hmac_key = hmac_key, secret_hash = $2,
       previous_until = now() + interval '1 day' where project_id = $1`,
    [id, randomBytes(32)],
  );
  await agent.send(agent.batch({ frames: [containerFrame(id, 'POISON-C01', NOW)] }));
  await agent.acked(1);
  expect(agent.closed).toBe(0);
  await rig.database.owner.query(
    `update agents set previous_until = now() - interval '1 second' where project_id = $1`,
    [id],
  );
  await until(() => agent.closed > 0, { withinMs: 5000, everyMs: 20, what: 'the connection to be closed' });
  await expect(agent.connect()).rejects.toThrow(/Not authorized|refused/i);
});

/** An envelope changed after it was made, signed as the codec signs. */
function resigned(envelope: Record<string, unknown>, body: Buffer, key: Buffer): Buffer {
  const fields = Object.keys(Envelope.shape).filter((name) => name !== 'hmac');
  const text = JSON.stringify(fields.map((name) => envelope[name]));
  const hmac = createHmac('sha256', key).update(text).digest('base64url');
  return Buffer.concat([Buffer.from(`${JSON.stringify({ ...envelope, hmac })}\n`), body]);
}
