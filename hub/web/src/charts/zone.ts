import { timeFormat } from '../formatters.ts';

/** Wall clocks: what a time zone's clocks show at a moment, and which moment shows that. */

const PARTS: Intl.DateTimeFormatOptions = {
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
};

/** What the clocks show, as though it were UTC, ms since 1970. */
export function wallOf(at: number, zone: string): number {
  const parts = Object.fromEntries(
    timeFormat('en-US', { ...PARTS, timeZone: zone })
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** When the clocks show this; where they are put forward past it, soon after. */
export function momentOf(wall: number, zone: string): number {
  const guess = wall - (wallOf(wall, zone) - wall);
  return guess - (wallOf(guess, zone) - wall);
}

/** How far the zone is from UTC at a moment: `UTC+3`, `UTC+5:30`, `UTC`. */
export function offsetName(at: number, zone: string): string {
  const minutes = Math.round((wallOf(at, zone) - Math.floor(at / 1000) * 1000) / 60_000);
  if (minutes === 0) return 'UTC';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '\u2212' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

/** For `<input type="datetime-local">`: `2026-11-25T08:00`. */
export const localText = (at: number, zone: string): string => new Date(wallOf(at, zone)).toISOString().slice(0, 16);

/** What such a field holds; null where it holds no time. */
export function localMoment(text: string, zone: string): number | null {
  const wall = Date.parse(`${text}Z`);
  return Number.isNaN(wall) ? null : momentOf(wall, zone);
}
