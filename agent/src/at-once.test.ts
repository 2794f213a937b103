import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eachAtOnce } from './at-once.ts';

test('each once, no more than so many at a time, results in order', async () => {
  let under = 0;
  let most = 0;
  const results = await eachAtOnce([30, 1, 20, 2, 10], 2, async (ms, index) => {
    most = Math.max(most, ++under);
    await sleep(ms);
    under--;
    return `${index}: ${ms}`;
  });
  expect(results).toEqual(['0: 30', '1: 1', '2: 20', '3: 2', '4: 10']);
  expect(most).toBe(2);
});

test('the first failure is the whole one', async () => {
  const work = async (n: number): Promise<number> => {
    if (n === 2) throw new Error('no two');
    return n;
  };
  await expect(eachAtOnce([1, 2, 3], 4, work)).rejects.toThrow('no two');
  expect(await eachAtOnce([], 4, work)).toEqual([]);
});
