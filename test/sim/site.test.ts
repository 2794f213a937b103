import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFrame } from '@hearst/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseSiteFile } from '../../agent/src/config/load.ts';
import { CgminerDriver } from '../../agent/src/drivers/cgminer/driver.ts';
import { ModbusDriver } from '../../agent/src/drivers/modbus/driver.ts';
import { loadProfiles } from '../../agent/src/drivers/modbus/profile.ts';
import { simClock } from './clock.ts';
import { containerFrameAt, meterFrameAt } from './frames.ts';
import { oracleValue, readOracleLog, readOracleValue } from './oracle-log.ts';
import { SimulatedSite, type SitePorts } from './site.ts';
import { siteFileOf } from './site-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'hearst-sim-'));
const oracle = join(folder, 'oracle.log');
const real = { now: Date.UTC(2026, 6, 14, 9) };
const site = new SimulatedSite({
  containers: 3,
  seed: 5,
  noise: false,
  oracle,
  clock: simClock({ real: () => real.now, factor: 60 }),
});
const profiles = loadProfiles();
const modbus = new ModbusDriver({ deadlineMs: 5000, profiles });
const miners = new CgminerDriver({ deadlineMs: 5000, connectTimeoutMs: 5000 });
let ports: SitePorts;

beforeAll(async () => {
  ports = await site.start();
});
afterAll(async () => {
  await site.stop();
  rmSync(folder, { recursive: true });
});

