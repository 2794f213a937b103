// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { isBegunBy, useRoving } from './use-roving.ts';

const CELLS = ['C01', 'C02', 'C30', 'C31'].map((name) => ({ id: `Q-${name}`, name }));

function Grid() {
  const { gridProps, current, choose } = useRoving(CELLS);
  return (
    <section {...gridProps}>
      {CELLS.map(({ id, name }) => (
        <button key={id} type="button" data-cell={id} tabIndex={id === current ? 0 : -1} onFocus={() => choose(id)}>
          {name}
        </button>
      ))}
    </section>
  );
}

afterEach(cleanup);

const stops = (): string[] =>
  screen
    .getAllByRole('button')
    .filter(({ tabIndex }) => tabIndex === 0)
    .map(({ textContent }) => textContent ?? '');
const press = (key: string): void => {
  fireEvent.keyDown(document.activeElement ?? document.body, { key });
};

it('is one tab stop, the first cell, then where one has gone', () => {
  render(<Grid />);
  expect(stops()).toEqual(['C01']);
  screen.getByText('C01').focus();
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft']) press(key);
  expect(document.activeElement?.textContent).toBe('C02');
  expect(stops()).toEqual(['C02']);
  press('End');
  expect(stops()).toEqual(['C31']);
});

it('letters and digits that are typed lead to a name', () => {
  render(<Grid />);
  screen.getByText('C02').focus();
  for (const key of ['C', '3', '1']) press(key);
  expect(document.activeElement?.textContent).toBe('C31');
});

it.each([
  ['c07', '7', true],
  ['c07', '07', true],
  ['c07', 'c0', true],
  ['c17', '7', false],
] as const)('%s is found by %s: %s', (name, text, found) => {
  expect(isBegunBy(name, text)).toBe(found);
});
