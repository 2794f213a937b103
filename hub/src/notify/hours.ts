import type { ChannelHours } from '../db/schema.ts';
import { WallClock } from '../wall-clock.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const clock = new WallClock();

/**
 * Whether a channel hears of what is not critical at a moment (ms since 1970). Hours that end at or before they begin
 * reach into the next day and belong to the one they begin on; `null` is always.
 */
export function isOpen(hours: ChannelHours | null, at: number): boolean {
  if (hours === null) return true;
  const local = +clock.read(new Date(at), hours.time_zone);
  return [0, DAY_MS].some((back) => {
    const day = startOfDay(local - back);
    return hours.days.includes(weekday(day)) && local >= day + minutes(hours.from) && local < day + end(hours);
  });
}

/** The first moment from `at` on at which the channel hears of what is not critical; null where it never does. */
export function opensAt(hours: ChannelHours | null, at: number): number | null {
  if (hours === null || isOpen(hours, at)) return at;
  const today = startOfDay(+clock.read(new Date(at), hours.time_zone));
  for (let day = today; day <= today + 8 * DAY_MS; day += DAY_MS) {
    const opening = momentOf(day + minutes(hours.from), hours.time_zone);
    if (hours.days.includes(weekday(day)) && opening > at) return opening;
  }
  return null;
}

/** The moment at which the clocks of a zone show a local time; where they skip it, the moment they do. */
function momentOf(local: number, timeZone: string): number {
  const offset = (at: number): number => +clock.read(new Date(at), timeZone) - Math.floor(at / 1000) * 1000;
  const guess = local - offset(local);
  return local - offset(guess);
}

/** How long after midnight the hours end, ms. */
function end({ from, to }: ChannelHours): number {
  return minutes(to) > minutes(from) ? minutes(to) : minutes(to) + DAY_MS;
}

/** `08:30` after midnight, ms. */
function minutes(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return (hour * 60 + minute) * MINUTE_MS;
}

function startOfDay(local: number): number {
  return Math.floor(local / DAY_MS) * DAY_MS;
}

/** 1 is Monday. */
function weekday(day: number): number {
  return new Date(day).getUTCDay() || 7;
}
