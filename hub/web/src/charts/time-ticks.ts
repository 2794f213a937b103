import { moment } from '../format.ts';
import { momentOf, wallOf } from './zone.ts';

export interface TimeTick {
  readonly at: number;
  readonly label: string;
  /** A day among hours, a year among months. */
  readonly isMajor: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [1, 5, 15, 30]
  .map((n) => n * MINUTE)
  .concat(
    [1, 2, 3, 6, 12].map((n) => n * HOUR),
    [1, 2, 7].map((n) => n * DAY),
  );
const MONTHS = [1, 2, 3, 6, 12, 24, 60];

/** Round moments by the clocks of a zone, at most so many. */
export function timeTicks(from: number, to: number, timeZone: string, most: number): TimeTick[] {
  const step = STEPS.find((width) => (to - from) / width <= most);
  return step === undefined ? monthTicks(from, to, timeZone, most) : stepTicks(from, to, timeZone, step);
}

function stepTicks(from: number, to: number, timeZone: string, step: number): TimeTick[] {
  const [start, end] = [wallOf(from, timeZone), wallOf(to, timeZone)];
  const ticks: TimeTick[] = [];
  for (let wall = Math.ceil(start / step) * step; wall <= end; wall += step) {
    const at = momentOf(wall, timeZone);
    const isMajor = step < DAY && wall % DAY === 0;
    const label = isMajor
      ? moment(at, { weekday: 'short', day: 'numeric', month: 'short' }, timeZone)
      : step < DAY
        ? moment(at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, timeZone)
        : moment(at, { day: 'numeric', month: 'short' }, timeZone);
    if (at >= from && at <= to && at !== ticks.at(-1)?.at) ticks.push({ at, label, isMajor });
  }
  return ticks;
}

function monthTicks(from: number, to: number, timeZone: string, most: number): TimeTick[] {
  const months = (to - from) / (30.4 * DAY);
  const step = MONTHS.find((count) => months / count <= most) ?? 120;
  const start = new Date(wallOf(from, timeZone));
  const first = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step;
  const ticks: TimeTick[] = [];
  for (let month = first; ; month += step) {
    const at = momentOf(Date.UTC(Math.floor(month / 12), month % 12), timeZone);
    if (at > to) return ticks;
    const isMajor = month % 12 === 0;
    const label = moment(at, isMajor ? { year: 'numeric' } : { month: 'short' }, timeZone);
    if (at >= from) ticks.push({ at, label, isMajor });
  }
}

/** When a bucket begins, as told in words: by the clock alone where the chart spans a day at most. */
export function bucketLabel(at: number, step: number, span: number, timeZone: string): string {
  if (step >= DAY) return moment(at, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }, timeZone);
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  if (span <= DAY + HOUR) return moment(at, time, timeZone);
  return moment(at, { weekday: 'short', day: 'numeric', month: 'short', ...time }, timeZone);
}
