import { once } from 'node:events';
import net from 'node:net';
import os from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CgminerDriver } from '../../agent/src/drivers/cgminer/driver.ts';
import { MinerServer } from './cgminer.ts';
import { type FaultRequest, MALFORMATIONS, type Malformation } from './faults.ts';
import { SimulatedSite } from './site.ts';

/** One container without noise; the slow tests have miners of their own. */
const site = new SimulatedSite({ containers: 2, seed: 7, noise: false, controlPort: 0 });
let port = 0;

beforeAll(async () => {
  port = (await site.start()).minerPort;
});
afterAll(() => site.stop());

const NEW_STATS = '{"command":"stats","new_api":true}';

interface Heard {
  reply: string;
  error: string | null;
}

/** What a plain socket client hears: everything until the connection is over, or `limitMs` have passed. */
async function ask(index: number, segments: string | string[], limitMs = 5000): Promise<Heard> {
  const socket = net.connect({ host: site.layout.minerAddress(index), port });
  const heard: Heard = { reply: '', error: null };
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    heard.reply += text;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    heard.error = error.code ?? error.message;
  });
  const timer = setTimeout(() => {
    heard.error ??= 'timeout';
    socket.destroy();
  }, limitMs);
  socket.on('connect', async () => {
    socket.setNoDelay(true);
    for (const segment of [segments].flat()) {
      socket.write(segment);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  await new Promise((resolve) => socket.on('close', resolve));
  clearTimeout(timer);
  return heard;
}

async function json(index: number, request: string) {
  const { reply, error } = await ask(index, request);
  expect(error).toBeNull();
  expect(reply.endsWith('\0')).toBe(true);
  expect(reply.indexOf('\0')).toBe(reply.length - 1);
  return JSON.parse(reply.slice(0, -1));
}

async function withFault<T>(request: FaultRequest, use: () => Promise<T>): Promise<T> {
  const fault = await site.addFault(request);
  try {
    return await use();
  } finally {
    await site.removeFault(fault.id);
  }
}

const minerId = (index: number): string => site.layout.minerId(index);

describe('replies', () => {
  test('stats, new style: 3 to 6 kB, with the sums of the real one', async () => {
    const { reply } = await ask(3, NEW_STATS);
    expect(reply.length).toBeGreaterThan(3000);
    expect(reply.length).toBeLessThan(6000);
    const body = JSON.parse(reply.slice(0, -1));
    expect(body.STATUS).toMatchObject({ STATUS: 'S', Msg: 'stats', api_version: '1.0.0' });
    expect(body.INFO.type).toBe('Antminer S21 XP Hyd.');
    const stats = body.STATS[0];
    const sum = (of: (chain: never) => number) => stats.chain.map(of).reduce((a: number, b: number) => a + b, 0);
    expect(sum(({ rate_ideal }) => rate_ideal)).toBe(stats.rate_ideal);
    expect(sum(({ rate_real }) => rate_real)).toBeCloseTo(stats.rate_5s, 0);
    for (const chain of stats.chain) {
      expect(chain.asic.replaceAll(' ', '')).toBe('o'.repeat(chain.asic_num));
      expect(chain.temp_chip).toEqual([0, 0, 0, 0]);
      const rise = stats.watt / 1000 / ((8 / 60) * 4.18);
      expect(Math.abs(chain.temp_pcb[2] - chain.temp_pcb[0] - rise)).toBeLessThanOrEqual(0.6);
    }
    const summary = await json(3, '{"command":"summary","new_api":true}');
    expect(summary.SUMMARY[0].hw_all).toBe(sum(({ hw }) => hw));
  });

  test('stats, old style: the same miner in other words', async () => {
    const { reply } = await ask(3, '{"command":"stats"}');
    expect(reply.length).toBeGreaterThan(3000);
    expect(reply.length).toBeLessThan(6000);
    const [version, stats] = JSON.parse(reply.slice(0, -1)).STATS;
    expect(version.Type).toBe('Antminer S21 XP Hyd.');
    expect(stats.chain_hw1 + stats.chain_hw2 + stats.chain_hw3).toBe(stats.no_matching_work);
    const rates = [1, 2, 3].map((n) => Number(stats[`chain_rate${n}`]));
    expect(rates.reduce((a, b) => a + b)).toBeCloseTo(stats['GHS 5s'], 0);
  });

  test.each([
    ['{"command":"pools"}', 'POOLS', 7],
    ['{"command":"summary"}', 'SUMMARY', 11],
    ['{"command":"devs"}', 'DEVS', 9],
    ['{"command":"version"}', 'VERSION', 22],
    ['{"command":"stats","parameter":"0"}', 'STATS', 70],
    ['{"command":"version"}\n', 'VERSION', 22],
  ])('%s', async (request, section, code) => {
    const body = await json(4, request);
    expect(body.STATUS[0]).toMatchObject({ STATUS: 'S', Code: code });
    expect(Array.isArray(body[section])).toBe(true);
  });

  test.each([
    ['{"command":"nonsense"}', 14, 'Invalid command'],
    ['{"command":"STATS"}', 14, 'Invalid command'],
    ['{"command":"config"}', 45, "Access denied to 'config' command"],
    ['{"command":"addpool","parameter":"a,b,c"}', 45, "Access denied to 'addpool' command"],
    ['{"command":"stats"}\0', 23, 'Invalid JSON'],
    ['{"command":', 23, 'Invalid JSON'],
    ['{"cmd":"stats"}', 24, "Missing JSON 'command'"],
  ])('%j is refused with code %i', async (request, code, message) => {
    expect((await json(4, request)).STATUS[0]).toMatchObject({ STATUS: 'E', Code: code, Msg: message });
  });

  test('joined commands fail one by one; plain text is answered in plain text', async () => {
    const body = await json(4, '{"command":"version+config+nonsense"}');
    expect(body.version[0].VERSION[0].API).toBe('3.1');
    expect(body.config[0].STATUS[0].Code).toBe(45);
    expect(body.nonsense[0].STATUS[0].Code).toBe(14);
    expect((await ask(4, 'version')).reply).toMatch(
      /^STATUS=S,When=\d+,Code=22,Msg=CGMiner versions,.*\|VERSION,BMMiner=/,
    );
    expect((await ask(4, 'version\n')).reply).toContain('Code=14');
  });

  test('the driver reads both styles and both agree', async () => {
    const driver = new CgminerDriver({ deadlineMs: 5000, connectTimeoutMs: 5000 });
    const address = { host: site.layout.minerAddress(9), port };
    const reading = await driver.read(address, { summary: true, pools: true, version: true });
    const truth = site.physics.miner(9, site.now());
    expect(reading).toMatchObject({ status: 'hashing', repaired: [] });
    expect(reading.identity).toMatchObject({ model: 'Antminer S21 XP Hyd.' });
    expect(reading.values.hashrate_ths).toBeCloseTo(truth.hashrateThs, 0);
    expect(reading.values.power_w).toBeCloseTo(truth.watts, -1);
    expect(reading.values).toMatchObject({
      temp_inlet_c: truth.inletC,
      temp_outlet_c: truth.outletC,
      temp_chip_c: truth.chipC,
      hw_errors: truth.hwErrors,
    });
  });
});

describe('the server', () => {
  test('reads once: a request in two segments is invalid', async () => {
    const { reply } = await ask(5, ['{"command":', '"stats"}']);
    expect(JSON.parse(reply.slice(0, -1)).STATUS[0].Code).toBe(23);
  });

  test('answers once: a second request on the same connection gets the end', async () => {
    const { reply } = await ask(5, [NEW_STATS, NEW_STATS]);
    expect(reply.indexOf('\0')).toBe(reply.length - 1);
  });

  test('an overlong request is invalid and costs the connection', async () => {
    const { reply, error } = await ask(5, `{"command":"stats","parameter":"${'x'.repeat(5000)}"}`);
    if (error === null) expect(reply).toContain('"Code":23');
    else expect(error).toBe('ECONNRESET');
  });

  test('serves one client at a time: a silent one keeps the others waiting, at this address only', async () => {
    const idle = net.connect({ host: site.layout.minerAddress(6), port });
    await once(idle, 'connect');
    expect((await ask(6, NEW_STATS, 200)).error).toBe('timeout');
    expect((await ask(7, NEW_STATS)).error).toBeNull();
    const waiting = ask(6, NEW_STATS);
    idle.destroy();
    expect((await waiting).reply).toContain('"rate_5s"');
  });

  test('an address without a miner is reset', async () => {
    const socket = net.connect({ host: '127.20.2.0', port });
    await expect(once(socket, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  const outside = Object.values(os.networkInterfaces())
    .flat()
    .find((face) => face?.family === 'IPv4' && !face.internal)?.address;

  test.skipIf(!outside)('cuts at once whoever comes by another address than 127.0.0.0/8', async () => {
    const everywhere = new MinerServer({
      minerAt: () => 0,
      reach: () => 'answers',
      reply: () => ({ data: 'answered', delayMs: 0, dribbleMs: 0, written: null }),
    });
    const openPort = await everywhere.start(0);
    const hear = async (host: string) => {
      const socket = net.connect({ host, port: openPort });
      let heard = '';
      socket.on('data', (data) => {
        heard += data;
      });
      // Cut while it was writing: what counts is what it heard.
      socket.on('error', () => {});
      socket.write(NEW_STATS);
      await new Promise((resolve) => socket.on('close', resolve));
      return heard;
    };
    try {
      expect(await hear('127.1.2.3')).toBe('answered');
      expect(await hear(outside!)).toBe('');
    } finally {
      await everywhere.stop();
    }
  });
});

describe('faults as a client sees them', () => {
  const at = (index: number, request: Omit<FaultRequest, 'target'>, limitMs = 300) =>
    withFault({ target: minerId(index), ...request }, () => ask(index, NEW_STATS, limitMs));

  test('refuses, and rebooting', async () => {
    expect(await at(10, { kind: 'refuses' })).toEqual({ reply: '', error: 'ECONNRESET' });
    expect(await at(10, { kind: 'rebooting' })).toEqual({ reply: '', error: 'ECONNRESET' });
  });

  test('silent, and swallowed without a firewall', async () => {
    expect(await at(11, { kind: 'silent' })).toEqual({ reply: '', error: 'timeout' });
    expect(await at(11, { kind: 'swallowed' })).toEqual({ reply: '', error: 'timeout' });
  });

  test('slow', async () => {
    const before = performance.now();
    const heard = await at(12, { kind: 'slow', delay_ms: 250 }, 5000);
    expect(performance.now() - before).toBeGreaterThan(240);
    expect(heard.reply).toContain('"rate_5s"');
  });

  test('dribbling', async () => {
    expect((await at(12, { kind: 'dribbling' }, 200)).reply).toBe('{');
  });

  /** What makes each of them different from a clean reply; a pattern where it can still be parsed. */
  const SIGNS: Record<Malformation, RegExp | 'no JSON'> = {
    'missing-comma': 'no JSON',
    'bare-nan': 'no JSON',
    'text-nan': /"rate_5s":"inf"/,
    twice: 'no JSON',
    'duplicate-keys': /"elapsed":0,"elapsed":\d/,
    truncated: 'no JSON',
    'stray-commas': 'no JSON',
    'line-feeds': /Antminer S21\\nXP/,
    'connect-failed': 'no JSON',
    nonsense: /"when":168,.*"rate_5s":-1/,
    'no-nul': /\}$/,
    'many-nuls': /\}\0{5}/,
    empty: 'no JSON',
    noise: 'no JSON',
    huge: /^\{ {1000000}"STATUS"/,
  };

  test.each(MALFORMATIONS)('garbled: %s', async (malformation) => {
    const { reply } = await at(13, { kind: 'garbled', malformation }, 5000);
    const sign = SIGNS[malformation];
    if (sign === 'no JSON') expect(() => JSON.parse(reply.replace(/\0$/, ''))).toThrow();
    else expect(reply.slice(0, 1_010_000)).toMatch(sign);
  });

  test('asleep, a lost board, another identity, a lower rate', async () => {
    const stats = async (index: number, request: Omit<FaultRequest, 'target'>) =>
      JSON.parse((await at(index, request, 5000)).reply.slice(0, -1));
    const asleep = (await stats(14, { kind: 'asleep' })).STATS[0];
    expect(asleep).toMatchObject({ 'miner-mode': 1, rate_5s: 0 });
    const lost = (await stats(14, { kind: 'board-lost' })).STATS[0];
    expect(lost.chain[2]).toMatchObject({ asic_num: 0, asic: '', rate_real: 0 });
    expect((await stats(14, { kind: 'wrong-identity' })).INFO.serinum).toBe((await json(15, NEW_STATS)).INFO.serinum);
    expect((await stats(14, { kind: 'hashrate-drop' })).STATS[0].rate_5s).toBeLessThan(300_000);
  });

  test('another pool, and another account at the same one, in both styles', async () => {
    const pools = async (index: number, command: string) =>
      JSON.parse((await ask(index, command)).reply.slice(0, -1)).POOLS[0];
    const [classic, newer] = ['{"command":"pools"}', '{"command":"pools","new_api":true}'];
    expect(await pools(16, newer)).toMatchObject({ url: 'stratum+tcp://pool.hearst.example:3333', user: 'hearst.m16' });
    await withFault({ target: 'QATAR-C01-M017', kind: 'wrong-pool' }, async () => {
      const wrong = ['stratum+tcp://pool.elsewhere.example:3333', 'mallory.m16'];
      expect(await pools(16, newer)).toMatchObject({ url: wrong[0], user: wrong[1] });
      const told = await pools(16, classic);
      expect(told).toMatchObject({ URL: wrong[0], User: wrong[1], 'Stratum URL': 'pool.elsewhere.example' });
    });
    await withFault({ target: 'QATAR-C01-M017', kind: 'wrong-worker' }, async () => {
      const wrong = ['stratum+tcp://pool.hearst.example:3333', 'mallory.m16'];
      expect(await pools(16, newer)).toMatchObject({ url: wrong[0], user: wrong[1] });
      expect(await pools(16, classic)).toMatchObject({ URL: wrong[0], User: wrong[1] });
    });
  });

  test('a tripped transformer darkens its containers', async () => {
    const heard = await withFault({ target: 'QATAR-T01', kind: 'trip' }, () => ask(20, NEW_STATS, 200));
    expect(heard).toEqual({ reply: '', error: 'timeout' });
    expect((await ask(20, NEW_STATS)).reply).toContain('"rate_5s"');
  });
});
