// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startLanguages } from '../i18n/index.ts';
import { Brush } from './brush.tsx';
import type { Part } from './part.ts';

const DAY = 86_400_000;
const WHOLE = { from: 0, to: 10 * DAY };
const TIMES = Array.from({ length: 10 }, (_, i) => i * DAY);
/** What the strip is as wide as here, without its sides: 600 - 48 - 124. */
const [LEFT, WIDE] = [48, 428];

beforeAll(() => startLanguages('en'));
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

function show(part: Part | null = null) {
  const onPart = vi.fn();
  render(<Brush label="Site" whole={WHOLE} part={part} times={TIMES} values={TIMES} timeZone="UTC" onPart={onPart} />);
  const strip = screen.getByRole('group');
  strip.setPointerCapture = () => {};
  const place = (at: number): number => LEFT + (at / WHOLE.to) * WIDE;
  const drag = (from: number, to: number): void => {
    fireEvent.pointerDown(strip, { button: 0, clientX: place(from) });
    fireEvent.pointerMove(strip, { clientX: place(to) });
    fireEvent.pointerUp(strip, { clientX: place(to) });
  };
  return { onPart, drag, strip };
}
const chosen = (onPart: ReturnType<typeof vi.fn>): number[] =>
  Object.values(onPart.mock.lastCall?.[0] as Part).map((at) => Math.round((at / DAY) * 100) / 100);

it('dragging over it chooses a part, a click does not', () => {
  const { onPart, drag } = show();
  drag(5 * DAY, 5.1 * DAY);
  expect(onPart).not.toHaveBeenCalled();
  drag(6 * DAY, 3 * DAY);
  expect(chosen(onPart)).toEqual([3, 6]);
});

it('the part is dragged along, and by its ends', () => {
  const { onPart, drag } = show({ from: 4 * DAY, to: 6 * DAY });
  drag(5 * DAY, 7 * DAY);
  expect(chosen(onPart)).toEqual([6, 8]);
  drag(6 * DAY, 9 * DAY);
  expect(chosen(onPart)).toEqual([4, 9]);
});

it('keys move an end, with Shift the part, and are told once they rest', () => {
  const { onPart } = show({ from: 4 * DAY, to: 6 * DAY });
  const [start, end] = screen.getAllByRole('slider') as [HTMLElement, HTMLElement];
  fireEvent.keyDown(end, { key: 'PageDown' });
  fireEvent.keyDown(end, { key: 'PageDown' });
  expect(onPart).not.toHaveBeenCalled();
  act(() => void vi.advanceTimersByTime(400));
  expect(onPart).toHaveBeenCalledOnce();
  expect(chosen(onPart)).toEqual([4, 8]);
  fireEvent.keyDown(start, { key: 'ArrowLeft', shiftKey: true });
  act(() => void vi.advanceTimersByTime(400));
  expect(chosen(onPart)).toEqual([3.9, 5.9]);
});

it('Escape and a double click go back to the whole', () => {
  const { onPart, strip } = show({ from: 4 * DAY, to: 6 * DAY });
  fireEvent.keyDown(screen.getAllByRole('slider')[0] as HTMLElement, { key: 'Escape' });
  expect(onPart).toHaveBeenLastCalledWith(null);
  fireEvent.doubleClick(strip);
  expect(onPart).toHaveBeenCalledTimes(2);
});
