// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { startLanguages } from '../i18n/index.ts';
import type { ChartPanel } from './model.ts';
import { TimeChart } from './time-chart.tsx';

const START = Date.parse('2026-11-26T06:00:00Z');
const TIMES = Array.from({ length: 60 }, (_, i) => START + i * 300_000);
const PANELS: ChartPanel[] = [
  {
    title: 'Hashrate',
    unit: 'EH/s',
    decimals: 2,
    lines: [{ label: 'Hashrate', values: TIMES.map((_, i) => (i < 10 ? null : 8 + i / 100)), colour: '--s1' }],
  },
  { title: 'Coolant', unit: '°C', lines: [{ label: 'Supply', values: TIMES.map(() => 35), colour: '--s2' }] },
];

beforeAll(() => startLanguages('en'));
afterEach(cleanup);

function show(more: Partial<React.ComponentProps<typeof TimeChart>> = {}) {
  const coverage = TIMES.map(() => ({ reporting: 57, expected: 58 }));
  render(<TimeChart label="Site" times={TIMES} panels={PANELS} coverage={coverage} timeZone="Asia/Qatar" {...more} />);
  return screen.getByRole('slider');
}
const told = (): string => screen.getByRole('slider').getAttribute('aria-valuetext') ?? '';

it('tells the newest values, in the zone of the site, with what they cover', () => {
  show();
  expect(told()).toBe('13:55, Hashrate 8.59\u202fEH/s, Supply 35.0\u202f°C, 57/58');
});

it('keys move the cursor; what is not known is told as unknown', () => {
  const chart = show();
  fireEvent.keyDown(chart, { key: 'Home' });
  expect(told()).toBe('09:00, Hashrate –, Supply 35.0\u202f°C, 57/58');
  for (const key of ['PageDown', 'ArrowRight', 'ArrowLeft', 'ArrowLeft']) fireEvent.keyDown(chart, { key });
  expect(told()).toContain('09:55, Hashrate 8.11');
  fireEvent.keyDown(chart, { key: 'End' });
  expect(told()).toContain('13:55');
});

it('plus and minus zoom about the cursor, Escape goes back', () => {
  const [onZoom, onReset] = [vi.fn(), vi.fn()];
  const chart = show({ onZoom, onReset });
  fireEvent.keyDown(chart, { key: '+' });
  const whole = 300_000 * 60;
  expect(onZoom).toHaveBeenLastCalledWith(START + whole / 4, START + (whole * 3) / 4);
  fireEvent.keyDown(chart, { key: '-' });
  expect(onZoom).toHaveBeenLastCalledWith(START - whole / 2, START + (whole * 3) / 2);
  fireEvent.keyDown(chart, { key: 'Escape' });
  expect(onReset).toHaveBeenCalledOnce();
});

it('dragging zooms to what was dragged over, a click does not', () => {
  const onZoom = vi.fn();
  const chart = show({ onZoom });
  chart.setPointerCapture = () => {};
  const drag = (from: number, to: number): void => {
    fireEvent.pointerDown(chart, { button: 0, clientX: from });
    fireEvent.pointerMove(chart, { clientX: to });
    fireEvent.pointerUp(chart, { clientX: to });
  };
  drag(200, 203);
  expect(onZoom).not.toHaveBeenCalled();
  drag(300, 200);
  const [from, to] = onZoom.mock.lastCall ?? [];
  expect(from).toBeGreaterThan(START);
  expect(to - from).toBeGreaterThan(300_000);
});

it('a click holds a moment, and tells what happened around it; Escape lets go before it goes back', () => {
  const onReset = vi.fn();
  const at = TIMES[30] as number;
  const marks = [
    { mark: 'critical' as const, label: 'C14 pump', at: at + 60_000 },
    { mark: 'warning' as const, label: 'C20 flow', at: at + 3_600_000 },
  ];
  const chart = show({ onReset, marks });
  chart.setPointerCapture = () => {};
  const place = 48 + (30.5 / 60) * (600 - 48 - 124);
  const click = (): void => {
    fireEvent.pointerDown(chart, { button: 0, clientX: place });
    fireEvent.pointerUp(chart, { clientX: place });
  };
  click();
  const held = document.querySelector('.pinned')?.textContent;
  expect(held).toContain('11:30');
  expect(held).toContain('C14 pump');
  expect(held).not.toContain('C20 flow');
  fireEvent.keyDown(chart, { key: 'Escape' });
  expect([document.querySelector('.pinned'), onReset.mock.calls.length]).toEqual([null, 0]);
  fireEvent.keyDown(chart, { key: 'Escape' });
  expect(onReset).toHaveBeenCalledOnce();
});

it('Enter holds where the cursor is, and lets go there', () => {
  const chart = show();
  for (const key of ['Home', 'Enter']) fireEvent.keyDown(chart, { key });
  expect(document.querySelector('.pinned')?.textContent).toContain('09:00');
  fireEvent.keyDown(chart, { key: 'Enter' });
  expect(document.querySelector('.pinned')).toBeNull();
});

it('tells the least and the most of a bucket where they are known', () => {
  const panels = PANELS.map((panel) => ({
    ...panel,
    lines: panel.lines.map((line) => ({ ...line, least: TIMES.map(() => 7), most: TIMES.map(() => 9) })),
  }));
  show({ panels });
  expect(document.querySelector('.readout')?.textContent).toContain('min to max 7.00–9.00');
});

it('a line begins where its values do', () => {
  show();
  const lines = [...document.querySelectorAll('path.ln')].map((line) => line.getAttribute('d') ?? '');
  expect(lines).toHaveLength(2);
  expect((lines[0]?.match(/[ML]/g) ?? []).length).toBe(50);
});

it('the same values stand in a table, the newest first, 25 a page', () => {
  show();
  fireEvent.click(screen.getByRole('button', { name: 'Show as table' }));
  const rows = () => screen.getAllByRole('row').slice(1);
  expect(rows()).toHaveLength(25);
  expect(rows()[0]?.textContent).toContain('8.59');
  fireEvent.click(screen.getByRole('button', { name: 'Older rows' }));
  fireEvent.click(screen.getByRole('button', { name: 'Older rows' }));
  expect(rows()).toHaveLength(10);
  expect(rows().at(-1)?.textContent).toContain('–');
  expect(screen.getByRole('button', { name: 'Older rows' })).toHaveProperty('disabled', true);
});

it('of an empty range it says that there is nothing', () => {
  const empty = PANELS.map((panel) => ({
    ...panel,
    lines: panel.lines.map((line) => ({ ...line, values: TIMES.map(() => null) })),
  }));
  show({ panels: empty });
  expect(told()).toBe('No data in this range.');
});
