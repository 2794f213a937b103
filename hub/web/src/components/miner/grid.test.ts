import { slotOf } from '@hearst/protocol/cells.ts';
import { describe, expect, it } from 'vitest';
import { around, moved, placeOf, rowOf, sidesOf } from './grid.ts';

const HD5 = { rows: 22, columns: 14, order: 'row' } as const;

describe('the sides of a container', () => {
  it('of 22 by 14 are two of 22 by 7, the rows lying along', () => {
    const sides = sidesOf(HD5, 308);
    expect(sides.map(({ name, lines }) => [name, lines.length, lines[0]?.length])).toEqual([
      ['A', 7, 22],
      ['B', 7, 22],
    ]);
    expect(sides.map(({ along, across }) => [along.is, across.is])).toEqual([
      ['row', 'column'],
      ['row', 'column'],
    ]);
    expect(sides[1]?.across.numbers).toEqual([8, 9, 10, 11, 12, 13, 14]);
    // Slot R02-03 is the second along, the third across.
    expect(sides[0]?.lines[2]?.[1]).toBe(17);
    expect(slotOf(17, HD5)).toBe('R02-03');
  });

  it('of 44 by 7 are parted along', () => {
    const sides = sidesOf({ rows: 44, columns: 7, order: 'row' }, 308);
    expect(sides.map(({ along, lines }) => [along.numbers[0], along.numbers.at(-1), lines.length])).toEqual([
      [1, 22, 7],
      [23, 44, 7],
    ]);
  });

  it('of a small one are one without a name', () => {
    expect(sidesOf({ rows: 4, columns: 6, order: 'column' }, 24)).toMatchObject([
      {
        name: null,
        along: { is: 'column' },
        lines: [[1, 5, 9, 13, 17, 21], { length: 6 }, { length: 6 }, { length: 6 }],
      },
    ]);
  });

  it.each([
    [HD5],
    [{ rows: 14, columns: 22, order: 'snake' as const }],
    [{ rows: 44, columns: 7, order: 'column' as const }],
    [{ rows: 13, columns: 11, order: 'snake' as const }],
  ])('of %o hold every position once', (layout) => {
    const all = sidesOf(layout, 308).flatMap(({ lines }) => lines.flat());
    expect(all.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      Array.from({ length: layout.rows * layout.columns }, (_, i) => i + 1),
    );
  });

  it('without a layout follow the positions', () => {
    const [side, ...others] = sidesOf(null, 30);
    expect(others).toEqual([]);
    expect(side?.lines.map((line) => [line[0], line.at(-1)])).toEqual([
      [1, 22],
      [23, 44],
    ]);
  });
});

it('a place says side, row and column as the slot is written', () => {
  const sides = sidesOf(HD5, 308);
  for (const position of [1, 17, 155, 308]) {
    const place = placeOf(position, sides);
    const [row, column] = (slotOf(position, HD5) ?? '').slice(1).split('-').map(Number);
    expect(place).toMatchObject({ row, column, side: { name: (column ?? 0) <= 7 ? 'A' : 'B' } });
  }
  expect(placeOf(309, sides)).toBeNull();
});

describe('keys', () => {
  const lines = sidesOf(HD5, 308).flatMap((side) => side.lines);
  const from = 17; // R02-03

  it.each([
    ['ArrowRight', false, 'R03-03'],
    ['ArrowLeft', false, 'R01-03'],
    ['ArrowDown', false, 'R02-04'],
    ['ArrowUp', false, 'R02-02'],
    ['Home', false, 'R01-03'],
    ['End', false, 'R22-03'],
    ['ArrowRight', true, 'R02-04'],
    ['ArrowDown', true, 'R03-03'],
  ])('%s (upright: %s) leads to %s', (key, upright, slot) => {
    expect(slotOf(moved(from, key, lines, upright) ?? 0, HD5)).toBe(slot);
  });

  it('down from the last line of one side leads to the other', () => {
    expect(slotOf(moved(7, 'ArrowDown', lines, false) ?? 0, HD5)).toBe('R01-08');
  });

  it('lead nowhere beyond the edge, nor by other keys', () => {
    expect(moved(1, 'ArrowLeft', lines, false)).toBeNull();
    expect(moved(1, 'ArrowUp', lines, false)).toBeNull();
    expect(moved(1, 'Enter', lines, false)).toBeNull();
    expect(moved(999, 'ArrowDown', lines, false)).toBeNull();
  });
});

it('neighbours are those of the same row on the same side, however the side lies', () => {
  const place = (position: number, sides: ReturnType<typeof sidesOf>) => placeOf(position, sides) as never;
  const lying = sidesOf(HD5, 308);
  expect(rowOf(place(17, lying))).toEqual([15, 16, 17, 18, 19, 20, 21]);
  const standing = sidesOf({ rows: 7, columns: 22, order: 'row' }, 154);
  expect(rowOf(place(23, standing))).toEqual(Array.from({ length: 22 }, (_, i) => 23 + i));
});

it('of a long row those around one are shown, at its ends as many', () => {
  const row = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  expect(around(row, 5, 3)).toEqual([4, 5, 6]);
  expect(around(row, 1, 3)).toEqual([1, 2, 3]);
  expect(around(row, 9, 3)).toEqual([7, 8, 9]);
  expect(around([1, 2], 2, 7)).toEqual([1, 2]);
});
