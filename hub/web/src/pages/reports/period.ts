import type { PeriodKind } from '../../api/reports.ts';
import { wallOf } from '../../charts/zone.ts';
import { moment } from '../../format.ts';

/** Days `2026-11-25` and months `2026-11`, as text: a report's period is one of a time zone, not a span of moments. */

const DAY_MS = 86_400_000;
const SHAPES: Readonly<Record<PeriodKind, RegExp>> = { daily: /^2\d{3}-\d{2}-\d{2}$/, monthly: /^2\d{3}-\d{2}$/ };
const LENGTH: Readonly<Record<PeriodKind, number>> = { daily: 10, monthly: 7 };

/** Whether a text names such a period: a day that the calendar has. */
export function isDateOf(kind: PeriodKind, text: string): boolean {
  if (!SHAPES[kind].test(text)) return false;
  const at = new Date(text);
  return !Number.isNaN(+at) && at.toISOString().startsWith(text);
}

/** The period that runs now, by the clocks of a zone. */
export function runningAt(kind: PeriodKind, now: number, timeZone: string): string {
  return new Date(wallOf(now, timeZone)).toISOString().slice(0, LENGTH[kind]);
}

/** The period so many after another. */
export function stepped(kind: PeriodKind, date: string, by: number): string {
  const at = new Date(date);
  if (kind === 'monthly') at.setUTCMonth(at.getUTCMonth() + by);
  else at.setTime(+at + by * DAY_MS);
  return at.toISOString().slice(0, LENGTH[kind]);
}

/** The newest that is over: what somebody wants to read in the morning. */
export const lastOver = (kind: PeriodKind, now: number, timeZone: string): string =>
  stepped(kind, runningAt(kind, now, timeZone), -1);

/** What is read next after a change from days to months or back: a day's month, a month's last day that has begun. */
export function otherPeriod(to: PeriodKind, date: string, now: number, timeZone: string): string {
  if (to === 'monthly') return date.slice(0, 7);
  const last = stepped('daily', `${stepped('monthly', date, 1)}-01`, -1);
  return [last, runningAt('daily', now, timeZone)].toSorted()[0] ?? last;
}

/** As people say it: Wednesday 25 November 2026; November 2026. */
export function periodTitle(kind: PeriodKind, date: string): string {
  const day = kind === 'daily' ? ({ weekday: 'long', day: 'numeric' } as const) : {};
  const title = moment(date, { ...day, month: 'long', year: 'numeric' }, 'UTC');
  return title.charAt(0).toLocaleUpperCase() + title.slice(1);
}
