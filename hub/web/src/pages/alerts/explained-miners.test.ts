import { expect, it } from 'vitest';
import { explainedRows, minerAt } from './explained-miners.ts';

it('most miners come first, rules without any are left out', () => {
  const rows = explainedRows({
    'QATAR-C14': { miner_chip_hot: [148], miner_offline: [1, 2, 3], miner_board_hot: [] },
    'QATAR-C13': { miner_chip_hot: [7] },
  });
  expect(rows.map(({ containerId, ruleId, positions }) => [containerId, ruleId, positions.length])).toEqual([
    ['QATAR-C14', 'miner_offline', 3],
    ['QATAR-C13', 'miner_chip_hot', 1],
    ['QATAR-C14', 'miner_chip_hot', 1],
  ]);
});

it('who explains none has no rows', () => {
  expect(explainedRows(null)).toEqual([]);
});

it.each([
  [7, 'QATAR-C12-M007'],
  [308, 'QATAR-C12-M308'],
])('position %i is %s', (position, id) => {
  expect(minerAt('QATAR-C12', position)).toBe(id);
});
