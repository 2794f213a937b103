import { expect, it } from 'vitest';
import { SharedReads } from './shared-reads.ts';

function rig() {
  const clock = { at: 0 };
  let reads = 0;
  const shared = new SharedReads<number>({ most: 2, now: () => clock.at });
  return { clock, ask: (key: string, keptMs = 100) => shared.get(key, keptMs, async () => ++reads), shared };
}

it('reads once for all who ask at once or within the time, and anew after it', async () => {
  const { ask, clock } = rig();
  expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual([1, 1, 2]);
  clock.at = 99;
  expect(await ask('a')).toBe(1);
  clock.at = 100;
  expect(await ask('a')).toBe(3);
});

it('forgets the oldest of too many', async () => {
  const { ask } = rig();
  for (const key of ['a', 'b', 'c']) await ask(key);
  expect([await ask('c'), await ask('b'), await ask('a')]).toEqual([3, 2, 4]);
});

it('tells everybody who waits of a failure, and does not keep it', async () => {
  const { shared, ask } = rig();
  const failing = () => Promise.reject(new Error('away'));
  const asked = [shared.get('a', 100, failing), shared.get('a', 100, failing)];
  for (const one of asked) await expect(one).rejects.toThrow('away');
  expect(await ask('a')).toBe(1);
});

it('is read anew as soon as it is there, where nothing is to be kept', async () => {
  const { ask } = rig();
  expect(await Promise.all([ask('a', 0), ask('a', 0)])).toEqual([1, 1]);
  expect(await ask('a', 0)).toBe(2);
});
