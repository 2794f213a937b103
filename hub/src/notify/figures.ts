import type { Language } from '../http/language/bilingual.ts';
import { WallClock } from '../wall-clock.ts';

const clock = new WallClock();

/** A figure as people of a language write it, to the hundredth. */
export function figure(value: number, language: Language): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
}

/** A moment on the site's clocks and on those of headquarters (UTC): `2026-11-26 17:57 Asia/Qatar (14:57 UTC)`. */
export function moment(time: string, timeZone: string): string {
  const at = new Date(time);
  const utc = minuteOf(at);
  if (timeZone === 'UTC') return `${utc} UTC`;
  const local = minuteOf(clock.read(at, timeZone));
  const sameDay = local.slice(0, 10) === utc.slice(0, 10);
  return `${local} ${timeZone} (${sameDay ? utc.slice(11) : utc} UTC)`;
}

function minuteOf(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', ' ');
}
