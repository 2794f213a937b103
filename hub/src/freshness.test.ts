import { describe, expect, it } from 'vitest';
import { observe } from './freshness.ts';

const NOW = Date.UTC(2026, 10, 23, 12);

describe('observe', () => {
  it.each([
    { age: 0, interval: 60, expected: 'fresh' },
    { age: 120, interval: 60, expected: 'fresh' },
    { age: 121, interval: 60, expected: 'late' },
    { age: 301, interval: 60, expected: 'stale' },
    { age: 899, interval: 60, expected: 'stale' },
    { age: 900, interval: 60, expected: 'offline' },
    { age: 900, interval: 900, expected: 'fresh' },
    { age: 1800, interval: 900, expected: 'offline' },
    { age: 301, interval: null, expected: 'stale' },
    { age: 11, interval: 5, expected: 'late' },
    { age: -30, interval: 60, expected: 'fresh' },
  ])('calls an age of $age s at an interval of $interval s $expected', ({ age, interval, expected }) => {
    const seen = observe(new Date(NOW - age * 1000), interval, NOW);
    expect(seen.freshness).toBe(expected);
    expect(seen.age_s).toBe(Math.max(0, age));
  });

  it('knows nothing about what never reported', () => {
    expect(observe(null, 60, NOW)).toEqual({ observed_at: null, age_s: null, freshness: null });
  });
});
