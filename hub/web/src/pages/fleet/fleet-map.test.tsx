// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startLanguages } from '../../i18n/index.ts';
import { FleetMap } from './fleet-map.tsx';
import { modelOf } from './model.ts';
import { paintingOf } from './painting.ts';
import { QATAR } from './testing.ts';

const model = modelOf(QATAR);
const painting = paintingOf(model, 'status');
const onAt = vi.fn();
const onOpen = vi.fn();
const onOpenMiner = vi.fn();

beforeAll(() => startLanguages('en'));
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(922);
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.clearAllMocks();
});

const show = (at: number | null) => (
  <FleetMap
    model={model}
    painting={painting}
    near={undefined}
    onNear={() => {}}
    at={at}
    onAt={onAt}
    onOpen={onOpen}
    onOpenMiner={onOpenMiner}
    wordsOf={(miner) => `miner ${miner}`}
  >
    {null}
  </FleetMap>
);

it('17,864 miners are one stop of the tab key, with a name and a description', () => {
  const { container } = render(show(null));
  const map = screen.getByRole('application', { name: 'Fleet map: 17,864 miners in 58 containers' });
  expect(container.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  expect(document.getElementById(map.getAttribute('aria-describedby') ?? '')?.textContent).toContain('Arrow keys');
});

it('keys move, open, and are announced once they rest', () => {
  const { rerender } = render(show(0));
  const map = screen.getByRole('application');
  fireEvent.keyDown(map, { key: 'ArrowRight' });
  expect(onAt).toHaveBeenLastCalledWith(14);
  rerender(show(14));
  fireEvent.keyDown(map, { key: 'PageDown' });
  expect(onAt).toHaveBeenLastCalledWith(308);
  rerender(show(308));
  expect(screen.getByRole('status').textContent).toBe('');
  vi.advanceTimersByTime(300);
  rerender(show(308));
  expect(screen.getByRole('status').textContent).toBe('miner 308');
  fireEvent.keyDown(map, { key: 'Enter' });
  expect(onOpen).toHaveBeenCalledWith(308);
  fireEvent.keyDown(map, { key: 'Enter', shiftKey: true });
  expect(onOpenMiner).toHaveBeenCalledWith(308);
  expect(onOpen).toHaveBeenCalledTimes(1);
});
