import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Values } from '@hearst/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeviceError, type DeviceErrorCode } from '../../agent/src/drivers/driver.ts';
import { ModbusConnection } from '../../agent/src/drivers/modbus/client.ts';
import { ModbusDriver } from '../../agent/src/drivers/modbus/driver.ts';
import { loadProfiles } from '../../agent/src/drivers/modbus/profile.ts';
import { until } from '../harness/until.ts';
import { encodeByProfile, type Lookup, type ModbusFault, ModbusSimulator } from './modbus.ts';

const profiles = loadProfiles();
const hd5 = profiles.get('antspace-hd5')!;
const meter = profiles.get('schneider-pm5xxx')!;

const COOLING: Values = { temp_supply_c: 34.5, temp_return_c: 44.4, pressure_supply_bar: 2.86, flow_m3h: 147.8 };
const METER: Values = { active_power_kw: 3521.25, energy_import_kwh: 12345678.901, frequency_hz: 50.02 };
const HOST = '127.9.0.1';
const METER_HOST = '127.10.0.1';
const GATEWAY = '127.10.0.2';

const lookup: Lookup = (local, unit) => {
  if (local === HOST) return unit === 1 ? encodeByProfile(hd5, COOLING) : null;
  if (local === METER_HOST) return encodeByProfile(meter, METER);
  if (local === GATEWAY) return unit === 9 ? 'silent' : encodeByProfile(meter, { active_power_kw: 100 * unit });
  return 'silent';
};

let port: number;
const faults = new Map<string, ModbusFault>();
const simulator = new ModbusSimulator({ lookup, fault: (local) => faults.get(local) ?? null });
beforeAll(async () => {
  port = (await simulator.start()).port;
});
afterAll(() => simulator.stop());
beforeEach(() => faults.clear());

const driverOf = (deadlineMs = 5000) => new ModbusDriver({ deadlineMs, profiles });
const readCooling = (driver: ModbusDriver, unit = 1) => driver.read({ host: HOST, port }, unit, 'antspace-hd5');

