// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startLanguages } from '../i18n/index.ts';
import { UndoToast } from './undo-toast.tsx';

beforeAll(() => startLanguages('en'));
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  cleanup();
});
const pass = (ms: number): void => act(() => void vi.advanceTimersByTime(ms));

function show(undo?: () => void) {
  const onClose = vi.fn();
  render(<UndoToast said={{ text: 'Acknowledged.', undo }} onClose={onClose} />);
  return onClose;
}

it('for 8 s it can be undone', () => {
  const undo = vi.fn();
  const onClose = show(undo);
  pass(7_900);
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect([undo.mock.calls.length, onClose.mock.calls.length]).toEqual([1, 1]);
});

it('as long as somebody is at it, it stays', () => {
  const onClose = show(() => {});
  const button = screen.getByRole('button', { name: 'Undo' });
  fireEvent.focus(button);
  pass(60_000);
  expect(onClose).not.toHaveBeenCalled();
  fireEvent.blur(button);
  pass(8_000);
  expect(onClose).toHaveBeenCalledOnce();
});

it('what cannot be undone is only said', () => {
  show();
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
});
