import { randomUUID, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../../test/harness/certificate.ts';
import { temporaryFolder } from '../../../../test/harness/temporary-folder.ts';
import { createLog } from '../../log.ts';
import { OwnHealthWatch } from '../../monitoring/own-health.ts';
import type { Standing } from './refresh.ts';
import { agentsSource } from './sources/agents.ts';
import { certificateSource } from './sources/certificate.ts';
import { devicesSource } from './sources/devices.ts';
import { efficiencySource } from './sources/efficiency.ts';
import { maintenanceSource } from './sources/maintenance.ts';
import { ownHealthSource } from './sources/own-health.ts';
import { powerSource } from './sources/power.ts';
import { quarantineSource } from './sources/quarantine.ts';
import { sacrificesSource } from './sources/sacrifices.ts';
import { COMPANY } from './subject.ts';
import { StandingRig } from './testing.ts';

const START = Date.UTC(2026, 5, 15, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (ms: number): Date => new Date(START + ms);

let rig: StandingRig;
let serial = 0;
beforeAll(async () => {
  rig = await StandingRig.open();
});
afterAll(() => rig.close());

/** A project of its own. Columns of its row may be given. */
async function project(columns: Record<string, unknown> = {}): Promise<string> {
  const id = `CLOCK-${String(++serial).padStart(3, '0')}`;
  await insert('projects', { project_id: id, ...columns });
  return id;
}

async function insert(table: string, row: Record<string, unknown>): Promise<void> {
  const names = Object.keys(row);
  const places = names.map((_, i) => `$${i + 1}`).join(', ');
  await rig.run(`insert into ${table} (${names.join(', ')}) values (${places})`, Object.values(row));
}

async function agent(projectId: string, row: Record<string, unknown> = {}): Promise<string> {
  const agent_id = randomUUID();
  const secrets = { secret_hash: Buffer.alloc(32), hmac_key: Buffer.alloc(32) };
  await insert('agents', { project_id: projectId, agent_id, name: 'agent', last_seen_at: at(0), ...secrets, ...row });
  return agent_id;
}

async function container(projectId: string, n: number, row: Record<string, unknown> = {}): Promise<void> {
  const standard = { status: 'active', state_at: at(0), interval_s: 60 };
  await insert('containers', { project_id: projectId, container_id: `CLOCK-C0${n}`, ...standard, ...row });
}

async function event(projectId: string, agentId: string, row: Record<string, unknown>): Promise<void> {
  const [when, seq] = [at(0), ++serial];
  const base = { outbox_id: randomUUID(), seq, ordinal: 0, at: when, received_at: when, severity: 'info', message: '' };
  await insert('agent_events', { project_id: projectId, agent_id: agentId, ...base, ...row });
}

describe('agent_silent', () => {
  let standing: Standing;
  const ask = async (projectId: string, ms: number) => rig.refresh(standing, projectId, at(ms));
  beforeAll(() => {
    standing = rig.standing(agentsSource(at(-DAY)));
  });

  it('after three minutes without a word, and no more when it is heard', async () => {
    const id = await project();
    const own = await agent(id);
    expect(await ask(id, 179_000)).not.toHaveProperty([`agent_silent ${own}`]);
    expect(await ask(id, 200_000)).toMatchObject({ [`agent_silent ${own}`]: 200 });
    await rig.run('update agents set last_seen_at = $2 where agent_id = $1', [own, at(210_000)]);
    const told = await ask(id, 220_000);
    expect(Object.keys(told).filter((key) => key.startsWith('agent_silent'))).toEqual([]);
  });

  it('after two minutes where the broker says that it is gone', async () => {
    const id = await project();
    const own = await agent(id, { state: 'offline' });
    expect(await ask(id, 119_000)).not.toHaveProperty([`agent_silent ${own}`]);
    expect(await ask(id, 135_000)).toMatchObject({ [`agent_silent ${own}`]: 135 });
  });

  it('not of an agent that was revoked or never there', async () => {
    const id = await project();
    await agent(id, { status: 'revoked' });
    await agent(id, { last_seen_at: null });
    expect(await ask(id, HOUR)).toEqual({});
  });

  it('is unknown until agents had time to come back after the hub was away; one that was silent stays so', async () => {
    const id = await project();
    const own = await agent(id);
    const restarted = rig.standing(agentsSource(at(HOUR)));
    const early = await rig.refresh(restarted, id, at(HOUR + 100_000));
    expect(early).toHaveProperty([`agent_silent ${own}?`]);
    expect(early).not.toHaveProperty([`agent_silent ${own}`]);
    expect(await rig.refresh(restarted, id, at(HOUR + 181_000))).toMatchObject({ [`agent_silent ${own}`]: 3781 });
    const again = rig.standing(agentsSource(at(2 * HOUR)));
    expect(await rig.refresh(again, id, at(2 * HOUR + 10_000))).toMatchObject({ [`agent_silent ${own}`]: 3781 });
  });
});

it('agent_clock_off: beyond two seconds either way, cleared below one, unknown where nothing was compared', async () => {
  const standing = rig.standing(agentsSource(at(-DAY)));
  const id = await project();
  const own = await agent(id, { clock: 'unsynced' });
  let ms = 0;
  const told = async (clock: string, offset: number | null) => {
    ms += 20_000;
    await rig.run('update agents set clock = $2, clock_offset_ms = $3, last_seen_at = $4 where agent_id = $1', [
      ...[own, clock, offset, at(ms)],
    ]);
    const all = await rig.refresh(standing, id, at(ms));
    return Object.entries(all).filter(([key]) => key.startsWith('agent_clock_off'));
  };
  const name = `agent_clock_off ${own}`;
  expect(await told('unsynced', null)).toEqual([[`${name}?`, null]]);
  expect(await told('synced', 1500)).toEqual([]);
  expect(await told('synced', -2500)).toEqual([[name, 2.5]]);
  expect(await told('synced', 1500)).toEqual([[name, 1.5]]);
  expect(await told('synced', 900)).toEqual([]);
  expect(await told('suspect', null)).toEqual([[name, null]]);
  ms += HOUR;
  await rig.refresh(standing, id, at(ms));
  const silent = await rig.refresh(standing, id, at(ms + 20_000));
  expect(silent).toMatchObject({ [name]: null, [`${name}?`]: null });
});

it('agent_outbox_growing: by the minutes of polling that wait, unknown where nothing is polled or it is silent', async () => {
  const standing = rig.standing(agentsSource(at(-DAY)));
  const id = await project();
  const own = await agent(id, { depth_batches: 100 });
  const told = async (ms: number) =>
    Object.entries(await rig.refresh(standing, id, at(ms))).filter(([key]) => key.startsWith('agent_outbox_growing'));
  const name = `agent_outbox_growing ${own}`;
  expect(await told(0)).toEqual([[`${name}?`, null]]);
  await container(id, 1, { agent_id: own, interval_s: 30 });
  await container(id, 2, { agent_id: own, interval_s: 60 });
  await container(id, 3, { interval_s: 1 });
  expect(await told(20_000)).toEqual([[name, 100 / 3]]);
  await rig.run('update agents set depth_batches = 15 where agent_id = $1', [own]);
  expect(await told(40_000)).toEqual([[name, 5]]);
  await rig.run('update agents set depth_batches = 6 where agent_id = $1', [own]);
  expect(await told(60_000)).toEqual([]);
  expect(await told(HOUR)).toEqual([[`${name}?`, null]]);
});

it('agent_certificate_expiring: unknown, since agents have none that the hub knows of', async () => {
  const id = await project();
  const own = await agent(id);
  const told = await rig.refresh(rig.standing(agentsSource(at(-DAY))), id, at(0));
  expect(told).toHaveProperty([`agent_certificate_expiring ${own}?`]);
});

it('agent_outbox_sacrificing: for an hour after a tombstone came, unknown of an agent that is not heard', async () => {
  const standing = rig.standing(sacrificesSource);
  const id = await project();
  const [own, other] = [await agent(id), await agent(id)];
  await event(id, own, { code: 'outbox.tombstone', at: at(-DAY), data: { readings: 308 } });
  await event(id, own, { code: 'outbox.tombstone', data: { readings: 2 } });
  await event(id, other, { code: 'outbox.tombstone', received_at: at(-2 * HOUR) });
  expect(await rig.refresh(standing, id, at(1000))).toEqual({ [`agent_outbox_sacrificing ${own}`]: 310 });
  await rig.run('update agents set last_seen_at = $2 where agent_id = $1', [own, at(HOUR)]);
  const later = await rig.refresh(standing, id, at(HOUR + 1000));
  expect(later).toEqual({ [`agent_outbox_sacrificing ${other}?`]: null });
});

it('quarantine_not_empty: while something of the project waits, or of nobody knows whom at the company', async () => {
  const standing = rig.standing(quarantineSource);
  const id = await project();
  const entry = { received_at: at(0), reason: 'fork', detail: '' };
  for (const owner of [id, id, COMPANY]) await insert('quarantine', { project_id: owner, ...entry });
  await insert('quarantine', { project_id: id, ...entry, released_at: at(0) });
  expect(await rig.refresh(standing, id, at(0))).toEqual({ [`quarantine_not_empty ${id}`]: 2 });
  expect(await rig.refresh(standing, COMPANY, at(0))).toEqual({ 'quarantine_not_empty ': 1 });
  await rig.run('update quarantine set released_at = now()');
  expect(await rig.refresh(standing, id, at(HOUR))).toEqual({});
  expect(await rig.refresh(standing, COMPANY, at(HOUR))).toEqual({});
});

it('miner_changed and unknown_device: from events within the hour, one slot by itself, many as their container', async () => {
  const standing = rig.standing(devicesSource);
  const id = await project();
  const own = await agent(id);
  const changed = (code: string, subject: string, positions: unknown) =>
    event(id, own, { code, subject, data: { positions } });
  await changed('miner.hardware_changed', 'CLOCK-C01', [7]);
  await changed('miner.firmware_changed', 'CLOCK-C02', [1, 2, 3]);
  await changed('miner.hardware_changed', 'CLOCK-C02', [3, 4]);
  await changed('miner.hardware_changed', 'CLOCK-C03', 'garbage');
  await event(id, own, {
    code: 'miner.firmware_changed',
    subject: 'CLOCK-C04',
    at: at(-DAY),
    data: { positions: [1] },
  });
  for (const subject of ['10.0.0.9', '10.0.0.9', '10.0.0.8']) await event(id, own, { code: 'device.unknown', subject });
  expect(await rig.refresh(standing, id, at(0))).toEqual({
    'miner_changed CLOCK-C01-M007': 1,
    'miner_changed CLOCK-C02': 4,
    [`unknown_device ${id}`]: 2,
  });
  expect(await rig.refresh(standing, id, at(HOUR))).toEqual({});
});

describe('power_over_limit', () => {
  const told = (id: string, ms = 0) => rig.refresh(rig.standing(powerSource), id, at(ms));

  it('by the sum of what containers draw, cleared below half a percent', async () => {
    const id = await project({ target_power_mw: 2 });
    await container(id, 1, { power_consumption_kw: 1000 });
    await container(id, 2, { power_consumption_kw: 1030 });
    await container(id, 3, { status: 'planned' });
    const draws = async (kw: number, ms: number) => {
      await rig.run(
        `update containers set power_consumption_kw = $2 where project_id = $1 and container_id = 'CLOCK-C02'`,
        [...[id, kw]],
      );
      return (await told(id, ms))[`power_over_limit ${id}`];
    };
    expect(await draws(1030, 0)).toBeCloseTo(1.5);
    expect(await draws(1015, 60_000)).toBeCloseTo(0.75);
    expect(await draws(1005, 120_000)).toBeUndefined();
    expect(await draws(1015, 180_000)).toBeUndefined();
  });

  it('is unknown while not all are heard, unless those that are exceed it alone; without a limit it is nothing', async () => {
    const id = await project({ target_power_mw: 2 });
    await container(id, 1, { power_consumption_kw: 1990 });
    await container(id, 2, { power_consumption_kw: 1000, state_at: at(-HOUR) });
    expect(await told(id)).toEqual({ [`power_over_limit ${id}?`]: null });
    await rig.run(
      `update containers set power_consumption_kw = 2100 where container_id = 'CLOCK-C01' and project_id = $1`,
      [id],
    );
    expect((await told(id, 60_000))[`power_over_limit ${id}`]).toBeCloseTo(5);
    const dark = await project({ target_power_mw: 2 });
    await container(dark, 1);
    expect(await told(dark)).toEqual({ [`power_over_limit ${dark}?`]: null });
    const free = await project();
    await container(free, 1, { power_consumption_kw: 1e6 });
    expect(await told(free)).toEqual({});
  });
});

it('efficiency_drift: the last seven whole days of the project against the seven before, unknown with too few', async () => {
  const id = await project({ time_zone: 'Asia/Qatar' });
  // Local midnight, three hours before that of UTC; now it is 15:00 there.
  const midnight = START - 15 * HOUR;
  const day = (ago: number, energy: number | null) =>
    insert('metrics', {
      ...{ project_id: id, scope: 'project', scope_id: id, resolution_s: 86_400 },
      ...{ timestamp: new Date(midnight - ago * DAY), energy_kwh: energy, hashes_eh: 100 },
    });
  const told = () => rig.refresh(rig.standing(efficiencySource), id, at(0));
  const again = () => rig.run('delete from standing_conditions where project_id = $1', [id]);
  // Today and what is older than two weeks say nothing.
  await day(0, 9e9);
  await day(15, 9e9);
  for (let ago = 8; ago <= 14; ago++) await day(ago, ago === 9 ? null : 1000);
  for (let ago = 1; ago <= 4; ago++) await day(ago, 1040);
  expect(await told()).toEqual({ [`efficiency_drift ${id}?`]: null });
  for (let ago = 5; ago <= 7; ago++) await day(ago, 1040);
  await again();
  expect((await told())[`efficiency_drift ${id}`]).toBeCloseTo(4);
  await rig.run('update metrics set energy_kwh = 1010 where energy_kwh = 1040');
  await again();
  expect(await told()).toEqual({});
});

describe('maintenance_due', () => {
  const plan = (id: string, row: Record<string, unknown>) =>
    insert('maintenance_plans', {
      ...{
        project_id: id,
        target_type: 'container',
        target_id: 'CLOCK-C01',
        task: 'filter',
        created_at: at(-30 * DAY),
      },
      ...row,
    });
  const hour = (id: string, ago: number, row: Record<string, unknown>) =>
    insert('metrics', {
      ...{ project_id: id, scope: 'container', scope_id: 'CLOCK-C01', resolution_s: 3600, timestamp: at(-ago * HOUR) },
      ...{ covered_s: 3600, miner_known_s: 3600, miner_active_s: 3600 },
      ...row,
    });
  const told = (id: string, ms = 0) => rig.refresh(rig.standing(maintenanceSource), id, at(ms));

  it('after so many hours in which it ran since it was done, and no more once it is done again', async () => {
    const id = await project();
    await plan(id, { every_running_hours: 3, last_done_at: at(-5 * HOUR) });
    expect(await told(id)).toEqual({ 'maintenance_due CLOCK-C01?': null });
    await hour(id, 9, {});
    for (const ago of [5, 4]) await hour(id, ago, {});
    await hour(id, 3, { miner_active_s: 0 });
    await hour(id, 2, { miner_active_s: 1800 });
    await hour(id, 1, { covered_s: 900 });
    expect(await told(id, 60_000)).toEqual({});
    const { rows } = await rig.database.owner.query(
      'select running_hours from maintenance_plans where project_id = $1',
      [id],
    );
    expect(rows).toEqual([{ running_hours: 2.75 }]);
    await rig.run('update metrics set miner_active_s = 3600 where project_id = $1', [id]);
    // Counted again when the hour is over.
    expect(await told(id, 30 * 60_000)).toEqual({});
    expect(await told(id, HOUR + 60_000)).toEqual({ 'maintenance_due CLOCK-C01': 1 });
    await rig.run('update maintenance_plans set last_done_at = $2 where project_id = $1', [id, at(HOUR + 59 * MINUTE)]);
    expect(await told(id, 2 * HOUR - 1000)).toEqual({
      'maintenance_due CLOCK-C01': 1,
      'maintenance_due CLOCK-C01?': null,
    });
    // Counted at once, since it was done after it was counted last.
    await hour(id, -2, {});
    expect(await told(id, 2 * HOUR + 59_000)).toEqual({});
  });

  it('says how many of its plans are due', async () => {
    const id = await project();
    for (const due_on of ['2026-06-01', '2026-06-15', '2026-06-16', null]) await plan(id, { due_on });
    expect(await told(id)).toEqual({ 'maintenance_due CLOCK-C01': 2 });
  });

  it('of a transformer by the hours under load, of a miner by its container’s', async () => {
    const id = await project();
    await container(id, 1);
    await insert('miners', { project_id: id, miner_id: 'CLOCK-C01-M001', container_id: 'CLOCK-C01', position: 1 });
    await plan(id, { target_type: 'transformer', target_id: 'CLOCK-T01', every_running_hours: 1 });
    await plan(id, { target_type: 'miner', target_id: 'CLOCK-C01-M001', every_running_hours: 2 });
    await hour(id, 3, { scope: 'transformer', scope_id: 'CLOCK-T01', power_kw_sum: 100 });
    await hour(id, 2, { scope: 'transformer', scope_id: 'CLOCK-T01', power_kw_sum: 0 });
    await hour(id, 3, {});
    expect(await told(id)).toEqual({ 'maintenance_due CLOCK-T01': 1 });
    await hour(id, 2, {});
    expect(await told(id, 2 * HOUR)).toEqual({ 'maintenance_due CLOCK-T01': 1, 'maintenance_due CLOCK-C01-M001': 1 });
  });

  it.each([
    ['on its day', { due_on: '2026-06-16' }, true],
    ['not the day before', { due_on: '2026-06-17' }, false],
    ['not when it was done on its day', { due_on: '2026-06-16', last_done_at: at(10 * HOUR) }, false],
    ['on its day, though it was done before it', { due_on: '2026-06-16', last_done_at: at(-2 * DAY) }, true],
    ['so many days after it was made', { every_days: 30 }, true],
    ['not a day less', { every_days: 32 }, false],
    ['so many days after it was done', { every_days: 1, last_done_at: at(-DAY) }, true],
    [
      'again after it was done, not on the day first set',
      { due_on: '2026-06-01', every_days: 5, last_done_at: at(-DAY) },
      false,
    ],
    ['by the day, whatever of the hours is unknown', { due_on: '2026-06-16', every_running_hours: 5 }, true],
  ])('by the date in the zone of the project: %s', async (_what, row, due) => {
    // In Auckland it is the 16th at noon of the 15th in London; the plan was made on the 17th of May there.
    const id = await project({ time_zone: 'Pacific/Auckland' });
    await plan(id, row);
    expect(await told(id)).toEqual(due ? { 'maintenance_due CLOCK-C01': 1 } : {});
  });
});

it('hub_certificate_expiring: three weeks before its end; without one there is nothing to judge', async () => {
  using folder = temporaryFolder('certificate');
  const { cert } = makeCertificate(folder.path);
  const end = +new X509Certificate(cert).validToDate;
  const told = (certificate: string | null, daysBefore: number) =>
    rig.refresh(rig.standing(certificateSource(certificate)), COMPANY, new Date(end - daysBefore * DAY));
  const again = () => rig.run(`delete from standing_conditions where source = 'certificate'`);
  expect((await told(cert, 20))['hub_certificate_expiring ']).toBeCloseTo(20);
  await again();
  expect(await told(cert, 22)).toEqual({});
  await again();
  expect(await told(null, 20)).toEqual({});
});

it('the hub itself: a disk that fills, readings that come late, agents held, work and messages that wait', async () => {
  const well = { diskFreePct: 60, lagS: 2, held: false, marks: 100, undelivered: 0 };
  const told = async (health: Parameters<typeof ownHealthSource>[0]) => {
    await rig.run(`delete from standing_conditions where source = 'own_health'`);
    return rig.refresh(rig.standing(ownHealthSource(health)), COMPANY, at(0));
  };
  expect(await told(() => well)).toEqual({});
  expect(await told(() => null)).toEqual({});
  const ill = { diskFreePct: 9, lagS: 61, held: true, marks: 20_001, undelivered: 1 };
  expect(Object.keys(await told(() => ill)).sort()).toEqual(
    ['agents_held', 'deliveries_failing', 'disk_filling', 'ingest_behind', 'rollups_behind'].map((id) => `hub_${id} `),
  );
  const blind = { ...well, diskFreePct: null, held: null };
  expect(Object.keys(await told(() => blind)).sort()).toEqual(['hub_agents_held ?', 'hub_disk_filling ?']);
});

it('looks at the disk and at what waits in every project, as the ingest', async () => {
  using folder = temporaryFolder('health');
  const id = await project();
  await insert('rollup_marks', {
    project_id: id,
    mark_id: 1,
    scope: 'container',
    scope_id: 'CLOCK-C01',
    from_at: at(0),
    to_at: at(60_000),
  });
  const delivery = { channel_id: randomUUID(), kind: 'alerts', created_at: at(-HOUR / 2) };
  await insert('deliveries', { project_id: id, ...delivery, status: 'pending', next_attempt_at: at(-16 * MINUTE) });
  await insert('deliveries', { project_id: id, ...delivery, status: 'failed' });
  await insert('deliveries', { project_id: id, ...delivery, status: 'failed', created_at: at(-2 * HOUR) });
  const watch = new OwnHealthWatch({
    pool: rig.database.ingest,
    dataDir: folder.path,
    lag: { freshest: () => 3 },
    stats: () => ({ window: 0 }),
    log: createLog('silent'),
    now: () => START,
  });
  await watch.look();
  expect(watch.latest).toEqual({ diskFreePct: expect.any(Number), lagS: 3, held: true, marks: 1, undelivered: 2 });
});
