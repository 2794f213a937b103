import { expect, it } from 'vitest';
import { Keys } from './keys.ts';

const nothing = (): void => {};

it('a key does what the page put on last says', () => {
  const keys = new Keys();
  const [frame, page] = [() => {}, () => {}];
  keys.add(() => ({ t: frame, a: frame }));
  const leave = keys.add(() => ({ a: page }));
  expect(keys.press('a', 0)).toBe(page);
  expect(keys.press('t', 0)).toBe(frame);
  leave();
  expect(keys.press('a', 0)).toBe(frame);
});

it('the second key of a pair has no meaning of its own', () => {
  const keys = new Keys();
  const go = () => {};
  keys.add(() => ({ 'g a': go }));
  keys.add(() => ({ a: nothing, r: nothing }));
  expect(keys.press('g', 0)).toBeUndefined();
  expect(keys.press('a', 100)).toBe(go);
  keys.press('g', 200);
  expect(keys.press('r', 300)).toBeUndefined();
  expect(keys.press('r', 400)).toBe(nothing);
});

it('after a while a key is alone again', () => {
  const keys = new Keys();
  keys.add(() => ({ 'g a': () => {}, a: nothing }));
  keys.press('g', 0);
  expect(keys.press('a', 2_000)).toBe(nothing);
});

it('what every object has is no key', () => {
  const keys = new Keys();
  keys.add(() => ({ a: nothing }));
  expect(keys.press('toString', 0)).toBeUndefined();
});
