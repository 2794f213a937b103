import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SimulatedSite } from '../../../test/sim/site.ts';
import { siteFileOf } from '../../../test/sim/site-file.ts';
import { systemClock } from '../clock.ts';
import { parseIpv4 } from '../config/addresses.ts';
import { parseSiteFile } from '../config/load.ts';
import type { Site } from '../config/site.ts';
import { FakeMiner } from '../drivers/cgminer/testing/fake-miner.ts';
import { loadProfiles } from '../drivers/modbus/profile.ts';
import { expectedAddresses, expectedModbus, portsOf } from '../inventory/expected.ts';
import { AddressSet } from './address-set.ts';
import type { ScanResult } from './device.ts';
import { parseIdentification } from './device-identification.ts';
import { Scan, type ScanOptions } from './scan.ts';
import { Turnstile } from './turnstile.ts';

const profiles = loadProfiles();
const never = new AbortController().signal;

function scanOf(options: Partial<ScanOptions> & Pick<ScanOptions, 'addresses' | 'ports'>): Scan {
  return new Scan({ profiles, unitsAt: () => [], clock: systemClock, signal: never, rate: 5000, ...options });
}

describe('a site', () => {
  let simulated: SimulatedSite;
  let site: Site;
  beforeAll(async () => {
    simulated = new SimulatedSite({ containers: 2, minersPerContainer: 12, seed: 1, noise: false });
    const ports = await simulated.start();
    const text = siteFileOf(simulated, { ...ports, hubUrl: 'http://127.0.0.1:1', pollSeconds: 60 });
    site = parseSiteFile(text, profiles.ids()).site;
  });
  afterAll(() => simulated.stop());

  const sweep = (options: Partial<ScanOptions> = {}): Promise<ScanResult> => {
    const modbus = Map.groupBy(expectedModbus(site), ({ ip, port }) => `${ip}:${port}`);
    return scanOf({
      addresses: AddressSet.of([], [], expectedAddresses(site, [])),
      ports: portsOf(site),
      unitsAt: (ip, port) => modbus.get(`${ip}:${port}`) ?? [],
      ...options,
    }).run();
  };

  test('everyone is found and says who it is; those that answer late by the second look', async () => {
    await simulated.addFault({ target: 'QATAR-C01-M005', kind: 'slow', delay_ms: 900 });
    await simulated.addFault({ target: 'QATAR-C01-M007', kind: 'silent' });
    await simulated.addFault({ target: 'QATAR-C02-M001', kind: 'refuses' });
    const { devices, closed, late, complete, addresses } = await sweep({ timeoutMs: 800 });
    await simulated.clearFaults();
    expect([addresses, complete]).toEqual([27, true]);
    expect(late).toBeGreaterThanOrEqual(1); // more on a machine that is busy
    const miners = devices.filter(({ kind }) => kind === 'miner');
    expect(miners).toHaveLength(22);
    expect(miners.find(({ ip }) => ip === '127.20.2.5')).toMatchObject({
      model: 'Antminer S21 XP Hyd.',
      serial: 'SMTTATUBDJA00004A',
      definition: 'antminer-s21-xp-hyd',
      status: 'hashing',
      problem: null,
    });
    expect(new Set(miners.map(({ serial }) => serial)).size).toBe(22);
    const modbus = devices
      .filter(({ kind }) => kind === 'modbus')
      .map(({ ip, definition, problem }) => [ip, definition, problem]);
    expect(modbus.sort()).toEqual([
      ['127.10.0.2', 'schneider-pm5xxx', null],
      ['127.9.0.2', 'antspace-hd5', null],
      ['127.9.0.3', 'antspace-hd5', null],
    ]);
    // Somebody is there, but no device: the miner that hangs and the one that refuses; gateways without the unit besides.
    const odd = closed.filter(({ kind }) => kind === 'miner').map(({ ip, answer }) => [ip, answer]);
    expect(odd.sort()).toEqual([
      ['127.20.2.7', 'mute'],
      ['127.20.4.1', 'closed'],
    ]);
  });

  test('interrupted, it says so and tells what it has', async () => {
    const stop = new AbortController();
    const scan = scanOf({
      addresses: AddressSet.of(['127.20.2.1-127.20.2.12']),
      ports: portsOf(site),
      signal: stop.signal,
      rate: 20,
    });
    const running = scan.run();
    while (scan.progress().identified < 1) await systemClock.sleep(10);
    stop.abort();
    const { complete, devices, ranges } = await running;
    expect(complete).toBe(false);
    expect(devices.length).toBeGreaterThan(0);
    expect(devices.length).toBeLessThan(12);
    // What it had not looked at must not pass for absent.
    const looked = AddressSet.of(ranges);
    expect(looked.size).toBeLessThan(12);
    expect(devices.every(({ ip }) => looked.has(parseIpv4(ip)!))).toBe(true);
  });

  test('paused, it asks nobody', async () => {
    const scan = scanOf({ addresses: AddressSet.of(['127.20.2.1-127.20.2.12']), ports: portsOf(site) });
    scan.pause();
    const running = scan.run();
    await systemClock.sleep(60);
    expect(scan.progress()).toMatchObject({ done: 0, paused: true });
    scan.resume();
    expect((await running).devices).toHaveLength(12);
  });
});

