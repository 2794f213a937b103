import { expect, it } from 'vitest';
import { lossesOf, lostInAll } from './losses.ts';

const NONE = {
  lost_offline_thh: null,
  lost_hot_thh: null,
  lost_transformer_thh: null,
  lost_maintenance_thh: null,
  lost_unknown_thh: null,
};

it('adds up the causes that are known', () => {
  expect(lostInAll({ ...NONE, lost_offline_thh: 30, lost_hot_thh: 10, lost_unknown_thh: 0 })).toBe(40);
});

it('what nothing is known of is no zero, nor a share of one', () => {
  expect(lostInAll(NONE)).toBeNull();
  expect(lossesOf({ ...NONE, lost_offline_thh: 0 }).every(({ share }) => share === null)).toBe(true);
});

it('tells every cause with its share, in one order', () => {
  const losses = lossesOf({ ...NONE, lost_offline_thh: 30, lost_hot_thh: 10 });
  expect(losses.map(({ cause, share }) => [cause, share])).toEqual([
    ['offline', 0.75],
    ['hot', 0.25],
    ['transformer', null],
    ['maintenance', null],
    ['unknown', null],
  ]);
});
