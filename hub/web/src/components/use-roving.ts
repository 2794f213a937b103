import { type KeyboardEvent, useRef, useState } from 'react';
import { isDirection, neighbour } from './roving.ts';

/** Letters typed within so long belong together. */
const TYPED_MS = 800;

/**
 * A grid that is one tab stop: arrow keys, Home, End and the beginning of a name move within it. Give `gridProps` to the
 * element around. A cell has its id as `data-cell`, is a tab stop where it is `current`, and says when it is focused by
 * `choose(id)`, which stays the same function.
 */
export function useRoving(cells: readonly { readonly id: string; readonly name: string }[]) {
  const grid = useRef<HTMLElement>(null);
  const typed = useRef({ text: '', at: 0 });
  const [chosen, setChosen] = useState<string | null>(null);
  const current = cells.some(({ id }) => id === chosen) ? chosen : cells[0]?.id;

  const focus = (i: number): void => {
    const element = grid.current?.querySelectorAll<HTMLElement>('[data-cell]')[i];
    element?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = cells.findIndex(({ id }) => id === current);
    if (isDirection(event.key)) {
      const elements = [...(grid.current?.querySelectorAll('[data-cell]') ?? [])];
      const places = elements.map((element) => element.getBoundingClientRect());
      event.preventDefault();
      focus(neighbour(places, from, event.key));
      return;
    }
    if (!/^[\p{L}\p{N}]$/u.test(event.key)) return;
    const isSoon = event.timeStamp - typed.current.at < TYPED_MS;
    typed.current = { text: (isSoon ? typed.current.text : '') + event.key.toLowerCase(), at: event.timeStamp };
    const found = cells.findIndex(({ name }) => isBegunBy(name.toLowerCase(), typed.current.text));
    if (found >= 0) focus(found);
  };

  return { gridProps: { ref: grid, onKeyDown }, current, choose: setChosen };
}

/** Whether a name begins so; of `c07` also its number, with or without zeros. */
export function isBegunBy(name: string, text: string): boolean {
  const number = name.replace(/^\p{L}+/u, '');
  return [name, number, number.replace(/^0+/, '')].some((part) => part.startsWith(text));
}
