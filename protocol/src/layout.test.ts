import { expect, test } from 'vitest';
import { cellOf, type Layout, positionAt, slotOf } from './layout.ts';

const ORDERS: Layout['order'][] = ['row', 'column', 'snake'];

test.each(ORDERS)('counted by %s every cell is used once, and leads back to its position', (order) => {
  const layout = { rows: 22, columns: 14, order };
  const cells = Array.from({ length: 308 }, (_, i) => cellOf(i + 1, layout));
  expect(new Set(cells.map(({ row, column }) => `${row} ${column}`)).size).toBe(308);
  expect(cells.every(({ row, column }) => row >= 1 && row <= 22 && column >= 1 && column <= 14)).toBe(true);
  expect(cells.map((cell) => positionAt(cell, layout))).toEqual(cells.map((_, i) => i + 1));
});

test.each([
  ['row', 17, 'R02-03'],
  ['column', 23, 'R01-02'],
  ['snake', 17, 'R02-12'],
  ['snake', 28, 'R02-01'],
  ['snake', 29, 'R03-01'],
] as const)('counted by %s position %i is written %s', (order, position, slot) => {
  expect(slotOf(position, { rows: 22, columns: 14, order })).toBe(slot);
});

test('what lies outside of the layout is no place', () => {
  const layout: Layout = { rows: 2, columns: 154, order: 'row' };
  expect([slotOf(308, layout), slotOf(309, layout), slotOf(0, layout)]).toEqual(['R02-154', null, null]);
  for (const [row, column] of [
    [0, 1],
    [3, 1],
    [1, 155],
    [1, 0],
  ] as const)
    expect(positionAt({ row, column }, layout)).toBeNull();
});
