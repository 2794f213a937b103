// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { setSingleKeys, useKeys } from './keys.ts';

const act = vi.fn();
const onEscape = vi.fn();
const onBracket = vi.fn();

function Page() {
  useKeys({ a: act, ']': onBracket, Escape: onEscape });
  return (
    <>
      <input aria-label="note" />
      <input aria-label="pick" type="checkbox" />
      <select aria-label="severity" />
      <button type="button">Other</button>
    </>
  );
}

beforeEach(() => {
  render(<Page />);
});
afterEach(() => {
  cleanup();
  setSingleKeys(true);
  vi.clearAllMocks();
});

const press = (on: Element, key = 'a', more: KeyboardEventInit = {}): boolean =>
  fireEvent.keyDown(on, { key, ...more });

it.each(['note', 'severity'])('a key does nothing in %s', (label) => {
  press(screen.getByLabelText(label));
  expect(act).not.toHaveBeenCalled();
});

it('a key acts from anywhere else', () => {
  press(document.body);
  press(screen.getByRole('button'));
  press(screen.getByLabelText('pick'));
  expect(act).toHaveBeenCalledTimes(3);
});

it('together with Ctrl it is the browser’s', () => {
  press(document.body, 'a', { ctrlKey: true });
  expect(act).not.toHaveBeenCalled();
});

it('a bracket may take AltGr or Option, not Ctrl alone', () => {
  press(document.body, ']', { ctrlKey: true, altKey: true });
  press(document.body, ']', { altKey: true });
  expect(onBracket).toHaveBeenCalledTimes(2);
  press(document.body, ']', { ctrlKey: true });
  press(document.body, ']', { metaKey: true });
  expect(onBracket).toHaveBeenCalledTimes(2);
});

it('below a dialog nothing happens', () => {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('open', '');
  document.body.append(dialog);
  press(document.body);
  dialog.remove();
  expect(act).not.toHaveBeenCalled();
});

it('where single keys are off only named keys act', () => {
  setSingleKeys(false);
  press(document.body);
  press(document.body, 'Escape');
  expect(act).not.toHaveBeenCalled();
  expect(onEscape).toHaveBeenCalledOnce();
});

it('what is gone hears nothing', () => {
  cleanup();
  press(document.body);
  expect(act).not.toHaveBeenCalled();
});
