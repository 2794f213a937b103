import { expect, test } from 'vitest';
import { boardTable } from './board-text.ts';

test('boards stand side by side under the numbers of their chains; empty places are left out', () => {
  const pad = [null, null, null, null, null];
  expect(boardTable({ hashrate_ths: [...pad, 4.47, 0, 4.5], temp_chip_c: [...pad, 87, null, 86] })).toEqual([
    '  board                          6        7        8',
    '  hashrate_ths                4.47        0      4.5',
    '  temp_chip_c                   87        -       86',
  ]);
});

test('sixteen boards stay within 80 columns', () => {
  const lines = boardTable({ hashrate_ths: Array.from({ length: 16 }, (_, i) => 100.25 + i) });
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.filter((line) => line.includes('board')).length).toBe(3);
});

test('no boards, no lines', () => expect(boardTable({})).toEqual([]));
