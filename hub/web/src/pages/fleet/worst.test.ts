import { expect, it } from 'vitest';
import { modelOf } from './model.ts';
import { answered, fleetOf } from './testing.ts';
import { worstOf } from './worst.ts';

const model = modelOf(
  fleetOf(
    answered('QATAR-C01', 4),
    answered('QATAR-C02', 4, { temp_chip_c: [58, 58, 58, 63.5] }),
    answered('QATAR-C03', 6, {
      miner_status: ['hashing', 'degraded', 'hashing', 'offline', 'hashing', 'sleeping'],
      temp_chip_c: [50, 58, 58, null, 58, null],
    }),
  ),
);

it('containers with most to look at come first, those that are well not at all', () => {
  expect(worstOf(model).map(({ container }) => container.name)).toEqual(['C03', 'C02']);
});

it('in each the worst come first, with why', () => {
  const [first, second] = worstOf(model);
  expect(first?.outliers.map(({ index, reason }) => [model.miners[index]?.position, reason])).toEqual([
    [4, 'offline'],
    [2, 'degraded'],
    [1, 'chip'],
  ]);
  expect(first?.counts).toEqual({ offline: 1, idle: 0, degraded: 1, chip: 1 });
  expect(second?.outliers[0]?.deviation).toBe(5.5);
});