describe('how it asks', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });
  /** Notes when a connection came and what was said on it; `answer` may say something. */
  async function listener(answer: (socket: Socket, said: string) => void) {
    const heard: { said: string; at: number }[] = [];
    const server = createServer((socket) => {
      const one = { said: '', at: performance.now() };
      heard.push(one);
      socket.on('error', () => undefined);
      socket.once('data', (chunk) => {
        one.said = chunk.toString('latin1');
        answer(socket, one.said);
      });
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return { heard, port: (server.address() as AddressInfo).port };
  }

  test('never a bare connect, nothing but questions, both ports of an address at once', async () => {
    const miner = await listener(() => undefined);
    const modbus = await listener(() => undefined);
    const result = await scanOf({
      addresses: AddressSet.of(['127.0.0.1']),
      ports: [
        { kind: 'miner', port: miner.port },
        { kind: 'modbus', port: modbus.port },
      ],
      timeoutMs: 150,
    }).run();
    expect(miner.heard.map(({ said }) => said)).toEqual(Array(2).fill('{"command":"version"}'));
    // One holding register of unit 1.
    expect(modbus.heard.map(({ said }) => said)).toEqual(Array(2).fill('MB\0\0\0\x06\x01\x03\0\0\0\x01'));
    for (const look of [0, 1]) expect(Math.abs(miner.heard[look]!.at - modbus.heard[look]!.at)).toBeLessThan(100);
    expect(result.closed.map(({ answer }) => answer)).toEqual(['mute', 'mute']);
  });

  test('whoever answers otherwise is no device; a text from the network is made safe', async () => {
    const web = await listener((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const sly = await listener((socket, said) => {
      const type = JSON.stringify('\u202eAntminer \u0000S19');
      if (said.includes('version'))
        socket.end(`{"STATUS":[{"STATUS":"S","Code":22}],"VERSION":[{"Type":${type}}],"id":1}\0`);
      else socket.end('{"STATUS":[{"STATUS":"E","Code":14,"Msg":"Invalid command"}],"id":1}\0');
    });
    const { devices, closed } = await scanOf({
      addresses: AddressSet.of(['127.0.0.1']),
      ports: [web, sly].map(({ port }) => ({ kind: 'miner', port }) as const),
    }).run();
    expect(devices.map(({ port, problem }) => [port, problem])).toEqual([[sly.port, 'unsupported']]);
    expect(closed).toEqual([]); // of the same address as a device
    expect(sly.heard.every(({ said }) => /"command":"(version|stats|summary)"/.test(said))).toBe(true);
  });
});

test('one that answers, fails to be read while the sweep is on, and can be read after it', async () => {
  const stats = JSON.stringify({
    STATUS: { STATUS: 'S', when: 1, Msg: 'stats', api_version: '1.0.0' },
    INFO: { miner_version: 'x', CompileTime: 'x', type: 'Antminer S21 XP Hyd.', serinum: 'SN1' },
    STATS: [
      {
        elapsed: 1,
        rate_5s: 1,
        rate_30m: 1,
        rate_avg: 1,
        rate_ideal: 1,
        rate_unit: 'GH/s',
        chain_num: 0,
        fan_num: 0,
        chain: [],
      },
    ],
  });
  let asked = 0;
  const miner = await FakeMiner.start(({ command }) => {
    if (command === 'version') return '{"STATUS":[{"STATUS":"S","Code":22}],"id":1}';
    // Both attempts, in both styles, are cut short.
    return ++asked <= 4 ? (socket) => socket.destroy() : stats;
  });
  const { host, port } = miner.address;
  const scan = scanOf({ addresses: AddressSet.of([host]), ports: [{ kind: 'miner', port }] });
  const { devices } = await scan.run();
  await miner.stop();
  expect(devices).toMatchObject([{ model: 'Antminer S21 XP Hyd.', serial: 'SN1', problem: null }]);
});

test('lets no more through than the rate allows', async () => {
  let now = 0;
  const clock = {
    wall: () => now,
    mono: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const turnstile = new Turnstile(clock, 100, never);
  for (let i = 0; i < 50; i++) await turnstile.pass();
  expect(now).toBeGreaterThanOrEqual(450);
  expect(now).toBeLessThanOrEqual(500);
});

test('shut, it lets nobody through until it is opened', async () => {
  const turnstile = new Turnstile(systemClock, 1000, never);
  turnstile.shut();
  let passed = false;
  const passing = turnstile.pass().then(() => {
    passed = true;
  });
  await systemClock.sleep(5);
  expect(passed).toBe(false);
  turnstile.open();
  await passing;
});

test('what a Modbus device says of itself', () => {
  const object = (id: number, text: string): number[] => [id, text.length, ...Buffer.from(text, 'latin1')];
  const frame = (...objects: number[][]): Buffer => {
    const body = [1, 0x2b, 0x0e, 1, 1, 0, 0, objects.length, ...objects.flat()];
    return Buffer.from([0x4d, 0x43, 0, 0, 0, body.length, ...body]);
  };
  const whole = frame(object(0, 'Schneider Electric'), object(1, 'PM5320'), object(2, 'V1.2\u0000'));
  expect(parseIdentification(whole, 1)).toEqual({ vendor: 'Schneider Electric', model: 'PM5320', firmware: 'V1.2' });
  expect(parseIdentification(whole, 2)).toBeNull();
  expect(parseIdentification(whole.subarray(0, 25), 1)).toBeNull();
  expect(parseIdentification(Buffer.from([0x4d, 0x43, 0, 0, 0, 3, 1, 0xab, 1]), 1)).toBeNull();
});
