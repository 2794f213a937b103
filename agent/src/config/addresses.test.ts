import type { Layout } from '@hearst/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressesOfPattern, addressesOfRange, formatIpv4, parseIpv4 } from './addresses.ts';
import { formatDuration, parseDuration, parseSize } from './units.ts';

test('a range is its addresses in order, a CIDR leaves network and broadcast out', () => {
  expect(addressesOfRange('127.20.2.254-127.20.3.1', 4).map(formatIpv4)).toEqual([
    '127.20.2.254',
    '127.20.2.255',
    '127.20.3.0',
    '127.20.3.1',
  ]);
  expect(addressesOfRange('10.0.0.7', 1).map(formatIpv4)).toEqual(['10.0.0.7']);
  expect(addressesOfRange('10.0.0.9/29', 6).map(formatIpv4)).toEqual([
    '10.0.0.9',
    '10.0.0.10',
    '10.0.0.11',
    '10.0.0.12',
    '10.0.0.13',
    '10.0.0.14',
  ]);
  expect(addressesOfRange('10.0.0.8/31', 2).map(formatIpv4)).toEqual(['10.0.0.8', '10.0.0.9']);
  for (const wrong of ['10.0.0.1-', '10.0.0.300', 'a-b', '10.0.0.9-10.0.0.1', '10.0.0.0/33', '1-2-3', '']) {
    expect(() => addressesOfRange(wrong, 1), wrong).toThrow(/range|CIDR|ends at/);
  }
});

test('any range of n addresses has n different ones, ascending', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 5000 }), fc.integer({ min: 1, max: 4000 }), (first, miners) => {
      const addresses = addressesOfRange(`${formatIpv4(first)}-${formatIpv4(first + miners - 1)}`, miners);
      expect(addresses).toHaveLength(miners);
      expect(addresses.map(formatIpv4).map(parseIpv4)).toEqual(addresses);
      expect(addresses.at(-1)! - addresses[0]!).toBe(miners - 1);
    }),
    { numRuns: 50 },
  );
});

test('a pattern takes container, position, row and column', () => {
  const layout: Layout = { rows: 2, columns: 3, order: 'snake' };
  expect(addressesOfPattern('10.{container}.0.{position}', 'QATAR-C012', 2, null).map(formatIpv4)).toEqual([
    '10.12.0.1',
    '10.12.0.2',
  ]);
  expect(addressesOfPattern('10.1.{row}.{column}', 'QATAR-C01', 6, layout).map(formatIpv4)).toEqual([
    '10.1.1.1',
    '10.1.1.2',
    '10.1.1.3',
    '10.1.2.3',
    '10.1.2.2',
    '10.1.2.1',
  ]);
  expect(() => addressesOfPattern('10.{rack}.0.{position}', 'QATAR-C01', 1, null)).toThrow(/does not know \{rack\}/);
});

test('durations and sizes are read with their unit only', () => {
  expect(['500ms', '60s', '5m', '1h', '1.5s', '3 s'].map(parseDuration)).toEqual([
    500, 60_000, 300_000, 3_600_000, 1500, 3000,
  ]);
  expect(['60', 's', '-5s', '5 min', ''].map(parseDuration)).toEqual([null, null, null, null, null]);
  expect(['8GB', '500 MB', '64kB'].map(parseSize)).toEqual([8e9, 5e8, 64_000]);
  expect(['8', 'GB', '8 GiB'].map(parseSize)).toEqual([null, null, null]);
  for (const ms of [500, 60_000, 300_000, 3_600_000, 1500]) expect(parseDuration(formatDuration(ms))).toBe(ms);
});
