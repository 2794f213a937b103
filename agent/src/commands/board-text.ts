import type { BoardValues } from '@hearst/protocol';
import { rounded } from './device-text.ts';

/** The most boards side by side within 80 columns. */
const BOARDS_WIDE = 6;

/** Board by board, by the numbers of their chains; places of which nothing is known are left out. */
export function boardTable(boards: BoardValues): string[] {
  const columns = Object.entries(boards);
  const size = Math.max(0, ...columns.map(([, values]) => values.length));
  const chains = Array.from({ length: size }, (_, i) => i).filter((i) =>
    columns.some(([, values]) => values[i] != null),
  );
  const lines: string[] = [];
  for (let from = 0; from < chains.length; from += BOARDS_WIDE) {
    const shown = chains.slice(from, from + BOARDS_WIDE);
    const row = (name: string, cells: string[]): string =>
      `  ${name.padEnd(23)} ${cells.map((cell) => cell.padStart(8)).join(' ')}`;
    lines.push(
      row(
        'board',
        shown.map((i) => `${i + 1}`),
      ),
    );
    for (const [name, values] of columns) {
      lines.push(
        row(
          name,
          shown.map((i) => (values[i] == null ? '-' : rounded(values[i]))),
        ),
      );
    }
  }
  return lines;
}
