import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLoopback, Layout } from './layout.ts';

test('addresses are the ones agreed on', () => {
  const layout = new Layout({ containers: 58 });
  expect(layout.minerAddress(0)).toBe('127.20.2.1');
  expect(layout.minerAddress(307)).toBe('127.20.3.52');
  expect(layout.coolingAddress(1)).toBe('127.9.0.2');
  expect(layout.meterAddress(29)).toBe('127.10.0.30');
  expect(layout.minerId(308)).toBe('QATAR-C02-M001');
  expect(layout.containersOn(29)).toEqual([57, 58]);
  expect(new Layout({ containers: 3 }).containersOn(2)).toEqual([3]);
});

test('an address and its device find each other, and no other address finds any', () => {
  const layout = new Layout({ containers: 600, minersPerContainer: 308 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: layout.miners - 1 }), (index) => {
      expect(layout.minerAt(layout.minerAddress(index))).toBe(index);
    }),
  );
  for (let c = 1; c <= 600; c++) expect(layout.coolingAt(layout.coolingAddress(c))).toBe(c);
  for (let t = 1; t <= 300; t++) expect(layout.meterAt(layout.meterAddress(t))).toBe(t);
  for (const address of ['127.20.2.0', '127.20.3.53', '127.20.0.1', '127.0.0.1', '192.0.2.2', '', '::1', '10.20.2.1'])
    expect([address, layout.minerAt(address), layout.coolingAt(address), layout.meterAt(address)]).toEqual([
      address,
      -1,
      0,
      0,
    ]);
});

test('what lies outside 127.0.0.0/8 is not loopback', () => {
  expect(isLoopback('127.255.255.254')).toBe(true);
  for (const address of ['192.0.2.2', '10.0.0.1', '::1', '::ffff:127.0.0.1', '12.7.0.1', undefined])
    expect(isLoopback(address)).toBe(false);
});

test.each([[{ containers: 0 }], [{ containers: 1.5 }], [{ containers: 1, minersPerContainer: 512 }]])(
  'refuses %j',
  (options) => {
    expect(() => new Layout(options)).toThrow(RangeError);
  },
);
