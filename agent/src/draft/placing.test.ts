import { describe, expect, test } from 'vitest';
import { AddressError, formatIpv4 } from '../config/addresses.ts';
import { parseNumbered } from './numbered.ts';
import {
  formatNumbers,
  lastPosition,
  numbersOfRange,
  parseNumbers,
  placedByPattern,
  placedByRange,
  placedByTable,
  reachOf,
} from './placing.ts';

test.each([
  ['3', [1, 2, 3], '1-3'],
  ['5-5', [5], '5-5'],
  ['1-3,7, 5', [1, 2, 3, 5, 7], '1-3,5,7'],
])('container numbers %s', (text, numbers, formatted) => {
  expect(parseNumbers(text)).toEqual(numbers);
  expect(formatNumbers(numbers)).toBe(formatted);
  expect(parseNumbers(formatted)).toEqual(numbers);
});
test.each(['', '0', '3-1', 'all', '1-', '1;2', '12345'])('no container numbers: %j', (text) =>
  expect(() => parseNumbers(text)).toThrow(AddressError),
);

describe('a pattern is read back from what answers', () => {
  test('by position; what has another form does not count', () => {
    const answering = ['10.20.1.1', '10.20.1.250', '10.20.12.7', '10.21.1.1', '110.20.1.1', '10.20.1.1.1'];
    expect(reachOf('10.20.{container}.{position}', answering)).toEqual({
      ...{ numbers: [1, 12], position: 250, rows: 0, columns: 0, matched: 3 },
    });
  });

  test('by row and column, through the layout; a number that stands twice is the same', () => {
    const layout = { rows: 22, columns: 14, order: 'snake' } as const;
    const pattern = '10.{container}.{row}.{column}';
    const [one] = placedByPattern(pattern, { numbers: [3], places: 308, layout, prefix: 'QATAR' });
    const answering = one!.addresses.map(formatIpv4);
    expect(reachOf(pattern, answering)).toMatchObject({ numbers: [3], position: null, rows: 22, columns: 14 });
    expect(lastPosition(answering, pattern, layout)).toBe(308);
    expect(reachOf('10.{container}.{container}.{position}', ['10.3.3.9', '10.3.4.9']).matched).toBe(1);
  });

  test('and makes them again', () => {
    const options = { numbers: [1, 12], places: 2, layout: null, prefix: 'QATAR' };
    const placed = placedByPattern('10.20.{container}.{position}', options);
    expect(placed.map(({ id, addresses }) => [id, ...addresses.map(formatIpv4)])).toEqual([
      ['QATAR-C01', '10.20.1.1', '10.20.1.2'],
      ['QATAR-C12', '10.20.12.1', '10.20.12.2'],
    ]);
    expect(() => placedByPattern('10.20.{container}.{position}', { ...options, places: 256 })).toThrow(/10.20.1.256/);
  });
});

test('ranges one after the other, from the first number on', () => {
  const placed = placedByRange('10.20.2.1-10.20.3.52', { numbers: [5, 7], places: 308, step: 512, prefix: 'QATAR' });
  expect(placed.map(({ id, source }) => [id, source])).toEqual([
    ['QATAR-C05', { range: '10.20.2.1-10.20.3.52' }],
    ['QATAR-C07', { range: '10.20.6.1-10.20.7.52' }],
  ]);
  // 10.20.3.53 lies between two containers.
  const answering = ['10.20.2.1', '10.20.3.53', '10.20.7.52', '10.20.1.9'];
  expect(numbersOfRange('10.20.2.1-10.20.3.52', 308, 512, answering)).toEqual([1, 3]);
});

test('more places than a site can have are refused before they are made', () => {
  const many = { numbers: parseNumbers('9999'), places: 10_000, layout: null, prefix: 'QATAR', step: 10_000 };
  expect(() => placedByPattern('10.{container}.0.{position}', many)).toThrow('99990000 places are too many');
  expect(() => placedByRange('10.0.0.0-10.0.39.15', many)).toThrow('too many for one site');
});

test('a table: every place up to the last has an address, or is named', () => {
  const row = (container: string, position: number, ip: number | null) => ({
    ...{ line: 2, container, position, ip, serial: null, mac: null },
  });
  const placed = placedByTable([row('QATAR-C02', 2, 22), row('QATAR-C02', 1, 21), row('QATAR-C01', 1, 11)], 'a.csv');
  expect(placed.map(({ id, number, addresses }) => [id, number, addresses])).toEqual([
    ['QATAR-C01', 1, [11]],
    ['QATAR-C02', 2, [21, 22]],
  ]);
  expect(() => placedByTable([row('QATAR-C02', 3, 22), row('QATAR-C02', 1, 21)], 'a.csv')).toThrow(
    'gives no ip for QATAR-C02, position 2',
  );
});

describe('devices by number', () => {
  test.each([
    ['10.21.0.{container}', 7, { ip: '10.21.0.7', port: 502, unit: 1 }],
    ['10.21.{container}.5:503/2', 7, { ip: '10.21.7.5', port: 503, unit: 2 }],
    ['10.21.0.5/{container}', 7, { ip: '10.21.0.5', port: 502, unit: 7 }],
    ['10.21.0.1-10.21.0.58', 58, { ip: '10.21.0.58', port: 502, unit: 1 }],
    ['10.21.0.9:5020', 1, { ip: '10.21.0.9', port: 5020, unit: 1 }],
  ])('%s, number %i', (text, n, place) => expect(parseNumbered(text, 'container', 502).at(n)).toEqual(place));

  test('a range ends, a pattern does not; what is none says why', () => {
    expect(parseNumbered('10.21.0.1-10.21.0.58', 'container', 502)).toMatchObject({ count: 58 });
    expect(parseNumbered('10.21.0.1-10.21.0.58', 'container', 502).at(59)).toBeNull();
    expect(parseNumbered('10.21.0.{container}', 'container', 502).count).toBeNull();
    expect(() => parseNumbered('10.21.0.{container}', 'container', 502).at(256)).toThrow('10.21.0.256');
    expect(() => parseNumbered('10.21.0.{number}', 'container', 502)).toThrow('does not know {number}');
    expect(() => parseNumbered('10.21.0.5/{container}', 'container', 502).at(256)).toThrow('units end at 255');
    for (const text of ['', 'pump', '10.21.0.300', '10.21.0.1:99999', '10.21.0.9-10.21.0.1', '10.21.0.1/x'])
      expect(() => parseNumbered(text, 'container', 502), text).toThrow(AddressError);
  });
});
