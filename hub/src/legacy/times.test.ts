import { describe, expect, it } from 'vitest';
import { timeReader } from './times.ts';

const NOW = Date.UTC(2026, 10, 23, 12);

function read(written: string, zone = 'UTC'): unknown {
  const time = timeReader(zone, NOW)(written);
  return 'value' in time ? new Date(time.value).toISOString() : time.why;
}

it.each([
  ['2026-06-30 12:45:07', '2026-06-30T12:45:07.000Z'],
  ['2026-06-30 12:45', '2026-06-30T12:45:00.000Z'],
  ['2026-06-30', '2026-06-30T00:00:00.000Z'],
  ['2026-06-30T12:45:07.25Z', '2026-06-30T12:45:07.250Z'],
  ['2026-06-30 12:45:07+00', '2026-06-30T12:45:07.000Z'],
  ['2026-06-30 12:45:07+03', '2026-06-30T09:45:07.000Z'],
  ['2026-06-30T12:45:07-0330', '2026-06-30T16:15:07.000Z'],
  ['2026-06-30 12:45:07.5+05:45', '2026-06-30T07:00:07.500Z'],
  ['1782823507', '2026-06-30T12:45:07.000Z'],
  ['1782823507250', '2026-06-30T12:45:07.250Z'],
  ['2024-02-29 00:00', '2024-02-29T00:00:00.000Z'],
  ['2026-11-23 12:04:59', '2026-11-23T12:04:59.000Z'],
  ['2026-11-23 12:05:01', 'lies in the future'],
  ['2026-11-23 12:05:01+03', '2026-11-23T09:05:01.000Z'],
  ['2009-01-02', 'lies before there was any mining'],
  ['1970-01-01 00:00:00', 'lies before there was any mining'],
  ['2026-02-29 00:00', 'is not a time'],
  ['2026-13-01', 'is not a time'],
  ['2026-06-31', 'is not a time'],
  ['2026-06-30 24:00', 'is not a time'],
  ['2026-06-30 12:60', 'is not a time'],
  ['30/06/2026 12:45', 'is not a time'],
  ['infinity', 'is not a time'],
  ['-infinity', 'is not a time'],
  ['0044-03-15 00:00:00 BC', 'is not a time'],
  ['12026-06-30 00:00', 'is not a time'],
  ['yesterday', 'is not a time'],
  ['', 'is not a time'],
])('%j is %s', (written, outcome) => expect(read(written)).toBe(outcome));

it('keeps microseconds, as Postgres does', () => {
  expect(timeReader('UTC', NOW)('2026-06-30 12:45:07.123456')).toEqual({
    value: Date.UTC(2026, 5, 30, 12, 45, 7) + 123.456,
  });
});

describe('a time without a zone', () => {
  it.each([
    ['2026-06-30 12:00', 'Asia/Qatar', '2026-06-30T09:00:00.000Z'],
    ['2026-06-30 12:00', 'America/St_Johns', '2026-06-30T14:30:00.000Z'],
    ['2026-01-30 12:00', 'Europe/Paris', '2026-01-30T11:00:00.000Z'],
    ['2026-06-30 12:00', 'Europe/Paris', '2026-06-30T10:00:00.000Z'],
    ['2026-03-29 01:59', 'Europe/Paris', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29 03:00', 'Europe/Paris', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25 01:45', 'Europe/Paris', '2026-10-24T23:45:00.000Z'],
    ['2026-10-25 03:00', 'Europe/Paris', '2026-10-25T02:00:00.000Z'],
    ['2026-11-23 14:00', 'Asia/Qatar', '2026-11-23T11:00:00.000Z'],
  ])('%s in %s is %s', (written, zone, utc) => expect(read(written, zone)).toBe(utc));

  it('is no matter of one that has a zone', () => {
    expect(read('2026-06-30 12:00Z', 'Asia/Qatar')).toBe('2026-06-30T12:00:00.000Z');
  });

  it('of the hour that summer time repeats is the later one', () => {
    expect(read('2026-10-25 02:30', 'Europe/Paris')).toBe('2026-10-25T01:30:00.000Z');
  });

  it('cannot be in a zone that does not exist', () => {
    expect(() => timeReader('Asia/Atlantis', NOW)).toThrow(RangeError);
  });
});
