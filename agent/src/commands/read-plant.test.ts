import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AntspaceSimulator } from '../../../test/sim/antspace.ts';
import { encodeByProfile, ModbusSimulator } from '../../../test/sim/modbus.ts';
import { loadProfiles } from '../drivers/modbus/profile.ts';
import type { Outcome, Surroundings } from './command.ts';
import type { DeviceData } from './device-text.ts';
import { read } from './read.ts';
import { openSite } from './site.ts';

const profiles = loadProfiles();
/** A loop whose controller tells bar where its profile says MPa: 10 times too much. */
const LOOP = { temp_supply_c: 34, temp_return_c: 44, flow_m3h: 148, pressure_supply_bar: 24, pressure_return_bar: 13 };
const BANKS = {
  1: encodeByProfile(profiles.get('antspace-hd5')!, { ...LOOP, power_box1_kw: 400, power_box2_kw: 400 }),
  2: encodeByProfile(profiles.get('abb-m4m')!, { active_power_kw: -1200, reactive_power_kvar: 500 }),
  3: encodeByProfile(profiles.get('qualitrol-111')!, { temp_oil_c: 71 }),
};
const modbus = new ModbusSimulator({ lookup: (_, unit) => BANKS[unit as keyof typeof BANKS] ?? null });
const controller = new AntspaceSimulator({ supply_liquid_pressure: 2.9, supply_liquid_flow: 148, circulating_pump: 1 });
let folder: string;
let port: number;
let httpPort: number;
let around: Surroundings;

beforeAll(async () => {
  ({ port } = await modbus.start());
  ({ port: httpPort } = await controller.start());
  folder = mkdtempSync(join(tmpdir(), 'read-plant-'));
  const config = join(folder, 'agent.yaml');
  around = {
    environment: {},
    config,
    data: folder,
    json: true,
    quiet: true,
    verbose: false,
  } as unknown as Surroundings;
  writeFileSync(
    config,
    `version: 1
site: { project: QATAR-001 }
transformers:
  - { id: QATAR-T01, monitor: { address: "127.0.0.1:${port}", unit: 3, profile: qualitrol-111 } }
containers:
  - { id: QATAR-C01, miners: 0, cooling: { address: "127.0.0.1:${port}", profile: antspace-hd5, pressure_unit: kPa } }
  - { id: QATAR-C02, miners: 0, cooling: { url: "http://127.0.0.1:${httpPort}", pressure_unit: bar } }
meters:
  - { id: QATAR-E01, transformer: QATAR-T01, address: "127.0.0.1:${port}", unit: 2, profile: abb-m4m, reversed: true }
`,
  );
});
afterAll(async () => {
  await modbus.stop();
  await controller.stop();
  rmSync(folder, { recursive: true });
});

const metricsOf = ({ data }: Outcome) => (data as DeviceData).metrics;
const codes = ({ problems }: Outcome) => problems.map(({ code, what }) => `${code} ${what.split(' ')[0]}`);

it('a Modbus device, with every register that its profile knows, as it came', async () => {
  const outcome = await read(around, `modbus://127.0.0.1:${port}/3?profile=qualitrol-111`);
  expect(metricsOf(outcome)).toEqual({ temp_oil_c: 71, temp_winding_c: null });
  expect((outcome.data as DeviceData).registers).toContainEqual({
    name: 'Oil temperature',
    unit_id: null,
    function: 3,
    address: 0,
    raw: '0047',
    value: 71,
    unit: '°C',
    metric: 'temp_oil_c',
  });
  expect(outcome.text).toMatch(/^ +0 0047 +71 °C +Oil temperature$/m);
  expect(outcome.text).toMatch(/^ +1 8000 +not available °C +Winding temperature$/m);
});

it('a loop whose pressures are in another unit says so, and which setting mends it', async () => {
  const outcome = await read(around, `modbus://127.0.0.1:${port}/1?profile=antspace-hd5`);
  expect(codes(outcome)).toEqual(['W2112 pressure_supply_bar', 'W2112 pressure_return_bar']);
  expect(outcome.problems[0]?.next).toContain('pressure_unit');
  expect(metricsOf(outcome)).toMatchObject({ pressure_supply_bar: null, pressure_return_bar: null, heat_kw: 1708.13 });
});

it('a container of the site file: its own pressure unit, and heat that its power does not explain', async () => {
  const outcome = await read(around, 'QATAR-C01');
  expect(metricsOf(outcome).heat_kw).toBe(1708.13);
  expect(codes(outcome)).toContain('W2113 the');
  expect(outcome.problems.find(({ code }) => code === 'W2113')?.what).toBe(
    'the coolant carries away 1708 kW, the container draws 800 kW',
  );
});

it('a controller over HTTP, by its address and by its container', async () => {
  const outcome = await read(around, `antspace://127.0.0.1:${httpPort}?pressure_unit=bar`);
  expect(metricsOf(outcome)).toEqual({ pressure_supply_bar: 2.9, flow_m3h: 148, pump_circulating: 1 });
  expect(metricsOf(await read(around, 'QATAR-C02'))).toMatchObject({ pressure_supply_bar: 2.9, flow_m3h: 148 });
  expect(codes(await read(around, `antspace://127.0.0.1:${httpPort}`))).toEqual(['W2112 pressure_supply_bar']);
});

it.each(['antspace://', 'antspace://h/cooler', 'antspace://h?pressure_unit=psi', 'antspace://h?operation=open'])(
  '%s is wrong usage',
  async (target) => {
    await expect(read(around, target)).rejects.toMatchObject({ outcome: { code: 2 } });
  },
);

it('a meter that is read with the profile of a loop is told', () => {
  const config = join(folder, 'mixed.yaml');
  const meter = '{ id: QATAR-E01, address: 127.0.0.1, profile: antspace-hd5 }';
  writeFileSync(config, `version: 1\nsite: { project: QATAR-001 }\nmeters: [${meter}]\n`);
  expect(openSite({ ...around, config }).problems).toMatchObject([
    { code: 'W1314', what: 'QATAR-E01 is read with antspace-hd5, a profile of a cooling: it gives nothing' },
  ]);
});

it("a meter with its transformers reversed, and its transformer's monitor", async () => {
  expect(metricsOf(await read(around, 'QATAR-E01'))).toMatchObject({
    active_power_kw: 1200,
    reactive_power_kvar: -500,
    apparent_power_kva: 1300,
  });
  expect(metricsOf(await read(around, 'QATAR-T01'))).toMatchObject({ temp_oil_c: 71 });
});
