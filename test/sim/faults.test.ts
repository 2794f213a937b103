import { describe, expect, test } from 'vitest';
import { FaultError, Faults } from './faults.ts';
import { Layout } from './layout.ts';

const layout = new Layout({ containers: 58 });

describe('whom a fault strikes', () => {
  test('a share is exact, and the three ways to be dead come in equal parts', () => {
    const faults = new Faults(layout, 1);
    const fault = faults.add({ target: 'site', kind: 'dead', share: 0.05 }, 0);
    const ways = { refuses: 0, silent: 0, swallowed: 0 };
    let struck = 0;
    for (let index = 0; index < layout.miners; index++) {
      if (faults.ofMiner(index).length === 0) continue;
      struck++;
      const way = faults.wayOf(fault, index);
      if (way) ways[way]++;
    }
    expect(struck).toBe(893);
    expect(Math.max(...Object.values(ways)) - Math.min(...Object.values(ways))).toBeLessThanOrEqual(1);
    const { refuses, swallowed } = faults.unreachable(1);
    expect([refuses.length, swallowed.length]).toEqual([ways.refuses, ways.swallowed]);
  });

  test('a tripped transformer swallows the miners of both its containers', () => {
    const faults = new Faults(layout, 1);
    faults.add({ target: 'QATAR-T02', kind: 'trip' }, 0);
    const { refuses, swallowed } = faults.unreachable(1);
    expect([refuses.length, swallowed.length]).toEqual([0, 616]);
    expect(swallowed[0]).toBe(layout.indexOf(3, 1));
  });

  test('the target may be a miner, a container, a transformer or the site, in any case of letters', () => {
    const count = (target: string) => {
      const faults = new Faults(layout, 1);
      faults.add({ target, kind: 'silent' }, 0);
      return Array.from({ length: layout.miners }, (_, i) => faults.ofMiner(i).length).reduce((a, b) => a + b, 0);
    };
    expect(count('qatar-c07-m308')).toBe(1);
    expect(count('QATAR-C58')).toBe(308);
    expect(count('QATAR-T29')).toBe(616);
    expect(count('site')).toBe(17_864);
  });

  test.each([
    ['QATAR-C59', 'silent'],
    ['QATAR-C01-M309', 'silent'],
    ['QATAR-E01', 'silent'],
    ['QATAR-C01', 'trip'],
    ['QATAR-C01-M001', 'leak'],
    ['OTHER-C01', 'leak'],
    ['', 'leak'],
  ] as const)('%j cannot have %s', (target, kind) => {
    expect(() => new Faults(layout, 1).add({ target, kind }, 0)).toThrow();
    if (target) expect(() => new Faults(layout, 1).add({ target, kind }, 0)).toThrow(FaultError);
  });
});

test('a fault ends when it is told to, or by itself', () => {
  const faults = new Faults(layout, 1);
  const open = faults.add({ target: 'site', kind: 'slow' }, 1000);
  faults.add({ target: 'site', kind: 'slow', for_s: 5 }, 1000);
  expect(faults.active(5999)).toHaveLength(2);
  expect(faults.active(6000)).toEqual([open]);
  expect(faults.remove(open.id, 7000)).toBe(true);
  expect(faults.remove(open.id, 7000)).toBe(false);
  expect(faults.active(7000)).toEqual([]);
});
