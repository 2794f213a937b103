import { MAX_POOLS, MINER_STATUSES, type Values } from '@hearst/protocol';
import { describe, expect, test } from 'vitest';
import type { MinerReading } from '../drivers/driver.ts';
import { ContainerFrameBuilder } from './frames.ts';

const HEAD = { project: 'QATAR-001', at: 1_764_000_000_000, intervalMs: 60_000 };

function reading(values: Values): MinerReading {
  const identity = { model: null, serial: null, mac: null, firmware: null };
  return { status: 'hashing', values, identity, pool: null, repaired: [], definition: 'test' };
}

function frameOf(readings: Record<number, Values>, counters = true) {
  const builder = new ContainerFrameBuilder(3, { boards: false, pools: false });
  for (const [index, values] of Object.entries(readings)) builder.take(Number(index), reading(values));
  return builder.frame(HEAD, { container: 'QATAR-C01', cooling: { expected: false, values: null }, counters });
}

test('a silent miner is offline with nulls, never a hole and never a zero', () => {
  const frame = frameOf({ 1: { hashrate_ths: 0, power_w: 60 } });
  expect(frame.positions).toEqual([1, 2, 3]);
  expect(frame.status.map((code) => MINER_STATUSES[code])).toEqual(['offline', 'hashing', 'offline']);
  expect(frame.columns).toEqual({ hashrate_ths: [null, 0, null], power_w: [null, 60, null] });
});

test('rates keep four significant digits, whatever their size', () => {
  const frame = frameOf({
    0: { hashrate_ths: 473.238 },
    1: { hashrate_ths: 13.5849 },
    2: { hashrate_ths: 0.00050449 },
  });
  expect(frame.columns.hashrate_ths).toEqual([473.2, 13.58, 0.0005045]);
});

test('counters go along only when they are due', () => {
  const values = { power_w: 5676, uptime_s: 86_400, hw_errors: 12, shares_accepted: 7 };
  expect(Object.keys(frameOf({ 0: values }, false).columns)).toEqual(['power_w']);
  expect(Object.keys(frameOf({ 0: values }, true).columns)).toEqual([
    'power_w',
    'uptime_s',
    'hw_errors',
    'shares_accepted',
  ]);
});

test('boards go along where the poll tells them: by position, each metric that any miner gave', () => {
  const told: MinerReading['boards'] = { hashrate_ths: [157.3184, 0, null], temp_chip_c: [58, -83] };
  const frame = (boards: boolean, readings: MinerReading[]) => {
    const builder = new ContainerFrameBuilder(3, { boards, pools: false });
    for (const [i, one] of readings.entries()) builder.take(i + 1, one);
    return builder.frame(HEAD, { container: 'QATAR-C01', cooling: { expected: false, values: null }, counters: true });
  };
  const miner = { ...reading({ power_w: 5676 }), boards: told };
  expect(frame(true, [miner]).boards).toEqual({
    hashrate_ths: [null, [157, 0, null], null],
    temp_chip_c: [null, [58, null], null],
  });
  expect(frame(false, [miner])).not.toHaveProperty('boards');
  expect(frame(true, [reading({ power_w: 5676 })])).not.toHaveProperty('boards');
});

describe('pools', () => {
  const frame = (pools: boolean, told: (MinerReading['pool'] | undefined)[]) => {
    const builder = new ContainerFrameBuilder(told.length, { boards: false, pools });
    for (const [i, pool] of told.entries()) if (pool !== undefined) builder.take(i, { ...reading({}), pool });
    return builder.frame(HEAD, { container: 'QATAR-C01', cooling: { expected: false, values: null }, counters: true });
  };
  const at = (worker: string | null, url: string | null = 'stratum+tcp://pool.example:3333') => ({
    url,
    worker,
    state: 'Alive',
  });

  test('are told once each where the poll asks for them, by account; a miner that does not say has none', () => {
    const told = [at('hearst.m1'), undefined, at('hearst.m3'), null, at('mallory.m5'), at(null, null)];
    expect(frame(true, told).pools).toEqual({
      list: [
        { url: 'stratum+tcp://pool.example:3333', worker: 'hearst' },
        { url: 'stratum+tcp://pool.example:3333', worker: 'mallory' },
        { url: null, worker: null },
      ],
      of: [0, null, 0, null, 1, 2],
    });
    expect(frame(false, told)).not.toHaveProperty('pools');
    expect(frame(true, [null, undefined])).not.toHaveProperty('pools');
  });

  test('stay a short list where every worker is an account of its own: the rest goes by address', () => {
    const many = Array.from({ length: 300 }, (_, i) => at(`worker${i}`));
    const { list, of } = frame(true, [...many, at('worker7')]).pools!;
    expect(list).toHaveLength(MAX_POOLS / 2 + 1);
    expect(list.at(-1)).toEqual({ url: 'stratum+tcp://pool.example:3333', worker: null });
    expect([of[7], of[299], of[300]]).toEqual([7, MAX_POOLS / 2, 7]);
    const addresses = Array.from({ length: 300 }, (_, i) => at('x', `stratum+tcp://pool${i}.example`));
    const full = frame(true, addresses).pools!;
    expect(full.list).toHaveLength(MAX_POOLS);
    expect(full.of[299]).toBeNull();
  });

  test('with hostile names are made safe', () => {
    expect(frame(true, [at('a\u0000.m1', 'x'.repeat(500))]).pools?.list).toEqual([
      { url: 'x'.repeat(128), worker: 'a ' },
    ]);
  });
});

test('what cannot be true is not kept', () => {
  const frame = frameOf({ 0: { temp_chip_c: -83, power_w: Number.NaN, hashrate_ths: Number.POSITIVE_INFINITY } });
  expect(frame.columns).toEqual({});
});
