import { expect, it } from 'vitest';
import { isDateOf, lastOver, otherPeriod, runningAt, stepped } from './period.ts';
import { reportsSearch } from './search.ts';

const LATE = Date.parse('2026-11-30T21:30:00Z');

it('the day and month that run are those of the site’s clocks', () => {
  expect([runningAt('daily', LATE, 'UTC'), runningAt('daily', LATE, 'Asia/Qatar')]).toEqual([
    '2026-11-30',
    '2026-12-01',
  ]);
  expect([lastOver('daily', LATE, 'Asia/Qatar'), lastOver('monthly', LATE, 'Asia/Qatar')]).toEqual([
    '2026-11-30',
    '2026-11',
  ]);
});

it('steps over the ends of months and years', () => {
  expect([stepped('daily', '2028-02-28', 1), stepped('daily', '2026-01-01', -1)]).toEqual(['2028-02-29', '2025-12-31']);
  expect([stepped('monthly', '2026-12', 1), stepped('monthly', '2026-01', -1)]).toEqual(['2027-01', '2025-12']);
});

it('goes from a day to its month, and from a month to its last day that has begun', () => {
  expect(otherPeriod('monthly', '2026-11-25', LATE, 'UTC')).toBe('2026-11');
  expect(otherPeriod('daily', '2026-10', LATE, 'UTC')).toBe('2026-10-31');
  expect(otherPeriod('daily', '2026-12', LATE, 'Asia/Qatar')).toBe('2026-12-01');
});

it('takes only days that the calendar has', () => {
  expect(['2026-02-29', '2026-13-01', '1999-12-31', '2026-11'].some((text) => isDateOf('daily', text))).toBe(false);
  expect([isDateOf('daily', '2028-02-29'), isDateOf('monthly', '2026-11'), isDateOf('monthly', '2026-13')]).toEqual([
    true,
    true,
    false,
  ]);
});

it('the address keeps what fits together', () => {
  expect(reportsSearch({ project: 'QATAR-001', period: 'monthly', date: '2026-11' })).toEqual({
    project: 'QATAR-001',
    period: 'monthly',
    date: '2026-11',
  });
  expect(reportsSearch({ project: '', period: 'weekly', date: '2026-11' })).toEqual({});
});