/** The error of a read that must fail, within a time that is no wait for ever. */
async function failure(read: Promise<unknown>): Promise<DeviceError> {
  const error = await read.then(
    (value) => expect.fail(`read ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DeviceError);
  return error as DeviceError;
}

describe('reading a device', () => {
  it('gives its values in the units of the catalogue, null where it has none', async () => {
    const reading = await readCooling(driverOf());
    expect(reading).toMatchObject({ definition: 'antspace-hd5', implausible: [], values: COOLING });
    expect(reading.values.power_box1_kw).toBeNull();
    expect(reading.values.pump_circulating).toBeNull();
  });

  it('gathers several blocks, and closes its connection', async () => {
    const before = simulator.requests;
    const reading = await driverOf().read({ host: METER_HOST, port }, 7, 'schneider-pm5xxx');
    expect(reading.values).toMatchObject(METER);
    expect(simulator.requests - before).toBe(6);
    await until(() => simulator.connections === 0, { withinMs: 5000, what: 'the connection to close' });
  });

  it('leaves out what lies between its registers where a device refuses that, and remembers it', async () => {
    const strict = encodeByProfile({ ...meter, maxGap: 0 }, METER);
    const other = new ModbusSimulator({ lookup: () => strict });
    const { port: otherPort } = await other.start();
    try {
      const driver = driverOf();
      const read = () => driver.read({ host: '127.0.0.1', port: otherPort }, 1, 'schneider-pm5xxx');
      expect((await read()).values).toMatchObject(METER);
      const first = other.requests;
      expect((await read()).values).toMatchObject(METER);
      expect(other.requests - first).toBeLessThan(first);
    } finally {
      await other.stop();
    }
  });

  it('goes on without a block that is optional, and fails whole without one that is not', async () => {
    const small = { ...meter, registers: meter.registers.filter(({ optional, metric }) => !optional && metric) };
    const crippled = { ...meter, registers: small.registers.filter(({ metric }) => metric !== 'frequency_hz') };
    let bank = encodeByProfile(small, METER);
    const other = new ModbusSimulator({ lookup: () => bank });
    const { port: otherPort } = await other.start();
    try {
      const read = () => driverOf().read({ host: '127.0.0.1', port: otherPort }, 1, 'schneider-pm5xxx');
      const reading = await read();
      expect(reading.values).toMatchObject({ ...METER, thd_current_pct: null, thd_voltage_pct: null });
      bank = encodeByProfile(crippled, METER);
      const error = await failure(read());
      expect(error).toMatchObject({ code: 'unsupported', transient: false, address: `127.0.0.1:${otherPort}/1` });
      expect(error.message).toContain('exception 2 (illegal address');
      expect(error.message).toContain('registers 3109 to 3110');
    } finally {
      await other.stop();
    }
  });

  it('shows every register of a profile to whoever checks it', async () => {
    const { profile, registers, reading } = await driverOf().inspect({ host: HOST, port }, 1, 'antspace-hd5');
    expect(profile.provisional).toBe(true);
    expect(registers).toHaveLength(hd5.registers.length);
    expect(registers[0]).toMatchObject({ value: 34.5, raw: '0159', verdict: 'ok', register: { unit: '°C' } });
    expect(reading.values).toMatchObject(COOLING);
  });

  it('asks the units behind one address one after another, and other addresses meanwhile', async () => {
    const driver = driverOf();
    simulator.peak = 0;
    faults.set(GATEWAY, { kind: 'slow', ms: 20 });
    const units = [1, 2, 3, 4, 5, 6];
    const readings = await Promise.all(
      units.map((unit) => driver.read({ host: GATEWAY, port }, unit, 'schneider-pm5xxx')),
    );
    expect(readings.map(({ values }) => values.active_power_kw)).toEqual([100, 200, 300, 400, 500, 600]);
    // The server may hear of the next connection before it hears that the last one has ended.
    expect(simulator.peak).toBeLessThanOrEqual(2);
    const slow = driver.read({ host: GATEWAY, port }, 1, 'schneider-pm5xxx').then(() => 'slow');
    const quick = driver.read({ host: METER_HOST, port }, 1, 'schneider-pm5xxx').then(() => 'quick');
    expect(await Promise.race([slow, quick])).toBe('quick');
    await slow;
  });

  it('answers the unit behind a silent one of the same gateway', async () => {
    const driver = driverOf(200);
    const silent = failure(driver.read({ host: GATEWAY, port }, 9, 'schneider-pm5xxx'));
    const reading = await driver.read({ host: GATEWAY, port }, 3, 'schneider-pm5xxx');
    expect(reading.values.active_power_kw).toBe(300);
    expect(await silent).toMatchObject({ code: 'timeout' });
  });

  it('reads many devices at once', async () => {
    const many = new ModbusSimulator({
      lookup: (local) => encodeByProfile(hd5, { ...COOLING, flow_m3h: Number(local.split('.')[3]) }),
    });
    const { port: manyPort } = await many.start();
    try {
      const driver = driverOf();
      const hosts = Array.from({ length: 87 }, (_, i) => `127.9.0.${i + 1}`);
      const readings = await Promise.all(hosts.map((host) => driver.read({ host, port: manyPort }, 1, 'antspace-hd5')));
      expect(readings.map(({ values }) => values.flow_m3h)).toEqual(hosts.map((_, i) => i + 1));
    } finally {
      await many.stop();
    }
  });
});

describe('a device that misbehaves', () => {
  const cases: [string, ModbusFault, DeviceErrorCode][] = [
    ['is silent', { kind: 'silent' }, 'timeout'],
    ['answers exception 1', { kind: 'exception', code: 1 }, 'unsupported'],
    ['answers exception 2', { kind: 'exception', code: 2 }, 'unsupported'],
    ['answers exception 4', { kind: 'exception', code: 4 }, 'device_error'],
    ['answers exception 11', { kind: 'exception', code: 11 }, 'device_error'],
    ['answers an unknown exception', { kind: 'exception', code: 99 }, 'device_error'],
    ['truncates and stays', { kind: 'truncated', bytes: 30 }, 'timeout'],
    ['truncates and closes', { kind: 'cut', bytes: 30 }, 'malformed'],
    ['lies about its byte count, too few', { kind: 'lying_count', by: -2 }, 'malformed'],
    ['lies about its byte count, too many', { kind: 'lying_count', by: 2 }, 'malformed'],
    ['sends fewer registers than asked', { kind: 'wrong_length', by: -1 }, 'malformed'],
    ['sends more registers than asked', { kind: 'wrong_length', by: 1 }, 'malformed'],
    ['answers as another unit', { kind: 'wrong_unit', unit: 2 }, 'wrong_device'],
    ['answers another function', { kind: 'wrong_function' }, 'wrong_device'],
    ['answers another transaction', { kind: 'wrong_transaction' }, 'wrong_device'],
    ['answers too late', { kind: 'slow', ms: 60_000 }, 'timeout'],
    ['sends a byte now and then', { kind: 'dribble', ms: 50 }, 'timeout'],
    ['answers twice', { kind: 'twice' }, 'malformed'],
    ['closes', { kind: 'closes' }, 'closed'],
    ['resets', { kind: 'resets' }, 'closed'],
    [
      'speaks another language',
      { kind: 'garbage', bytes: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') },
      'malformed',
    ],
  ];
  it.each(cases)('%s: is an error with a code, in time, and the next read is fine', async (_, fault, code) => {
    const driver = driverOf(250);
    faults.set(HOST, fault);
    const began = performance.now();
    const error = await failure(readCooling(driver));
    expect(performance.now() - began).toBeLessThan(5000);
    expect(error).toMatchObject({ code, address: `${HOST}:${port}/1` });
    expect(error.message).toContain(`Modbus device ${HOST}:${port}/1: `);
    faults.clear();
    expect((await readCooling(driver)).values).toMatchObject(COOLING);
  });

  it('answers the request before: the reply is refused, though it is one of its own', async () => {
    const driver = driverOf(150);
    faults.set(HOST, { kind: 'late' });
    expect(await failure(readCooling(driver))).toMatchObject({ code: 'timeout' });
    expect(await failure(readCooling(driver))).toMatchObject({ code: 'wrong_device' });
    faults.clear();
    expect((await readCooling(driver)).values).toMatchObject(COOLING);
  });

  it('is a gateway without the unit', async () => {
    const error = await failure(readCooling(driverOf(), 77));
    expect(error).toMatchObject({ code: 'device_error', address: `${HOST}:${port}/77` });
    expect(error.message).toContain('check the unit id');
  });

  it('may be slow, as long as all of it comes in time', async () => {
    faults.set(METER_HOST, { kind: 'slow', ms: 20 });
    const reading = await driverOf().read({ host: METER_HOST, port }, 1, 'schneider-pm5xxx');
    expect(reading.values).toMatchObject(METER);
  });

  it('may be slow with each of five blocks, but not with all together', async () => {
    faults.set(METER_HOST, { kind: 'slow', ms: 150 });
    const read = driverOf(400).read({ host: METER_HOST, port }, 1, 'schneider-pm5xxx');
    expect(await failure(read)).toMatchObject({ code: 'timeout' });
  });

  it('is not there', async () => {
    const closed = createServer();
    const free = await new Promise<number>((resolve) => {
      closed.listen(0, '127.0.0.1', () => resolve((closed.address() as { port: number }).port));
    });
    await new Promise((resolve) => closed.close(resolve));
    const read = driverOf().read({ host: '127.0.0.1', port: free }, 1, 'antspace-hd5');
    expect(await failure(read)).toMatchObject({ code: 'refused' });
  });

  it('cuts its reply anywhere', async () => {
    const driver = driverOf();
    const whole = 9 + 2 * 35;
    for (let bytes = 0; bytes < whole; bytes++) {
      faults.set(HOST, { kind: 'cut', bytes });
      expect(await failure(readCooling(driver))).toMatchObject({ code: bytes === 0 ? 'closed' : 'malformed' });
    }
  });

  it('sends any bytes at all', async () => {
    const driver = driverOf(30);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        faults.set(HOST, { kind: 'garbage', bytes: Buffer.from(bytes) });
        expect((await failure(readCooling(driver))).code).toMatch(/^(malformed|wrong_device|timeout)$/);
      }),
      { numRuns: 40 },
    );
  });

  it('is named together with a profile that does not exist', async () => {
    const error = await failure(driverOf().read({ host: HOST, port }, 1, 'antspace-hd6'));
    expect(error).toMatchObject({ code: 'unsupported', transient: false });
    expect(error.message).toContain('Did you mean antspace-hd5?');
  });
});

describe('stopping', () => {
  it('ends a read at once, with the reason of the signal', async () => {
    const stop = new AbortController();
    faults.set(HOST, { kind: 'silent' });
    const read = driverOf(60_000).read({ host: HOST, port }, 1, 'antspace-hd5', stop.signal);
    setTimeout(() => stop.abort(new Error('the agent stops')), 20);
    await expect(read).rejects.toThrow('the agent stops');
    await until(() => simulator.connections === 0, { withinMs: 5000, what: 'the connection to close' });
    const late = driverOf().read({ host: HOST, port }, 1, 'antspace-hd5', stop.signal);
    await expect(late).rejects.toThrow('the agent stops');
  });
});

describe('a connection', () => {
  const open = () =>
    ModbusConnection.open({ host: HOST, port }, { deadlineMs: 5000, unit: 1, nextTransaction: () => 0xffff });
  const request = { unit: 1, function: 3, address: 0, count: 1 } as const;

  it('takes one request at a time', async () => {
    const connection = await open();
    const first = connection.read(request);
    await expect(connection.read(request)).rejects.toThrow('in flight');
    expect((await first).toString('hex')).toBe('0159');
    connection.close();
  });

  it('may read on after an exception, and never after a fault', async () => {
    const connection = await open();
    await expect(connection.read({ ...request, address: 5000 })).rejects.toMatchObject({ code: 'unsupported' });
    expect((await connection.read(request)).length).toBe(2);
    faults.set(HOST, { kind: 'lying_count', by: 2 });
    await expect(connection.read(request)).rejects.toMatchObject({ code: 'malformed' });
    faults.clear();
    await expect(connection.read(request)).rejects.toMatchObject({ code: 'malformed' });
    await until(() => simulator.connections === 0, { withinMs: 5000, what: 'the connection to close' });
  });

  it('tells a request that waits when it is closed', async () => {
    faults.set(HOST, { kind: 'silent' });
    const connection = await open();
    const read = connection.read(request);
    connection.close();
    await expect(read).rejects.toThrow('closed by its owner');
  });
});

describe('the simulator', () => {
  const outside = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

  it.skipIf(!outside)('cuts whoever comes from outside of 127.0.0.0/8', async () => {
    const socket = connect({ host: outside ?? '', port });
    const heard = await new Promise((resolve) => {
      socket.on('data', () => resolve('data'));
      socket.on('error', () => resolve('cut'));
      socket.on('close', () => resolve('cut'));
      socket.write(Buffer.from('000100000006010300000001', 'hex'));
    });
    expect(heard).toBe('cut');
  });

  it('refuses to write, and what it does not know', async () => {
    const ask = (hex: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect({ host: HOST, port });
        socket.on('error', reject);
        socket.on('data', (data) => {
          socket.destroy();
          resolve(data.toString('hex'));
        });
        socket.write(Buffer.from(hex, 'hex'));
      });
    expect(await ask('000100000006010600000001')).toBe('000100000003018601');
    expect(await ask('00020000000601030000007e')).toBe('000200000003018303');
    expect(await ask('00030000000601030000 0002'.replace(' ', ''))).toBe(
      '0003000000070103040159 01bc'.replace(' ', ''),
    );
  });
});