const control = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${ports.controlPort}${path}`, init);
const stats = { summary: false, pools: false, version: false };

test('its site file is one that the agent takes without a warning', () => {
  const text = siteFileOf(site, { ...ports, hubUrl: 'http://127.0.0.1:8080', pollSeconds: 0.5 });
  const { site: read, warnings } = parseSiteFile(text, profiles.ids());
  expect(warnings.filter((warning) => !warning.what.includes('interval'))).toEqual([]);
  expect(read.containers.map(({ id }) => id)).toEqual(['QATAR-C01', 'QATAR-C02', 'QATAR-C03']);
  expect(read.meters.map(({ id }) => id)).toEqual(['QATAR-E01', 'QATAR-E02']);
  expect(text).toContain('range: 127.20.2.1-127.20.3.52');
});

test('controllers and meters say over Modbus what physics says', async () => {
  const cooling = await modbus.read({ host: site.layout.coolingAddress(2), port: ports.modbusPort }, 1, 'antspace-hd5');
  const truth = site.physics.cooling(2, site.now())!;
  for (const [metric, value] of Object.entries(truth)) {
    expect([metric, cooling.values[metric as keyof typeof truth]]).toEqual([metric, expect.closeTo(value!, 1)]);
  }
  expect(cooling.implausible).toEqual([]);
  const meter = await modbus.read({ host: site.layout.meterAddress(2), port: ports.modbusPort }, 1, 'schneider-pm5xxx');
  const load = site.physics.meter(2, site.now())!;
  expect(meter.values.active_power_kw).toBeCloseTo(load.active_power_kw!, 1);
  expect(meter.values.energy_import_kwh).toBeCloseTo(load.energy_import_kwh!, 0);
  expect(meter.values.power_factor).toBeCloseTo(load.power_factor!, 3);
});

test('a silent controller and one of an unknown address give no reading', async () => {
  const hasty = new ModbusDriver({ deadlineMs: 200, profiles });
  const read = (host: string) => hasty.read({ host, port: ports.modbusPort }, 1, 'antspace-hd5');
  const fault = await site.addFault({ target: 'QATAR-C01', kind: 'controller-silent' });
  await expect(read(site.layout.coolingAddress(1))).rejects.toMatchObject({ code: 'timeout' });
  await site.removeFault(fault.id);
  await expect(read('127.9.0.77')).rejects.toThrow();
  expect((await read(site.layout.coolingAddress(1))).values.pump_circulating).toBe(1);
});

test('every reading that was sent whole stands in the oracle, with the number that the driver reads', async () => {
  const seen: number[] = [];
  for (const index of [0, 0, 307, 900, 0]) {
    const reading = await miners.read({ host: site.layout.minerAddress(index), port: ports.minerPort }, stats);
    seen.push(reading.values.hw_errors!);
  }
  expect(seen).toEqual([
    oracleValue(0, 1),
    oracleValue(0, 2),
    oracleValue(307, 1),
    oracleValue(900, 1),
    oracleValue(0, 3),
  ]);
  expect(readOracleValue(seen[3]!)).toEqual({ index: 900, n: 1 });
  const both = await miners.read(
    { host: site.layout.minerAddress(307), port: ports.minerPort },
    { summary: true, pools: true, version: true },
  );
  expect(both.values.hw_errors).toBe(oracleValue(307, 2));
  const after = await miners.read({ host: site.layout.minerAddress(307), port: ports.minerPort }, stats);
  expect(after.values.hw_errors).toBe(oracleValue(307, 3));

  const cut = await site.addFault({ target: 'QATAR-C01-M005', kind: 'garbled', malformation: 'no-nul' });
  const socket = net.connect({ host: site.layout.minerAddress(4), port: ports.minerPort });
  socket.write('{"command":"stats"}');
  socket.resume();
  await once(socket, 'close');
  await site.removeFault(cut.id);

  site.flushOracle();
  const { head, readings } = readOracleLog(oracle);
  expect(head).toMatchObject({ project: 'QATAR-001', containers: 3, minersPerContainer: 308 });
  expect(readings.map(({ value }) => value)).toEqual([
    ...seen,
    oracleValue(307, 2),
    oracleValue(307, 3),
    oracleValue(4, 1),
  ]);
  expect(readings.map(({ malformed }) => malformed).indexOf(true)).toBe(readings.length - 1);
  expect(readings.every(({ at }) => at === site.now())).toBe(true);
});

test('an oracle never goes on in a file of another run', async () => {
  const other = new SimulatedSite({ containers: 1, seed: 1, oracle });
  await expect(other.start()).rejects.toThrow(/EEXIST/);
});

test('the control port causes faults, tells the state, and ends them', async () => {
  const post = (body: unknown) => control('/faults', { method: 'POST', body: JSON.stringify(body) });
  const made = await post({ target: 'site', kind: 'dead', share: 0.05 });
  expect(made.status).toBe(201);
  const fault = (await made.json()) as { id: number };
  const state = (await (await control('/state')).json()) as Record<string, unknown>;
  expect(state).toMatchObject({ project: 'QATAR-001', miners: 924, miners_answering: 924 - 46, transformers: 2 });
  expect(await (await control('/faults')).json()).toHaveLength(1);
  expect((await control(`/faults/${fault.id}`, { method: 'DELETE' })).status).toBe(200);
  expect((await control(`/faults/${fault.id}`, { method: 'DELETE' })).status).toBe(404);
  expect((await post({ target: 'QATAR-C99', kind: 'dead' })).status).toBe(422);
  expect((await post({ target: 'site', kind: 'earthquake' })).status).toBe(422);
  expect((await control('/faults', { method: 'POST', body: '{' })).status).toBe(422);
  await post({ target: 'QATAR-C01', kind: 'leak' });
  expect(await (await control('/faults', { method: 'DELETE' })).json()).toEqual({ ended: 1 });
  expect((await control('/nothing')).status).toBe(404);
});

test('simulated time runs as fast as it is told: a cooling fault reaches the sensors', async () => {
  const read = async () =>
    (await modbus.read({ host: site.layout.coolingAddress(1), port: ports.modbusPort }, 1, 'antspace-hd5')).values;
  await site.addFault({ target: 'QATAR-C01', kind: 'pump-stop' });
  real.now += 15_000;
  expect(await read()).toMatchObject({ alarm_temp_supply_too_high: 1, fault_pump_circulating: 1 });
  expect(site.state().hashrate_ehs).toBeLessThan(0.3);
  await site.clearFaults();
});

test('a recorded moment is a frame that the protocol takes, dead miners offline with nulls', async () => {
  await site.addFault({ target: 'QATAR-C02', kind: 'dead', share: 0.5 });
  const at = site.now();
  const { frame, badCount, unknown } = parseFrame(containerFrameAt(site, 2, at, 60));
  expect([badCount, unknown]).toEqual([0, []]);
  if (frame.kind !== 'container') throw new Error('not a container frame');
  expect(frame.columns.hashrate_ths!.filter((value) => value === null)).toHaveLength(154);
  expect(parseFrame(meterFrameAt(site, 1, at, 60)).badCount).toBe(0);
  await site.clearFaults();
});

test('a port in use is told', async () => {
  const other = new SimulatedSite({ containers: 1, seed: 1, minerPort: ports.minerPort });
  await expect(other.start()).rejects.toThrow(/EADDRINUSE/);
});

test('an unfinished record at the end of a log is left out', () => {
  const path = join(folder, 'cut.log');
  const head = { oracle: 1, project: 'P-001', prefix: 'P', containers: 1, minersPerContainer: 1 };
  writeFileSync(path, `${JSON.stringify(head)}\n${'\0'.repeat(24 + 10)}`);
  expect(readOracleLog(path).readings).toHaveLength(1);
});

test('a lost board hashes nothing, as the driver reads it and as a recorded frame has it', async () => {
  const fault = await site.addFault({ target: 'QATAR-C03-M003', kind: 'board-lost' });
  const address = { host: site.layout.minerAddress(618), port: ports.minerPort };
  const { status, boards } = await miners.read(address, { ...stats, boards: true });
  expect(status).toBe('degraded');
  const whole = expect.any(Number);
  expect(boards).toMatchObject({
    hashrate_ths: [whole, whole, 0],
    temp_chip_c: [whole, whole, null],
    chips_active: [160, 160, null],
  });
  // The hottest board is what the miner as a whole shows.
  expect(Math.max(...(boards?.temp_chip_c ?? []).map(Number))).toBe(site.physics.miner(618, site.now()).chipC);
  const minute = 60_000;
  const at = Math.floor(site.now() / minute) * minute;
  const frames = Array.from({ length: 10 }, (_, i) => containerFrameAt(site, 3, at + i * minute, 60));
  const told = frames.flatMap((frame) => (frame.boards === undefined ? [] : [frame.boards]));
  expect(told.map((columns) => columns.hashrate_ths?.[2])).toEqual([[whole, whole, 0]]);
  expect(told[0]?.hashrate_ths?.[3]).toEqual([whole, whole, whole]);
  await site.removeFault(fault.id);
});

test('a miner that was turned to another pool works for it, as the driver reads it and as a recorded frame has it', async () => {
  const fault = await site.addFault({ target: 'QATAR-C03-M003', kind: 'wrong-pool' });
  const poolOf = async (index: number) =>
    (await miners.read({ host: site.layout.minerAddress(index), port: ports.minerPort }, { ...stats, pools: true }))
      .pool;
  const home = 'stratum+tcp://pool.hearst.example:3333';
  const elsewhere = 'stratum+tcp://pool.elsewhere.example:3333';
  expect(await poolOf(617)).toMatchObject({ url: home, worker: 'hearst.m617' });
  expect(await poolOf(618)).toMatchObject({ url: elsewhere, worker: 'mallory.m618' });
  const frames = Array.from({ length: 5 }, (_, i) => containerFrameAt(site, 3, site.now() + i * 60_000, 60));
  const [pools, ...others] = frames.flatMap((frame) => (frame.pools === undefined ? [] : [frame.pools]));
  expect(others).toEqual([]);
  expect(pools?.list).toEqual([
    { url: home, worker: 'hearst' },
    { url: elsewhere, worker: 'mallory' },
  ]);
  expect(pools?.of.flatMap((place, i) => (place === 1 ? [i + 1] : []))).toEqual([3]);
  await site.removeFault(fault.id);
});
