import { type Layout, positionAt } from '@hearst/protocol';
import type { SlotPlan, SlotState } from '../inventory/plan.ts';
import type { Terminal } from './command.ts';

/** Sign, the same in ASCII, colour, and the words beside it. */
const SIGNS: Record<
  SlotState,
  [sign: string, ascii: string, colour: Parameters<Terminal['paint']>[0] | null, words: string]
> = {
  placed: ['■', '#', 'green', 'answers'],
  replaced: ['▲', 'r', 'yellow', 'another device than listed'],
  moved: ['»', '>', 'yellow', 'answers at another address'],
  contested: ['‼', '!', 'red', 'two devices claim it'],
  absent: ['✖', 'x', 'red', 'absent'],
  unseen: ['?', '?', 'grey', 'never looked at'],
};
/** Columns of a layout that go beside one another on 80 characters. */
const MOST_COLUMNS = 34;

/** A container's places as they lie, rows downwards, with a legend. Without a layout: twenty to a row. At most 80 columns. */
export function mapText(id: string, slots: readonly SlotPlan[], layout: Layout | null, terminal: Terminal): string {
  const columns = layout?.columns ?? 20;
  const rows = layout?.rows ?? Math.ceil(slots.length / columns);
  const grid: Layout = layout ?? { rows, columns, order: 'row' };
  const byPosition = new Map(slots.map((slot) => [slot.position, slot]));
  const signOf = (state: SlotState): string => {
    const [sign, plain, colour] = SIGNS[state];
    const text = terminal.unicode ? sign : plain;
    return colour ? terminal.paint(colour, text) : text;
  };
  const cell = (row: number, column: number): string => {
    const slot = byPosition.get(positionAt({ row, column }, grid) ?? 0);
    return slot ? ` ${signOf(slot.state)}` : '  ';
  };
  const block = (from: number): string[] => {
    const to = Math.min(columns, from + MOST_COLUMNS - 1);
    const across = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    const head = across.map(
      (column) =>
        ` ${
          column % 5 === 0 || column === 1
            ? String(column % 100)
                .padStart(1)
                .slice(-2)
            : '.'
        }`,
    );
    return [
      `      ${joined(head)}`,
      ...Array.from({ length: rows }, (_, i) =>
        `  ${layout ? 'R' : ' '}${String(i + 1).padStart(2, '0')} ${across.map((column) => cell(i + 1, column)).join('')}`.trimEnd(),
      ),
    ];
  };
  const blocks: string[] = [];
  for (let from = 1; from <= columns; from += MOST_COLUMNS) blocks.push(...block(from), '');
  const counts = Map.groupBy(slots, ({ state }) => state);
  const legend = (Object.keys(SIGNS) as SlotState[]).flatMap((state) => {
    const count = counts.get(state)?.length ?? 0;
    return count === 0 ? [] : [`  ${signOf(state)} ${SIGNS[state][3]} ${count}`];
  });
  const how = layout
    ? `${rows} rows of ${columns}, counted by ${layout.order}`
    : 'no layout in the site file: twenty to a row';
  return [`${id}   ${slots.length} places, ${how}`, '', ...blocks, ...legend].join('\n');
}

/** Two-digit numbers take the space in front of them. */
function joined(cells: readonly string[]): string {
  return cells.map((text) => text.slice(-2)).join('');
}
