import { expect, it } from 'vitest';
import { quantitiesOf, quantitiesText } from './quantities.ts';

it('shows the usual ones unless the address names others', () => {
  expect(quantitiesOf(undefined)).toEqual(['hashrate', 'efficiency', 'supply']);
  expect(quantitiesOf('power,nonsense,hashrate')).toEqual(['hashrate', 'power']);
  expect(quantitiesOf('nonsense')).toEqual(quantitiesOf(undefined));
});

it('what is usual needs no words in the address', () => {
  expect(quantitiesText(['supply', 'hashrate', 'efficiency'])).toBeUndefined();
  expect(quantitiesText(['power', 'hashrate'])).toBe('hashrate,power');
});
