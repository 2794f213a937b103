import { dayBoundaries, dayOf } from '../series/days.ts';
import type { Span } from '../series/steps.ts';
import { WallClock } from '../wall-clock.ts';

/** What a report covers: a day or a month of the project's time zone. */
export interface Period {
  readonly kind: 'daily' | 'monthly';
  /** `2026-11-25`, or `2026-11`. */
  readonly name: string;
  readonly span: Span;
  readonly days: readonly ReportDay[];
}

export interface ReportDay extends Span {
  /** `2026-11-25`. */
  readonly date: string;
}

/** A day; null where the time zone left it out when it crossed the date line. */
export function daily(date: string, timeZone: string): Period | null {
  const span = dayOf(date, timeZone);
  return span === null ? null : { kind: 'daily', name: date, span, days: [{ date, ...span }] };
}

/** A month, `2026-11`, of as many days as its time zone had. */
export function monthly(month: string, timeZone: string): Period {
  const [first, next] = [`${month}-01`, `${monthsFrom(month, 1)}-01`].map((date) => dayOf(date, timeZone)?.from ?? 0);
  const span = { from: first ?? 0, to: next ?? 0 };
  const clock = new WallClock();
  const boundaries = dayBoundaries(span, timeZone);
  const days = boundaries.slice(0, -1).map((from, i) => {
    const date = clock.read(new Date(from), timeZone).toISOString().slice(0, 10);
    return { date, from, to: boundaries[i + 1] ?? from };
  });
  return { kind: 'monthly', name: month, span, days };
}

/** Today's date of a time zone. */
export function today(now: number, timeZone: string): string {
  return new WallClock().read(new Date(now), timeZone).toISOString().slice(0, 10);
}

/** The date so many days after another. */
export function daysFrom(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The month so many months after another. */
export function monthsFrom(month: string, months: number): string {
  const at = new Date(`${month}-01`);
  at.setUTCMonth(at.getUTCMonth() + months);
  return at.toISOString().slice(0, 7);
}
