import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModbusDriver } from '../../agent/src/drivers/modbus/driver.ts';
import { loadProfiles, Profiles } from '../../agent/src/drivers/modbus/profile.ts';
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

describe.skipIf(!here)("pymodbus's server as a transformer meter", () => {
  let server: ChildProcess;
  let meter: { port: number; names: Record<string, number>; metrics: Record<string, number> };

  beforeAll(async () => {
    const script = fileURLToPath(new URL('./pymodbus_meter.py', import.meta.url));
    const child = spawn(PYTHON, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    server = child;
    const line = await Promise.race([
      once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
      once(child, 'exit').then(([code]) => expect.fail(`pymodbus ended with ${code} before it listened`)),
    ]);
    meter = JSON.parse(line);
  });

  afterAll(async () => {
    if (!server || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  });

  it('gives every metric of the profile', async () => {
    const reading = await driver.read({ host: '127.0.0.1', port: meter.port }, 1, 'schneider-pm5xxx');
    expect(reading).toEqual({ values: meter.metrics, implausible: [], definition: 'schneider-pm5xxx' });
  });

  it('gives every register of the profile', async () => {
    const { registers } = await driver.inspect({ host: '127.0.0.1', port: meter.port }, 1, 'schneider-pm5xxx');
    expect(Object.fromEntries(registers.map(({ register, value }) => [register.name, value]))).toEqual(meter.names);
  });

  it('gives no reading of a unit that is not there: pymodbus leaves such requests unanswered', async () => {
    const hasty = new ModbusDriver({ deadlineMs: 300, profiles });
    const read = hasty.read({ host: '127.0.0.1', port: meter.port }, 2, 'schneider-pm5xxx');
    await expect(read).rejects.toMatchObject({ name: 'DeviceError', code: 'timeout' });
  });

  it('gives nothing to believe to a map that is off by one', async () => {
    const profile = profiles.get('schneider-pm5xxx')!;
    for (const off of [-1, 1]) {
      const registers = profile.registers.map((each) => ({ ...each, address: each.address + off }));
      const shifted = new ModbusDriver({
        deadlineMs: 10_000,
        profiles: new Profiles(new Map([['shifted', { ...profile, id: 'shifted', registers }]]), new Map()),
      });
      const reading = await shifted.read({ host: '127.0.0.1', port: meter.port }, 1, 'shifted');
      const { energy_import_kwh, energy_export_kwh, ...floats } = reading.values;
      expect(Object.values(floats).every((value) => value === null)).toBe(true);
      expect(reading.implausible.length).toBeGreaterThan(10);
      expect([energy_import_kwh, energy_export_kwh]).not.toContain(meter.metrics.energy_import_kwh);
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
