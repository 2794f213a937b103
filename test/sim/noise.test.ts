import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CUT_REPLIES, cutAt, JITTER_K, jitter, type Presence, Presences } from './noise.ts';

const MIDDAY = Date.UTC(2026, 6, 14, 9);
const LENGTH = 3400;

test('one reply in 2,000 is cut short, somewhere inside', () => {
  const asked = 400_000;
  let cut = 0;
  for (let i = 0; i < asked; i++) {
    const at = cutAt(1, i % 17_864, MIDDAY + Math.floor(i / 17_864) * 60_000, LENGTH);
    if (at === null) continue;
    cut++;
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(LENGTH);
  }
  expect(cut / asked / CUT_REPLIES).toBeGreaterThan(0.75);
  expect(cut / asked / CUT_REPLIES).toBeLessThan(1.25);
});

test('sensors jitter by 1 K, to both sides', () => {
  const values = Array.from({ length: 2000 }, (_, i) => jitter(1, i, MIDDAY));
  expect(Math.max(...values)).toBeLessThanOrEqual(JITTER_K);
  expect(Math.max(...values)).toBeGreaterThan(0.95);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(-JITTER_K);
  expect(Math.min(...values)).toBeLessThan(-0.95);
  expect(Math.abs(values.reduce((a, b) => a + b, 0) / values.length)).toBeLessThan(0.1);
});

test('what is kept for the day never changes an answer', () => {
  const kept = new Presences(3, 50, true);
  const moment = fc.integer({ min: Date.UTC(2026, 6, 1), max: Date.UTC(2026, 6, 8) });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 49 }), moment, (index, t) => {
      const fresh = new Presences(3, 50, true).at(index, t, blank());
      expect(kept.at(index, t, blank())).toEqual(fresh);
      expect(fresh.bootedAt).toBeLessThanOrEqual(t);
    }),
    { numRuns: 300 },
  );
});

const blank = (): Presence => ({ bootedAt: 0, gone: null });
