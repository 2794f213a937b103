import { describe, expect, it } from 'vitest';
import { isOpen, opensAt } from './hours.ts';

const qatar = { from: '08:00', to: '18:00', days: [1, 2, 3, 4, 7], time_zone: 'Asia/Qatar' };
const night = { from: '22:00', to: '06:00', days: [5], time_zone: 'Europe/Paris' };
const at = (time: string): number => Date.parse(time);

describe('hours', () => {
  it.each([
    // Thursday 26 November 2026; Qatar is three hours ahead.
    ['as they begin', qatar, '2026-11-26T05:00:00Z', true],
    ['just before', qatar, '2026-11-26T04:59:59Z', false],
    ['as they end', qatar, '2026-11-26T15:00:00Z', false],
    ['on a free day', qatar, '2026-11-27T09:00:00Z', false],
    ['over midnight, on their day', night, '2026-11-27T22:30:00Z', true],
    ['over midnight, in the next morning', night, '2026-11-28T04:30:00Z', true],
    ['over midnight, in the morning before', night, '2026-11-27T04:30:00Z', false],
    ['all day', { ...qatar, from: '00:00', to: '00:00' }, '2026-11-26T20:59:59Z', true],
  ])('%s', (_what, hours, time, open) => {
    expect(isOpen(hours, at(time))).toBe(open);
  });

  it.each([
    ['at once when open', qatar, '2026-11-26T09:00:00Z', '2026-11-26T09:00:00Z'],
    ['later the same day', qatar, '2026-11-26T01:00:00Z', '2026-11-26T05:00:00Z'],
    ['after the free days', qatar, '2026-11-26T16:00:00Z', '2026-11-29T05:00:00Z'],
    ['in a week', night, '2026-11-28T05:30:00Z', '2026-12-04T21:00:00Z'],
    // Clocks in Paris go forward at 2:00 on Sunday 29 March 2026, over the beginning.
    [
      'where clocks skip the beginning',
      { ...night, from: '02:30', to: '09:00', days: [7] },
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:30:00Z',
    ],
  ])('open %s', (_what, hours, time, opens) => {
    expect(new Date(opensAt(hours, at(time))!).toISOString()).toBe(new Date(opens).toISOString());
  });

  it('never open without days', () => {
    expect(opensAt({ ...qatar, days: [] }, at('2026-11-26T09:00:00Z'))).toBeNull();
  });
});
