import { type ContainerFrame, type FramePools, statusCode } from '@hearst/protocol';
import { describe, expect, it } from 'vitest';
import { Faults } from '../../../../test/sim/faults.ts';
import { containerFrameAt } from '../../../../test/sim/frames.ts';
import { Layout } from '../../../../test/sim/layout.ts';
import { Physics } from '../../../../test/sim/physics.ts';
import { judgePools } from './pools.ts';

const HOME = { url: 'stratum+tcp://pool.example:3333', worker: 'hearst' };

function frame(
  pools: FramePools | undefined,
  status = pools?.of.map(() => statusCode('hashing')) ?? [],
): ContainerFrame {
  return {
    kind: 'container',
    project: 'QATAR-001',
    container: 'QATAR-C01',
    at: 0,
    interval_s: 60,
    positions: status.map((_, i) => i + 1),
    status,
    columns: {},
    ...(pools && { pools }),
    cooling: null,
    cooling_expected: false,
  };
}

/** Whether the miner at position 1 is allowed: `raise`, `keep`, or null for clear. */
function zoneOf(pool: FramePools['list'][number], ...allowed: string[]): string | null {
  const findings = judgePools(frame({ list: [pool], of: [0] }), allowed);
  return findings?.[0]?.[1] ?? null;
}

describe('the pool of a miner', () => {
  it.each([
    ['stratum+tcp://pool.example:3333'],
    ['pool.example:3333'],
    ['POOL.example:3333 Hearst'],
    ['*.example:* hearst'],
    ['pool.* h*t'],
    ['*'],
    ['other.example *', '* hearst'],
  ])('is allowed by %s', (...allowed) => {
    expect(zoneOf(HOME, ...allowed)).toBeNull();
  });

  it.each([
    ['pool.example'],
    ['pool.example:3333 mallory'],
    ['pool.example:3333 hears'],
    ['*.pool.example:3333'],
    ['other.example hearst', 'pool.example:3333 mallory'],
    ['pool.example:3*33:3333'],
  ])('is not allowed by %s', (...allowed) => {
    expect(zoneOf(HOME, ...allowed)).toBe('raise');
  });

  it('stays as it was where the miner tells none, or not whom it is for', () => {
    expect(zoneOf({ url: null, worker: 'mallory' }, 'pool.example:3333')).toBe('keep');
    expect(zoneOf({ ...HOME, worker: null }, 'pool.example:3333 hearst')).toBe('keep');
    expect(zoneOf({ ...HOME, worker: null }, 'pool.example:3333')).toBeNull();
    const [answers, silent] = [statusCode('hashing'), statusCode('offline')];
    expect(judgePools(frame({ list: [HOME], of: [null, null, 0] }, [answers, silent, answers]), ['*'])).toEqual([
      [1, 'keep', null],
    ]);
  });

  it('is unknown without pools in the frame, and while nothing is allowed', () => {
    expect(judgePools(frame(undefined), ['*'])).toBeNull();
    expect(judgePools(frame({ list: [HOME], of: [0] }), [])).toBeNull();
  });

  it('is matched at once, whatever pattern and name', () => {
    const name = 'a'.repeat(128);
    expect(zoneOf({ url: name, worker: name }, `${'*a'.repeat(60)}b`)).toBe('raise');
  });
});

it('of the simulated site is right but for the miners that were turned away', () => {
  const layout = new Layout({ containers: 1 });
  const faults = new Faults(layout, 1);
  const site = { layout, physics: new Physics({ layout, faults, seed: 1, noise: false }) };
  const at = Date.UTC(2026, 5, 15, 12);
  faults.add({ target: 'QATAR-C01-M007', kind: 'wrong-pool' }, at);
  const told = Array.from({ length: 5 }, (_, i) => containerFrameAt(site, 1, at + i * 60_000, 60)).filter(
    (f) => f.pools,
  );
  expect(told).toHaveLength(1);
  expect(judgePools(told[0]!, ['pool.hearst.example:3333 hearst'])).toEqual([[7, 'raise', null]]);
});
