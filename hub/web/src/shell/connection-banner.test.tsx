// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Live, LiveState } from '../api/live.ts';
import { startLanguages } from '../i18n/index.ts';
import { LiveContext } from '../live.ts';
import { ConnectionBanner } from './connection-banner.tsx';

/** A stream that opens and breaks by command. */
function stream() {
  let state: LiveState = { open: false, heardAt: null };
  const listeners = new Set<() => void>();
  const live = {
    state: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const become = (next: LiveState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  return { live: live as unknown as Live, become };
}

let root: Root;
let box: HTMLElement;
beforeEach(async () => {
  await startLanguages('en');
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers();
  box = document.createElement('div');
  root = createRoot(box);
});
afterEach(() => {
  act(() => root.unmount());
  vi.useRealTimers();
});

describe('the banner of a lost connection', () => {
  const shown = (): boolean => /No connection to the hub since \d\d:\d\d:\d\d/.test(box.textContent);
  const show = ({ live }: ReturnType<typeof stream>): void =>
    act(() =>
      root.render(
        <LiveContext value={live}>
          <ConnectionBanner />
        </LiveContext>,
      ),
    );
  const wait = (ms: number): void =>
    act(() => {
      vi.advanceTimersByTime(ms);
    });

  it('comes some seconds after the stream has ended, though nothing was heard of a site yet, and goes with it', () => {
    const of = stream();
    show(of);
    act(() => of.become({ open: true, heardAt: null }));
    act(() => of.become({ open: false, heardAt: null }));
    wait(2_900);
    expect(shown()).toBe(false);
    wait(200);
    expect(shown()).toBe(true);
    act(() => of.become({ open: true, heardAt: null }));
    expect(shown()).toBe(false);
  });

  it('does not come before the stream was ever open: the page is only beginning', () => {
    const of = stream();
    show(of);
    wait(60_000);
    expect(shown()).toBe(false);
  });
});
