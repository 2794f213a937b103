import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REPAIRS, repairReply, UnreadableReply } from './repair.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('each known malformation is mended by its name', () => {
  test.each<[string, string, unknown]>([
    ['missing_comma_between_objects', '{"S":[{"a":1}{"b":2}]}', { S: [{ a: 1 }, { b: 2 }] }],
    ['missing_comma_after_string', '{"fan":"""temp0":5}', { fan: '', temp0: 5 }],
    ['leading_comma', '{"S":[,{"a":1}]}', { S: [{ a: 1 }] }],
    ['leading_comma', ',{"a":1}', { a: 1 }],
    ['leading_comma', '{,"a":1}', { a: 1 }],
    ['trailing_comma', '{"S":[{"a":1,}],}', { S: [{ a: 1 }] }],
    ['trailing_comma', '{"S":[1,]}', { S: [1] }],
    [
      'bare_nan',
      '{"a":nan,"b":-nan,"c":inf,"d":-INF,"e":NaN,"f":-nan(0x8000)}',
      { a: null, b: null, c: null, d: null, e: null, f: null },
    ],
    ['line_feed', '{"Type":"Antminer S9\nV1"}', { Type: 'Antminer S9 V1' }],
    ['stray_quote', '{"a":1}"', { a: 1 }],
    ['reply_twice', '{"a":1}\0{"a":1},"id":1}\0', { a: 1 }],
    ['reply_twice', '{"a":1}\0{"a":1}\0', { a: 1 }],
    ['duplicate_keys', '{"t":21,"t":42,"t":21}', { t: [21, 42, 21] }],
    ['duplicate_keys', '{"id":1,"id":1}', { id: 1 }],
  ])('%s: %s', (name, text, value) => {
    const mended = repairReply(text);
    expect(plain(mended.value)).toEqual(value);
    expect(mended.repaired).toEqual([name]);
    expect(REPAIRS).toHaveProperty(name);
  });

  test('several at once, each named', () => {
    const { repaired } = repairReply(',{"S":[,{"a":nan,}{"b":"x\ny""c":1}]}');
    expect(new Set(repaired)).toEqual(
      new Set([
        'leading_comma',
        'bare_nan',
        'trailing_comma',
        'missing_comma_between_objects',
        'line_feed',
        'missing_comma_after_string',
      ]),
    );
  });
});

describe('what is not known is refused', () => {
  test.each([
    '',
    'nonsense',
    '{"a":1 "b":2}',
    '{"a":[1 2]}',
    '{"a":1,,"b":2}',
    "{'a':1}",
    '{"a":0x10}',
    '{"a":1}{"b":2}',
    '{"a":1}x',
    '{"a":nancy}',
    '{"a":"\\q"}',
    '{a:1}',
    '[1,2',
    '<html></html>',
  ])('%s', (text) => {
    expect(() => repairReply(text)).toThrow(UnreadableReply);
  });
});

test('whatever JSON can say is read as JSON reads it', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value: unknown = JSON.parse(text);
      if (typeof value !== 'object' || /"__proto__"/.test(text)) return;
      expect(plain(repairReply(text).value)).toEqual(plain(value));
      expect(repairReply(text).repaired).toEqual([]);
    }),
  );
});

test('a hostile key is data: no object gets another prototype', () => {
  const { value } = repairReply('{"__proto__":{"polluted":1},"constructor":2,}');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect((value as Record<string, unknown>).constructor).toBe(2);
});

test.each([
  ['open lists', '['.repeat(250_000)],
  ['open objects', '{"a":'.repeat(50_000)],
  ['one long text', `{"a":"${'x\\"'.repeat(80_000)}`],
  ['one key for ever', `{${'"a":1,'.repeat(42_000)}`],
  ['white space', `{"a":1}${' '.repeat(250_000)}x`],
  ['nan for ever', `{"a":[${'nan,'.repeat(60_000)}`],
])('a reply of 250 kB costs little, whatever it holds: %s', (_name, text) => {
  const began = performance.now();
  expect(() => repairReply(text)).toThrow();
  expect(performance.now() - began).toBeLessThan(3000);
});
