import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AntspaceFault, AntspaceSimulator } from '../../../../test/sim/antspace.ts';
import { loadProfiles } from '../modbus/profile.ts';
import { AntspaceDriver } from './driver.ts';
import { FIELDS } from './fields.ts';

const STATE = {
  disconnect: false,
  circulating_pump: true,
  spray_pump: 'true',
  fan1: 1,
  fan2: '0',
  cooling_tower_fan1: 'ON',
  fluid_infusion_pump: 'maybe',
  leakage_fault: false,
  fan_fault: false,
  fan2_fault: true,
  supply_liquid_temp: 34.5,
  return_liquid_temp: '44.6',
  supply_liquid_pressure: 0.291,
  return_liquid_pressure: 0.13,
  supply_liquid_flow: 147.8,
  antbox_internal_humidity: 540,
  antbox_internal_temp: null,
  distribution_box1_power: 871_234,
  power_a_distribution: 12_345_678.9,
  longitude: 51.5,
  __proto: { x: 1 },
};

const controller = new AntspaceSimulator(STATE);
const driver = new AntspaceDriver({ deadlineMs: 100 });
let port: number;
const read = (signal?: AbortSignal) => driver.read({ host: '127.0.0.1', port }, 'MPa', signal);

beforeEach(async () => {
  controller.fault = null;
  controller.requests.length = 0;
  ({ port } = await controller.start());
});
afterEach(() => controller.stop());

it('gives the metrics of the loop, with every spelling of yes and no, and null for what it cannot read', async () => {
  expect(await read()).toEqual({
    values: {
      disconnected: 0,
      pump_circulating: 1,
      pump_spray: 1,
      fan_1: 1,
      fan_2: 0,
      tower_fan_1: 1,
      pump_infusion: null,
      fault_leak: 0,
      fault_fan: 1,
      temp_supply_c: 34.5,
      temp_return_c: 44.6,
      pressure_supply_bar: 2.91,
      pressure_return_bar: 1.3,
      flow_m3h: 147.8,
      humidity_container_pct: null,
      temp_container_c: null,
      power_box1_kw: 871.234,
      energy_box1_kwh: 12_345_678.9,
    },
    implausible: [{ metric: 'humidity_container_pct', value: 540 }],
    definition: 'antspace-http',
  });
});

it('takes pressures in the unit that is configured', async () => {
  const { values } = await driver.read({ host: '127.0.0.1', port }, 'bar');
  expect(values.pressure_supply_bar).toBe(0.291);
});

describe('asks for the state and for nothing else', () => {
  const faults: (AntspaceFault | null)[] = [
    null,
    { kind: 'status', status: 302 },
    { kind: 'status', status: 500 },
    { kind: 'text', text: '<html>' },
    { kind: 'closes' },
  ];
  it.each(faults)('with fault %j, once', async (fault) => {
    controller.fault = fault;
    await read().catch(() => undefined);
    expect(controller.requests).toEqual(['GET /cooler?operation=coolerState']);
  });
});

describe('says what is wrong when', () => {
  const cases: [what: string, fault: AntspaceFault, code: string, words: string][] = [
    ['it redirects', { kind: 'status', status: 302 }, 'device_error', 'answered 302'],
    ['it has no such page', { kind: 'status', status: 404 }, 'unsupported', 'answered 404'],
    ['it answers no JSON', { kind: 'text', text: '<html>' }, 'malformed', 'no JSON'],
    ['it answers a list', { kind: 'text', text: '[]' }, 'malformed', 'no object'],
    ['it says that it failed', { kind: 'text', text: '{"ok":false,"params":null}' }, 'device_error', 'ok is false'],
    ['there are no params', { kind: 'text', text: '{"ok":true}' }, 'malformed', 'no params'],
    ['nothing in it is known', { kind: 'text', text: '{"ok":true,"params":{"x":1}}' }, 'malformed', 'single field'],
    ['the reply never ends', { kind: 'endless' }, 'too_large', '256 kB'],
    ['it breaks off', { kind: 'closes' }, 'closed', ''],
  ];
  it.each(cases)('%s', async (_, fault, code, words) => {
    controller.fault = fault;
    await expect(read()).rejects.toMatchObject({ name: 'DeviceError', code, message: expect.stringContaining(words) });
  });

  it('nobody listens', async () => {
    const gone = new AntspaceSimulator({});
    const { port: free } = await gone.start();
    await gone.stop();
    const reading = driver.read({ host: '127.0.0.1', port: free }, 'MPa');
    await expect(reading).rejects.toMatchObject({ code: 'refused', address: `127.0.0.1:${free}` });
  });
});

it('waits a second and a half for it, whatever the deadline of others', async () => {
  controller.fault = { kind: 'slow', ms: 400 };
  expect((await read()).values.temp_supply_c).toBe(34.5);
});

it('ends when it is told to', async () => {
  controller.fault = { kind: 'silent' };
  const stop = new AbortController();
  const reading = read(stop.signal);
  stop.abort(new Error('stopped'));
  await expect(reading).rejects.toThrow('stopped');
});

it.each(['antspace-hd5', 'antspace-immersion'])('gives each field the metric that the profile %s gives it', (id) => {
  for (const { name, metric } of loadProfiles().get(id)!.registers) {
    if (metric === null || name.includes(', ')) continue;
    expect(FIELDS[name]?.metrics ?? [], name).toContain(metric);
  }
});
