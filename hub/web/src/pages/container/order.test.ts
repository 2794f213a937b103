// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { neighbourOf, neighbours } from './order.ts';

const IDS = ['QATAR-C13', 'QATAR-C14', 'QATAR-C15'];

it.each([
  ['QATAR-C14', 'QATAR-C13', 'QATAR-C15'],
  ['QATAR-C13', null, 'QATAR-C14'],
  ['QATAR-C15', 'QATAR-C14', null],
  ['QATAR-C99', null, null],
])('%s stands between %s and %s', (id, previous, next) => {
  expect(neighbours(id, IDS)).toEqual({ previous, next });
});

const pressed = (key: string, more: Partial<KeyboardEvent> = {}) => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  target: document.body,
  ...more,
});

it('brackets lead to the neighbours, by AltGr too', () => {
  expect(neighbourOf(pressed('['))).toBe('previous');
  expect(neighbourOf(pressed(']'))).toBe('next');
  expect(neighbourOf(pressed('[', { ctrlKey: true, altKey: true }))).toBe('previous');
});

it('not while somebody writes, nor with other keys held', () => {
  const search = document.createElement('input');
  expect(neighbourOf(pressed('[', { target: search }))).toBeNull();
  expect(neighbourOf(pressed('[', { ctrlKey: true }))).toBeNull();
  expect(neighbourOf(pressed(']', { metaKey: true }))).toBeNull();
  expect(neighbourOf(pressed('x'))).toBeNull();
});
