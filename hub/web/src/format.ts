import i18next from 'i18next';
import { listFormat, numberFormat, timeFormat } from './formatters.ts';

/** A number and its unit as they are shown apart: the unit smaller. */
export interface Shown {
  readonly value: string;
  readonly unit: string;
}

/** What is not known. Never a zero. */
export const UNKNOWN = '–';
/** Between a number and its unit: narrow and unbreakable. */
export const THIN = '\u202f';

const locale = (): string => i18next.resolvedLanguage ?? 'en';

/** A number with so many decimals, in the reader's manner, its minus a minus. */
export function number(value: number | null | undefined, decimals = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  // A zero that was rounded from below has no sign.
  const text = numberFormat(locale(), options).format(Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value);
  return text.replace('-', '\u2212');
}

/** With its sign, for a difference. */
export function difference(value: number | null, decimals = 0): string {
  if (value === null) return UNKNOWN;
  const rounded = number(Math.abs(value), decimals);
  if (Math.abs(value) < 0.5 * 10 ** -decimals) return `±${rounded}`;
  return `${value > 0 ? '+' : '\u2212'}${rounded}`;
}

/** Three significant figures: 8.45, 101, 0.0123. */
export function significant(value: number | null | undefined, figures = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  if (value === 0) return number(0);
  const decimals = Math.max(0, figures - 1 - Math.floor(Math.log10(Math.abs(value))));
  return number(value, Math.min(decimals, 6));
}

/** A measured value with about three digits and none that say nothing: 1,234; 146; 41.3; 6.4. */
export function measured(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  const size = Math.abs(value);
  const maximumFractionDigits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return numberFormat(locale(), { maximumFractionDigits }).format(value).replace('-', '\u2212');
}

const HASHRATES = [
  { from: 1e6, unit: 'EH/s' },
  { from: 1e3, unit: 'PH/s' },
  { from: 0, unit: 'TH/s' },
];

/** TH/s in the largest prefix that leaves a whole number before the point. */
export function hashrate(ths: number | null | undefined, like: number | null | undefined = ths): Shown {
  const size = Math.abs(like ?? 0);
  const { from, unit } = HASHRATES.find((prefix) => size >= prefix.from) ?? { from: 0, unit: 'TH/s' };
  return { value: significant(ths == null ? null : ths / (from || 1)), unit };
}

/** kW as MW from 1,000 on. */
export function power(kw: number | null | undefined, like: number | null | undefined = kw): Shown {
  const mega = Math.abs(like ?? 0) >= 1000;
  return { value: significant(kw == null ? null : mega ? kw / 1000 : kw, mega ? 4 : 3), unit: mega ? 'MW' : 'kW' };
}

/** kWh as MWh from 1,000 on. */
export function energy(kwh: number | null | undefined, like: number | null | undefined = kwh): Shown {
  const mega = Math.abs(like ?? 0) >= 1000;
  return { value: significant(kwh == null ? null : mega ? kwh / 1000 : kwh, 4), unit: mega ? 'MWh' : 'kWh' };
}

/** TH/s times hours, with the prefix of a hashrate. */
export function hashrateHours(thh: number | null | undefined, like: number | null | undefined = thh): Shown {
  const { value, unit } = hashrate(thh, like);
  return { value, unit: unit.replace('/s', '\u00b7h') };
}

export const efficiency = (jPerTh: number | null | undefined): Shown => ({ value: number(jPerTh, 1), unit: 'J/TH' });
export const temperature = (celsius: number | null | undefined): Shown => ({ value: number(celsius, 1), unit: '°C' });
export const percent = (value: number | null | undefined, decimals = 1): Shown => ({
  value: number(value, decimals),
  unit: '%',
});

/** As one text, for places that take no markup. */
export function text({ value, unit }: Shown): string {
  return value === UNKNOWN ? value : `${value}${THIN}${unit}`;
}

/** An amount of data: 512 B, 4.5 kB, 1,234 MB. */
export function dataSize(bytes: number | null | undefined): Shown {
  if (bytes === null || bytes === undefined) return { value: UNKNOWN, unit: 'B' };
  const [size, unit] = bytes >= 1e6 ? [1e6, 'MB'] : bytes >= 1e3 ? [1e3, 'kB'] : [1, 'B'];
  return { value: measured(bytes / size), unit };
}

/** A length of time in its largest unit: `4 s`, `3 min`, `6 h`, `2 d`. */
export function duration(seconds: number): string {
  const [size, unit] =
    seconds < 60
      ? [1, 'second']
      : seconds < 3600
        ? [60, 'minute']
        : seconds < 172_800
          ? [3600, 'hour']
          : [86_400, 'day'];
  const style = { style: 'unit', unit: unit as string, unitDisplay: 'short', maximumFractionDigits: 0 } as const;
  return numberFormat(locale(), style).format(Math.floor(Math.max(0, seconds) / (size as number)));
}

const SECOND = { size: 1, unit: 'second' };
const UNITS = [{ size: 86_400, unit: 'day' }, { size: 3600, unit: 'hour' }, { size: 60, unit: 'minute' }, SECOND];

/** A length of time in the largest unit that tells all of it: `90 min`, `2 h`, `45 s`. */
export function exactDuration(seconds: number): string {
  const { size, unit } = UNITS.find((each) => seconds >= each.size && seconds % each.size === 0) ?? SECOND;
  return numberFormat(locale(), { style: 'unit', unit, unitDisplay: 'short' }).format(seconds / size);
}

/** A moment by the clock of a zone. */
export function moment(at: string | number | Date, options: Intl.DateTimeFormatOptions, timeZone?: string): string {
  return timeFormat(locale(), { ...options, ...(timeZone ? { timeZone } : {}) }).format(new Date(at));
}

export const clock = (at: string | number | Date, timeZone?: string): string =>
  moment(at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, timeZone);

/** Of a list of names, as people write it: `a, b and c`, or `a, b or c`. */
export function listing(names: readonly string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string {
  return listFormat(locale(), { type }).format(names);
}
