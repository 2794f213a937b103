import { expect, it } from 'vitest';
import { neighbours } from './order.ts';

const IDS = ['QATAR-C13', 'QATAR-C14', 'QATAR-C15'];

it.each([
  ['QATAR-C14', 'QATAR-C13', 'QATAR-C15'],
  ['QATAR-C13', null, 'QATAR-C14'],
  ['QATAR-C15', 'QATAR-C14', null],
  ['QATAR-C99', null, null],
])('%s stands between %s and %s', (id, previous, next) => {
  expect(neighbours(id, IDS)).toEqual({ previous, next });
});
