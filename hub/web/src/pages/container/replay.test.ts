import { describe, expect, it } from 'vitest';
import { along, momentAsked, STEP_MS, span, written } from './replay.ts';

const NOW = Date.parse('2026-11-26T19:13:37Z');
const at = (time: string): number => Date.parse(`2026-11-${time}Z`);

it('the slider spans 24 h of whole steps', () => {
  expect(span(null, NOW)).toEqual({ from: at('25T19:10:00'), to: at('26T19:10:00') });
});

it('a link to an older moment widens it', () => {
  expect(span(at('20T08:00:00'), NOW)).toEqual({ from: at('20T08:00:00'), to: at('26T19:10:00') });
});

describe('the moment of an address', () => {
  it.each([
    ['2026-11-26T14:32:00Z', at('26T14:32:00')],
    ['2026-11-27T00:00:00Z', null],
    ['yesterday', null],
    [undefined, null],
  ])('%s', (asked, expected) => {
    expect(momentAsked(asked, NOW)).toBe(expected);
  });

  it('the newest step is the present', () => {
    const { to } = span(null, NOW);
    expect(written(to, to)).toBeUndefined();
    expect(written(to - STEP_MS, to)).toBe('2026-11-26T19:05:00.000Z');
  });
});

it('what is marked on the slider lies where it happened', () => {
  const range = { from: 0, to: 1000 };
  expect([250, -1, 1001, 1000].map((time) => along(time, range))).toEqual([0.25, null, null, 1]);
});
