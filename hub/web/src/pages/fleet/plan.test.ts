import { describe, expect, it } from 'vitest';
import { modelOf } from './model.ts';
import { blockAt, LABEL, minerAt, minerBeside, minerOfNext, planOf } from './plan.ts';
import { answered, fleetOf, QATAR } from './testing.ts';

const { containers, miners } = modelOf(QATAR);
const BOX = { width: 922, height: 600 };
const plan = planOf(containers, BOX, 1);

it('all of Qatar fits, on whole pixels, a few of them to a cell', () => {
  expect(plan.pitch).toBe(4);
  expect(plan.height).toBeLessThanOrEqual(BOX.height);
  expect(miners).toHaveLength(17_864);
  for (let i = 0; i < miners.length; i++) {
    expect(Number.isInteger(plan.x[i]) && (plan.x[i] ?? 0) + plan.pitch <= BOX.width).toBe(true);
    expect((plan.y[i] ?? 0) + plan.pitch <= plan.height).toBe(true);
  }
});

it('no two cells lie upon one another', () => {
  expect(new Set(miners.map((_, i) => `${plan.x[i]} ${plan.y[i]}`)).size).toBe(17_864);
});

it('finer screens have finer steps', () => {
  expect(planOf(containers, { width: 1000, height: 700 }, 2).pitch % 0.5).toBe(0);
});

it('where the page scrolls, cells are as wide as they may be', () => {
  const tall = planOf(containers, { width: 330, height: null }, 3);
  expect(tall.pitch).toBeGreaterThanOrEqual(2);
  expect(tall.blocks.every(({ x, width }) => x + width <= 330)).toBe(true);
});

describe('what lies at a place', () => {
  it.each([0, 307, 308, 5_000, 17_863])('is miner %d in its own cell', (miner) => {
    const middle = plan.pitch / 2;
    expect(minerAt(plan, (plan.x[miner] ?? 0) + middle, (plan.y[miner] ?? 0) + middle)).toBe(miner);
  });

  it('is nobody between blocks and in the aisle', () => {
    const { x, y, width, height } = plan.blocks[0] as (typeof plan.blocks)[0];
    expect(minerAt(plan, x + width + 2, y + 2)).toBeNull();
    expect(minerAt(plan, x + 2, y + height / 2)).toBeNull();
    expect(minerAt(plan, -1, -1)).toBeNull();
  });

  it('is the container where its name stands', () => {
    const { x, y, container } = plan.blocks[3] as (typeof plan.blocks)[3];
    expect(blockAt(plan, x + 2, y - LABEL / 2)?.container.id).toBe(container.id);
    expect(minerAt(plan, x + 2, y - LABEL / 2)).toBeNull();
  });
});

describe('keys', () => {
  const positionAfter = (from: number, ...keys: string[]): string => {
    const at = keys.reduce((miner, key) => minerBeside(plan, miner, key) ?? miner, from);
    return `${miners[at]?.container} ${miners[at]?.position}`;
  };

  it('go along the rows of the container and across its slots, as its own page draws them', () => {
    // Rows lie along, slots across: to the right is the next row of 14.
    expect(positionAfter(0, 'ArrowRight')).toBe('QATAR-C01 15');
    expect(positionAfter(0, 'ArrowDown')).toBe('QATAR-C01 2');
    expect(positionAfter(0, 'End')).toBe('QATAR-C01 295');
    expect(positionAfter(0, 'End', 'Home')).toBe('QATAR-C01 1');
  });

  it('cross the aisle, and go on in the container beside', () => {
    expect(positionAfter(6, 'ArrowDown')).toBe('QATAR-C01 8');
    expect(positionAfter(0, 'End', 'ArrowRight')).toBe('QATAR-C02 1');
    expect(positionAfter(308, 'ArrowLeft')).toBe('QATAR-C01 295');
  });

  it('lead nowhere beyond the edge', () => {
    expect(minerBeside(plan, 0, 'ArrowLeft')).toBeNull();
    expect(minerBeside(plan, 0, 'ArrowUp')).toBeNull();
  });

  it('leap from container to container', () => {
    expect(minerOfNext(plan, 5, 1)).toBe(308);
    expect(minerOfNext(plan, 5, -1)).toBeNull();
  });
});

describe('where people said how the site lies', () => {
  const at = (id: string, x: number, y: number) => answered(id, 4, { layout: null, plan: { x, y } });

  it('containers stand so', () => {
    const site = modelOf(fleetOf(at('A-C01', 30, 10), at('A-C02', 10, 10), at('A-C03', 10, 20)));
    const [one, two, three] = planOf(site.containers, BOX, 1).blocks;
    expect(two?.x).toBe(0);
    expect(one?.x).toBeGreaterThan(0);
    expect(three?.x).toBe(two?.x);
    expect(three?.y).toBeGreaterThan(two?.y ?? 0);
  });

  it('two on one place are told by their order instead', () => {
    const site = modelOf(fleetOf(at('A-C01', 1, 1), at('A-C02', 1, 1)));
    const [one, two] = planOf(site.containers, BOX, 1).blocks;
    expect(`${one?.x} ${one?.y}`).not.toBe(`${two?.x} ${two?.y}`);
  });
});

it('a miner outside of the layout stands beneath', () => {
  const { containers } = modelOf(fleetOf(answered('A-C01', 5, { layout: { rows: 2, columns: 2, order: 'row' } })));
  const small = planOf(containers, BOX, 1);
  expect(small.y[4]).toBeGreaterThan(small.y[3] ?? 0);
});
