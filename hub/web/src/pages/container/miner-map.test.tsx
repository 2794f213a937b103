// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Miner } from '../../api/containers.ts';
import { sidesOf } from '../../components/miner/grid.ts';
import { looksOf } from '../../components/miner/looks.ts';
import { startLanguages } from '../../i18n/index.ts';
import { MinerMap } from './miner-map.tsx';

const LAYOUT = { rows: 12, columns: 10, order: 'row' } as const;
const SIDES = sidesOf(LAYOUT, 120);
const MINERS = Array.from({ length: 120 }, (_, i) => minerAt(i + 1));

function minerAt(position: number): Miner {
  const status = position === 3 ? 'offline' : position === 4 ? 'unknown' : 'hashing';
  return {
    position,
    miner_id: `QATAR-C14-M${String(position).padStart(3, '0')}`,
    status,
    temp_chip_c: position === 2 ? 61.5 : 58,
  } as Miner;
}

beforeAll(() => startLanguages('en'));
beforeEach(() => vi.stubGlobal('matchMedia', () => ({ matches: false })));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function drawn(selected: number | null = null) {
  const onSelect = vi.fn();
  const onOpen = vi.fn();
  const map = (
    <MinerMap
      miners={MINERS}
      sides={SIDES}
      looks={looksOf(MINERS, 'deviation')}
      fill="deviation"
      stale={false}
      selected={selected}
      onSelect={onSelect}
      onOpen={onOpen}
    />
  );
  return { onSelect, onOpen, ...render(map) };
}

const cell = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });
const reachable = (): HTMLElement[] =>
  screen.getAllByRole('button').filter((each) => each.dataset.position !== undefined && each.tabIndex === 0);

it('each miner is a button that says who, where, what and how much', () => {
  drawn();
  expect(cell('M002, side A, row 1, slot 2, Hashing, 61.5\u202f°C, +3.5\u202fK').dataset.paint).toBe('d1');
  expect(cell('M006, side B, row 1, slot 6, Hashing, 58.0\u202f°C, ±0.0\u202fK').dataset.paint).toBe('d0');
});

it('a silent miner has a mark and no colour, whatever it said last', () => {
  drawn();
  expect(cell('M003, side A, row 1, slot 3, Offline').dataset).toMatchObject({ s: 'offline' });
  expect(cell('M004, side A, row 1, slot 4, Unknown').dataset.paint).toBeUndefined();
});

it('the tab key stops once; arrow keys move about, over to the other side too', () => {
  drawn();
  expect(reachable()).toHaveLength(1);
  const [first] = reachable();
  first?.focus();
  fireEvent.keyDown(first as HTMLElement, { key: 'ArrowRight' });
  // The rows lie along: the next one is row 2 of the same slot.
  expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^M011, side A, row 2, slot 1,/);
  expect(reachable()).toEqual([document.activeElement]);
  for (let i = 0; i < 5; i++) fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowDown' });
  expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^M016, side B, row 2, slot 6,/);
});

it('a click opens the miner, another one closes it', () => {
  const { onSelect, unmount } = drawn();
  fireEvent.click(cell(/^M017,/));
  expect(onSelect).toHaveBeenLastCalledWith(17);
  unmount();
  const opened = drawn(17);
  expect(cell(/^M017,/).getAttribute('aria-pressed')).toBe('true');
  expect(reachable()).toEqual([cell(/^M017,/)]);
  fireEvent.click(cell(/^M017,/));
  expect(opened.onSelect).toHaveBeenLastCalledWith(null);
});

it('a double click leads to the page of the miner, and so does Enter where it is selected', () => {
  const { onSelect, onOpen, unmount } = drawn();
  fireEvent.click(cell(/^M017,/), { detail: 1 });
  fireEvent.click(cell(/^M017,/), { detail: 2 });
  fireEvent.doubleClick(cell(/^M017,/));
  expect(onSelect).toHaveBeenCalledTimes(1);
  expect(onOpen).toHaveBeenLastCalledWith(17);
  unmount();
  const selected = drawn(17);
  fireEvent.keyDown(cell(/^M018,/), { key: 'Enter' });
  expect(selected.onOpen).not.toHaveBeenCalled();
  fireEvent.keyDown(cell(/^M017,/), { key: 'Enter' });
  expect(selected.onOpen).toHaveBeenLastCalledWith(17);
});

it('on a phone one side is shown, the one of the miner that is open', () => {
  const { container } = drawn(6);
  const shown = (): (string | null)[] =>
    [...container.querySelectorAll('.map-side.is-shown .cells')].map((side) => side.getAttribute('aria-label'));
  expect(shown()).toEqual(['Side B']);
  fireEvent.click(cell('Side A'));
  expect(shown()).toEqual(['Side A']);
  expect(reachable()).toEqual([cell(/^M001,/)]);
});
