import type { Read } from './finding.ts';

/** Reads times of the old database: milliseconds since 1970 UTC, exact to the microsecond. */
export type TimeReader = (written: string) => Read<number>;

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?)? ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i;
const EPOCH = /^\d{9,13}(\.\d+)?$/;
/** Seconds since 1970 have fewer digits than this until the year 5138, milliseconds more since 1973. */
const FIRST_IN_MS = 1e11;
/** The first block: no mine is older. */
const OLDEST = Date.UTC(2009, 0, 3);
/** How far the clock of the old system may have gone before this one. */
const CLOCK_SKEW_MS = 5 * 60_000;
const QUARTER_MS = 900_000;

/**
 * @param zone the IANA zone that times without one are in; throws a RangeError for one that does not exist
 * @param now ms since 1970 UTC: what lies after it has not happened
 */
export function timeReader(zone: string, now: number): TimeReader {
  const offsetAt = offsetsOf(zone);
  return (written) => {
    const at = parse(written.trim(), offsetAt);
    if (at === null)
      return {
        why: 'is not a time',
        remedy: 'Write it as 2025-06-30 12:45:00 or 2025-06-30T12:45:00Z in the source, then import again.',
      };
    if (at > now + CLOCK_SKEW_MS)
      return {
        why: 'lies in the future',
        remedy: "Correct it in the source; if the source's times are local ones, say so with --source-time-zone.",
      };
    if (at < OLDEST)
      return { why: 'lies before there was any mining', remedy: 'Correct it in the source, then import again.' };
    return { value: at };
  };
}

function parse(text: string, offsetAt: (local: number) => number): number | null {
  if (EPOCH.test(text)) return Number(text) < FIRST_IN_MS ? Number(text) * 1000 : Number(text);
  const parts = TIME.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as Six;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(local);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const exact = local + Number(parts[7] ?? 0) * 1000;
  return exact - (parts[8] === undefined ? offsetAt(local) : statedOffset(parts[8]));
}

type Six = [number, number, number, number, number, number];

/** `+03`, `+0330`, `-03:30`, `Z`, in milliseconds. */
function statedOffset(text: string): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(text) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/**
 * Answers how far a zone's clocks are ahead of UTC when they show a given time, ms. Of the hour that the end of summer
 * time repeats it is the later one; asking is dear, so each quarter of an hour is asked for once.
 */
function offsetsOf(zone: string): (local: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  if (format.resolvedOptions().timeZone === 'UTC') return () => 0;
  const offsetAtUtc = (at: number): number => {
    const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? '';
    return statedOffset(name.replace('GMT', ''));
  };
  const known = new Map<number, number>();
  return (local) => {
    const quarter = Math.floor(local / QUARTER_MS);
    const found = known.get(quarter);
    if (found !== undefined) return found;
    const offset = offsetAtUtc(local - offsetAtUtc(local));
    known.set(quarter, offset);
    return offset;
  };
}
