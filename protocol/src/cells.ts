import type { Layout } from './layout.ts';

/** Where a position lies in a layout. Takes no schema along, so that the dashboard can use it. */

/** A place in a layout, both from 1. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** Where a position lies; one beyond the last cell lies outside of the layout. */
export function cellOf(position: number, { rows, columns, order }: Layout): Cell {
  const index = position - 1;
  if (order === 'column') return { row: (index % rows) + 1, column: Math.floor(index / rows) + 1 };
  const row = Math.floor(index / columns) + 1;
  const along = index % columns;
  return { row, column: order === 'snake' && row % 2 === 0 ? columns - along : along + 1 };
}

/** The position that lies in a cell; null for one outside of the layout. */
export function positionAt({ row, column }: Cell, { rows, columns, order }: Layout): number | null {
  if (row < 1 || row > rows || column < 1 || column > columns) return null;
  if (order === 'column') return (column - 1) * rows + row;
  const along = order === 'snake' && row % 2 === 0 ? columns - column : column - 1;
  return (row - 1) * columns + along + 1;
}

/** A position as it is written through the layout, `R07-04` for row 7, column 4; null outside of it. */
export function slotOf(position: number, layout: Layout): string | null {
  if (position < 1 || position > layout.rows * layout.columns) return null;
  const { row, column } = cellOf(position, layout);
  const digits = (n: number) => String(n).padStart(2, '0');
  return `R${digits(row)}-${digits(column)}`;
}
