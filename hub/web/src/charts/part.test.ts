import { expect, it } from 'vitest';
import { movedBy, type Part, resized, shownOf, unzoomed, zoomed } from './part.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-26T12:00:00Z');
const WEEK = { kind: 'back', back: '7d' } as const;
const PART = '2026-11-20T00:00Z..2026-11-21T00:00Z';

it('of a long range a part may be shown, and is what the API is asked for', () => {
  const shown = shownOf(WEEK, PART, NOW);
  expect(shown.isLong).toBe(true);
  expect(shown.asked).toEqual({ from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' });
  expect(shownOf(WEEK, undefined, NOW).asked).toEqual({ range: '7d' });
});

it.each([
  ['outside the range', '2025-11-20T00:00Z..2025-11-21T00:00Z'],
  ['the whole of it', '2026-11-01T00:00Z..2026-12-01T00:00Z'],
  ['too short', '2026-11-20T00:00Z..2026-11-20T00:05Z'],
  ['nonsense', 'yesterday'],
])('a part that is %s is none', (_, text) => {
  expect(shownOf(WEEK, text, NOW).part).toBeNull();
});

it('of a short range there is none, and what reaches out of a range ends with it', () => {
  expect(shownOf({ kind: 'back', back: '24h' }, PART, NOW)).toMatchObject({ isLong: false, part: null });
  const part = shownOf(WEEK, '2026-11-25T00:00Z..2026-11-30T00:00Z', NOW).part;
  expect(part).toEqual({ from: Date.parse('2026-11-25T00:00Z'), to: NOW });
});

it('zooming into a long range chooses a part, out of it again the whole, and further the range grows', () => {
  const whole = shownOf(WEEK, undefined, NOW);
  const inside = zoomed(whole, { from: NOW - 3 * DAY, to: NOW - 2 * DAY }, NOW);
  expect(inside).toEqual({ part: '2026-11-23T12:00Z..2026-11-24T12:00Z' });
  const around = { from: NOW - 10 * DAY, to: NOW + DAY };
  expect(zoomed(shownOf(WEEK, PART, NOW), around, NOW)).toEqual({ part: undefined });
  expect(zoomed(whole, around, NOW)).toEqual({ range: '2026-11-16T12:00Z..2026-11-26T12:00Z', part: undefined });
});

it('zooming a short range changes the range', () => {
  const shown = shownOf({ kind: 'back', back: '24h' }, undefined, NOW);
  const change = zoomed(shown, { from: NOW - 3_600_000, to: NOW }, NOW);
  expect(change).toEqual({ range: '2026-11-26T11:00Z..2026-11-26T12:00Z', part: undefined });
});

it('back is first to the whole, then to the usual range', () => {
  expect(unzoomed(shownOf(WEEK, PART, NOW))).toEqual({ part: undefined });
  expect(Object.keys(unzoomed(shownOf(WEEK, undefined, NOW)))).toContain('range');
});

it('a part moves and is resized within the whole, and its ends do not pass each other', () => {
  const whole: Part = { from: 0, to: 10 * DAY };
  const part: Part = { from: 2 * DAY, to: 4 * DAY };
  expect(movedBy(part, -3 * DAY, whole)).toEqual({ from: 0, to: 2 * DAY });
  expect(movedBy(part, 100 * DAY, whole)).toEqual({ from: 8 * DAY, to: 10 * DAY });
  expect(resized(part, 'to', 100 * DAY, whole)).toEqual({ from: 2 * DAY, to: 10 * DAY });
  expect(resized(part, 'from', 9 * DAY, whole).from).toBeLessThan(part.to);
});
