import { expect, test } from 'vitest';
import { parseIpv4 } from '../config/addresses.ts';
import { AddressSet } from './address-set.ts';

const at = (text: string): number => parseIpv4(text)!;

test.each([
  [['10.0.0.0/24'], [], 254, ['10.0.0.1-10.0.0.254']],
  [['10.0.0.5'], [], 1, ['10.0.0.5']],
  [['10.0.0.0/31'], [], 2, ['10.0.0.0-10.0.0.1']],
  // Overlapping and touching ranges are one.
  [['10.0.0.10-10.0.0.20', '10.0.0.15-10.0.0.30', '10.0.0.31'], [], 22, ['10.0.0.10-10.0.0.31']],
  // What is left out takes its network and broadcast address along.
  [['10.0.0.0/23'], ['10.0.1.0/24'], 255, ['10.0.0.1-10.0.0.255']],
  [['10.0.0.1-10.0.0.9'], ['10.0.0.3', '10.0.0.5-10.0.0.6'], 6, ['10.0.0.1-10.0.0.2', '10.0.0.4', '10.0.0.7-10.0.0.9']],
  [['10.0.0.1-10.0.0.9'], ['10.0.0.0/24'], 0, []],
])('%j without %j', (ranges, exclude, size, texts) => {
  const set = AddressSet.of(ranges, exclude);
  expect([set.size, set.texts()]).toEqual([size, texts]);
});

test('every address once, neighbours far apart', () => {
  const set = AddressSet.of(['10.0.0.1-10.0.0.100', '10.0.2.1-10.0.2.50'], [], [at('10.0.9.9')]);
  const order = [...set.spread(10)];
  expect(new Set(order).size).toBe(set.size);
  expect(order).toHaveLength(151);
  expect(order.every((address) => set.has(address))).toBe(true);
  expect(order.slice(0, 3)).toEqual([at('10.0.0.1'), at('10.0.0.11'), at('10.0.0.21')]);
  expect(['10.0.0.0', '10.0.0.101', '10.0.2.51', '10.0.9.10'].some((text) => set.has(at(text)))).toBe(false);
});
