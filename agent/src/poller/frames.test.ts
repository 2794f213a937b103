import { MINER_STATUSES, type Values } from '@hearst/protocol';
import { expect, test } from 'vitest';
import type { MinerReading } from '../drivers/driver.ts';
import { ContainerFrameBuilder } from './frames.ts';

const HEAD = { project: 'QATAR-001', at: 1_764_000_000_000, intervalMs: 60_000 };

function reading(values: Values): MinerReading {
  const identity = { model: null, serial: null, mac: null, firmware: null };
  return { status: 'hashing', values, identity, pool: null, repaired: [], definition: 'test' };
}

function frameOf(readings: Record<number, Values>, counters = true) {
  const builder = new ContainerFrameBuilder(3, { boards: false });
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
    const builder = new ContainerFrameBuilder(3, { boards });
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

test('what cannot be true is not kept', () => {
  const frame = frameOf({ 0: { temp_chip_c: -83, power_w: Number.NaN, hashrate_ths: Number.POSITIVE_INFINITY } });
  expect(frame.columns).toEqual({});
});
