import { statusCode } from '@hearst/protocol';
import { describe, expect, it } from 'vitest';
import { containerFrame } from '../../../test/harness/raw-agent.ts';
import { rangesOf } from './ack.ts';
import { classify, isAway } from './errors.ts';
import { isClone, nextLease } from './hello.ts';
import { correctedTime } from './prepare.ts';
import { summarize } from './summarize.ts';
import { Window } from './window.ts';

describe('what an error of Postgres means', () => {
  it.each([
    ['40001', 'retry'],
    ['40P01', 'retry'],
    ['08006', 'retry'],
    ['53100', 'retry'],
    ['57P01', 'retry'],
    ['57014', 'retry'],
    ['55P03', 'retry'],
    ['22021', 'reject'],
    ['22P05', 'reject'],
    ['22003', 'reject'],
    ['23514', 'reject'],
    ['42P01', 'bug'],
    ['42501', 'bug'],
  ] as const)('%s: %s', (code, fault) => {
    expect(classify(Object.assign(new Error('x'), { code }))).toBe(fault);
  });

  it('trouble of the connection is tried again, an error of our own code is a bug', () => {
    for (const error of [
      Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
      new Error('Connection terminated unexpectedly'),
      new Error('timeout exceeded when trying to connect'),
    ]) {
      expect(classify(error)).toBe('retry');
      expect(isAway(error)).toBe(true);
    }
    expect(classify(new TypeError('x is undefined'))).toBe('bug');
    expect(isAway(Object.assign(new Error('x'), { code: '40P01' }))).toBe(false);
  });
});

describe('lease', () => {
  const [boot, other] = ['boot-1', 'boot-2'];
  const row = { lease: 5, leaseBoot: boot, leaseUsed: true, outboxId: 'outbox-1' };
  const unused = { ...row, leaseUsed: false };
  const hello = (lease: number, by = other, outbox = 'outbox-1') => ({ lease, boot: by, outbox });
  it.each([
    ['first hello ever', { ...row, lease: 0, leaseBoot: null, outboxId: null }, hello(0), false, 1],
    ['the holder, restarted', row, hello(5), false, 6],
    ['the same run again, its welcome lost', row, hello(3, boot), false, 6],
    ['restarted after a lost welcome', unused, hello(4), false, 5],
    ['a lease that was taken over and used', row, hello(4), true, 6],
    ['an old copy', unused, hello(3), true, 6],
    ['no lease although the outbox is known', row, hello(0), true, 6],
    ['a new installation', row, hello(0, other, 'outbox-2'), false, 6],
    ['granted before the hub was restored', row, hello(9), false, 10],
    ['whoever comes first after a person has decided', { ...row, leaseBoot: null }, hello(2), false, 6],
  ] as const)('%s', (_, known, said, clone, next) => {
    expect(isClone(known, said)).toBe(clone);
    expect(nextLease(known, said)).toBe(next);
  });
});

describe('summary of a frame', () => {
  const at = Date.UTC(2026, 10, 23);
  it('leaves out what did not answer, whatever its columns hold', () => {
    const frame = containerFrame('SUM-001', 'SUM-C01', at, 6, { cooling: null, cooling_expected: false });
    frame.status = (['hashing', 'degraded', 'sleeping', 'idle', 'offline', 'unknown'] as const).map(statusCode);
    frame.columns.hashrate_ths = [400, 100, null, 0, 473, 473];
    frame.columns.power_w = [5000, 2000, 20, 100, 0, 5000];
    frame.columns.temp_chip_c = [60, 50, null, 40, 149, 0];
    expect(summarize(frame)).toMatchObject({
      minersTotal: 6,
      minersAnswering: 4,
      minersActive: 2,
      hashrateThs: 500,
      powerKw: 7.12,
      powerSource: 'miners',
      tempChipMinC: 40,
      tempChipAvgC: 50,
      tempChipMaxC: 60,
      coolingAnswered: null,
      offline: false,
    });
  });

  it("takes the controller's power unless a box is unknown", () => {
    const frame = containerFrame('SUM-001', 'SUM-C01', at, 1);
    const kw = (cooling: object) => {
      const { powerKw, powerSource } = summarize({ ...frame, columns: { power_w: [5000] }, cooling });
      return [powerKw, powerSource];
    };
    expect(kw({ power_box1_kw: 880, power_box2_kw: 870 })).toEqual([1750, 'controller']);
    expect(kw({ power_box1_kw: 880 })).toEqual([880, 'controller']);
    expect(kw({ power_box1_kw: 0, power_box2_kw: 0 })).toEqual([0, 'controller']);
    expect(kw({ power_box1_kw: 880, power_box2_kw: null })).toEqual([5, 'miners']);
    expect(kw({ temp_supply_c: 30 })).toEqual([5, 'miners']);
  });

  it('says offline only when neither miners nor controller answered', () => {
    const silent = { status: [5, 0] };
    expect(summarize(containerFrame('SUM-001', 'SUM-C01', at, 2, silent)).offline).toBe(false);
    const nothing = summarize(containerFrame('SUM-001', 'SUM-C01', at, 2, { ...silent, cooling: null }));
    expect(nothing).toMatchObject({ offline: true, coolingAnswered: false, hashrateThs: null, powerKw: null });
    expect(nothing).toMatchObject({ powerSource: null, tempChipAvgC: null, tempInletAvgC: null, minersActive: 0 });
  });
});

it('corrects by the offset beyond 2 s, and clamps what is more than 5 min ahead of receipt', () => {
  const received = Date.UTC(2026, 10, 23);
  const told = (at: number, offset: number | null) =>
    correctedTime(at, { offset_ms: offset, clock: 'synced', seq: 42 }, received);
  expect(told(received - 1000, null)).toEqual({ at: received - 1000, clock: 'synced' });
  expect(told(received - 1000, 1999)).toEqual({ at: received - 1000, clock: 'synced' });
  expect(told(received - 10_000, 5000)).toEqual({ at: received - 5000, clock: 'synced' });
  expect(told(received + 3_600_000, -3_600_000)).toEqual({ at: received, clock: 'synced' });
  expect(told(received + 300_000, 0)).toEqual({ at: received + 300_000, clock: 'synced' });
  expect(told(received + 300_001, 0)).toEqual({ at: received + 0.042, clock: 'suspect' });
  expect(told(0, -5000).at).toBe(0);
});

it('joins seqs to ranges, in any order and repeated', () => {
  expect(rangesOf([5, 1, 2, 2, 3, 9, 7, 8])).toEqual([
    [1, 3],
    [5, 5],
    [7, 9],
  ]);
  expect(rangesOf([])).toEqual([]);
});

it('closes the window before memory runs out, and opens it again only below 80 %', () => {
  const window = new Window({ normal: 8, maxBytes: 100 });
  expect(window.size()).toBe(8);
  expect(window.take(60)).toBe(true);
  expect(window.size()).toBe(4);
  expect(window.take(41)).toBe(false);
  expect(window.size()).toBe(0);
  expect(window.take(36)).toBe(true);
  window.give(10);
  expect(window.size()).toBe(0);
  window.give(20);
  expect(window.size()).toBe(4);
  window.give(66);
  expect(window.setAway(true)).toBe(true);
  expect(window.size()).toBe(0);
  expect(window.setAway(true)).toBe(false);
  window.setAway(false);
  expect(window.size()).toBe(8);
});
