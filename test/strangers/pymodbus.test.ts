import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModbusDriver } from '../../agent/src/drivers/modbus/driver.ts';
import { loadProfiles, Profiles } from '../../agent/src/drivers/modbus/profile.ts';
import { dumpedDefinitions, dumpPath, manifestOf } from '../../agent/src/drivers/modbus/testing/dumps.ts';
import { needs } from '../harness/needs.ts';
import { encodeByProfile, ModbusSimulator } from '../sim/modbus.ts';

/** Debian's Python, not one that a version manager put in front: that is where its pymodbus is. */
const PYTHON = '/usr/bin/python3';
const here = needs(
  () => spawnSync(PYTHON, ['-c', 'import pymodbus.server.async_io']).status === 0,
  `${PYTHON} has no pymodbus: apt-get install python3-pymodbus`,
);

const profiles = loadProfiles();
const driver = new ModbusDriver({ deadlineMs: 10_000, profiles });

const dumps = dumpedDefinitions().flatMap((id) => manifestOf(id).dumps.map((dump) => ({ id, ...dump })));
const METER = dumps.findIndex(({ id }) => id === 'schneider-pm5xxx');

describe.skipIf(!here)("pymodbus's servers as meters, monitors and cooling loops", () => {
  let server: ChildProcess;
  let ports: number[];
  const at = (index: number) => ({ host: '127.0.0.1', port: ports[index]! });

  beforeAll(async () => {
    const script = fileURLToPath(new URL('./pymodbus_meters.py', import.meta.url));
    const files = dumps.map(({ id, file }) => fileURLToPath(dumpPath(id, file)));
    const child = spawn(PYTHON, [script, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
    server = child;
    const line = await Promise.race([
      once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
      once(child, 'exit').then(([code]) => expect.fail(`pymodbus ended with ${code} before it listened`)),
    ]);
    ports = JSON.parse(line);
  });

  afterAll(async () => {
    if (!server || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  });

  it.each(dumps.map((dump, index) => ({ ...dump, index })))(
    '$id $file: every metric and every register',
    async ({ id, options, metrics, registers, index }) => {
      expect(await driver.read(at(index), 1, id, undefined, options)).toEqual({
        values: metrics,
        implausible: [],
        definition: id,
      });
      const found = await driver.inspect(at(index), 1, id, undefined, options);
      expect(Object.fromEntries(found.registers.map(({ register, value }) => [register.name, value]))).toEqual(
        registers,
      );
    },
  );

  it('give no reading of a unit that is not there: pymodbus leaves such requests unanswered', async () => {
    const hasty = new ModbusDriver({ deadlineMs: 300, profiles });
    const read = hasty.read(at(METER), 2, 'schneider-pm5xxx');
    await expect(read).rejects.toMatchObject({ name: 'DeviceError', code: 'timeout' });
  });

  it('give nothing to believe to a map that is off by one', async () => {
    const profile = profiles.get('schneider-pm5xxx')!;
    for (const off of [-1, 1]) {
      const registers = profile.registers.map((each) => ({ ...each, address: each.address + off }));
      const shifted = new ModbusDriver({
        deadlineMs: 10_000,
        profiles: new Profiles(new Map([['shifted', { ...profile, id: 'shifted', registers }]]), new Map()),
      });
      const reading = await shifted.read(at(METER), 1, 'shifted');
      const { energy_import_kwh, energy_export_kwh, ...floats } = reading.values;
      expect(Object.values(floats).every((value) => value === null)).toBe(true);
      expect(reading.implausible.length).toBeGreaterThan(10);
      expect([energy_import_kwh, energy_export_kwh]).not.toContain(dumps[METER]?.metrics.energy_import_kwh);
    }
  });
});

describe.skipIf(!here)("pymodbus's client", () => {
  it('reads from the simulator what the driver reads', async () => {
    const bank = encodeByProfile(profiles.get('antspace-hd5')!, { temp_supply_c: 34.5, flow_m3h: 147.8 });
    const simulator = new ModbusSimulator({ lookup: (_, unit) => (unit === 1 ? bank : null) });
    const { port } = await simulator.start();
    try {
      const script = [
        'import json',
        'from pymodbus.client import ModbusTcpClient',
        `client = ModbusTcpClient("127.0.0.1", port=${port})`,
        'client.connect()',
        'print(json.dumps([client.read_holding_registers(0, 9, slave=1).registers,',
        '  client.read_holding_registers(0, 1, slave=2).exception_code,',
        '  client.read_holding_registers(9000, 1, slave=1).exception_code,',
        '  client.read_coils(0, 1, slave=1).exception_code]))',
        'client.close()',
      ].join('\n');
      const child = spawn(PYTHON, ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = await once(createInterface(child.stdout), 'line');
      const [registers, noUnit, noRegister, noFunction] = JSON.parse(String(line));
      expect([registers[0], registers[1], registers[8]]).toEqual([345, 0x8000, 1478]);
      expect([noUnit, noRegister, noFunction]).toEqual([11, 2, 1]);
    } finally {
      await simulator.stop();
    }
  });
});
