import { expect, it } from 'vitest';
import { Remembered } from './remembered.ts';

/** Readings are answered by hand, in any order. */
function remembered() {
  const readings: { answer: (value: string) => void; fail: (error: Error) => void }[] = [];
  const failures: string[] = [];
  const clock = { now: 0 };
  const values = new Remembered<string>({
    read: () => new Promise((answer, fail) => readings.push({ answer, fail })),
    now: () => clock.now,
    ...{ lifeMs: 1000, retryMs: 100 },
    onFailure: (key, { message }) => failures.push(`${key}: ${message}`),
  });
  return { values, readings, failures, clock };
}

it('is read once for all who ask meanwhile, and again when it is due', async () => {
  const { values, readings, clock } = remembered();
  const asked = [values.of('A'), values.of('A')];
  readings[0]?.answer('one');
  expect(await Promise.all(asked)).toEqual(['one', 'one']);
  clock.now = 999;
  expect(await values.of('A')).toBe('one');
  expect(readings).toHaveLength(1);
  clock.now = 1000;
  const again = values.of('A');
  readings[1]?.answer('two');
  expect(await again).toBe('two');
});

it('what was being read when it was forgotten is not remembered', async () => {
  const { values, readings } = remembered();
  const before = values.of('A');
  values.forget('A');
  const after = values.of('A');
  readings[1]?.answer('new');
  readings[0]?.answer('old');
  expect([await after, await before, await values.of('A')]).toEqual(['new', 'new', 'new']);
});

it('the last one stands while it cannot be read, which is told and tried again', async () => {
  const { values, readings, failures, clock } = remembered();
  const first = values.of('A');
  readings[0]?.answer('one');
  await first;
  values.forget();
  const failing = values.of('A');
  readings[1]?.fail(new Error('away'));
  expect(await failing).toBe('one');
  expect(failures).toEqual(['A: away']);
  clock.now = 99;
  expect(await values.of('A')).toBe('one');
  expect(readings).toHaveLength(2);
  clock.now = 100;
  void values.of('A');
  expect(readings).toHaveLength(3);
});
