import { expect, test } from 'vitest';
import { minerTerms, slotTerm, tidy } from './terms.ts';

test.each([
  ['C12 144', null, 12, { position: 144 }],
  ['c12-m144', null, 12, { position: 144 }],
  ['QATAR-C12 144', 'QATAR', 12, { position: 144 }],
  ['Qatar c12 144', 'QATAR', 12, { position: 144 }],
  ['qatar-c012-M00144', 'QATAR', 12, { position: 144 }],
  ['R07-04', null, null, { row: 7, column: 4 }],
  ['r7 4', null, null, { row: 7, column: 4 }],
  ['C12-R07-04', null, 12, { row: 7, column: 4 }],
  ['C12 R7-4', null, 12, { row: 7, column: 4 }],
  ['QATAR-C12-R07-04', 'QATAR', 12, { row: 7, column: 4 }],
])('%s is a slot', (text, letters, container, at) => {
  expect(slotTerm(tidy(`  ${text} `))).toEqual({ letters, container, at });
});

test.each(['144', 'M144', 'C12', 'QATAR-C12', 'R07', 'C12 R07', '10.0.0.1', 'C12 -1', 'C12345 1', 'C12 123456'])(
  '%s is none',
  (text) => {
    expect(slotTerm(text)).toBeNull();
  },
);

test.each([
  ['aa:bb:c', 'AABBC'],
  ['AA-BB-CC-DD-EE-FF', 'AABBCCDDEEFF'],
  ['aabb.ccdd.eeff', 'AABBCCDDEEFF'],
  ['aa bb', 'AABB'],
  ['aabbccddeeff0', null],
  ['xyz', null],
])('%s as the digits of a MAC is %s', (text, digits) => {
  expect(minerTerms(tidy(text)).macDigits).toBe(digits);
});

test('letters A to Z are looked for in capitals, others as they are typed', () => {
  expect(minerTerms('htrx é1')).toEqual({ text: 'HTRX é1', macDigits: null, ip: null });
  expect(minerTerms('10.20.1.')).toMatchObject({ ip: '10.20.1.' });
  expect(minerTerms('fe80::1')).toMatchObject({ ip: 'fe80::1' });
});
