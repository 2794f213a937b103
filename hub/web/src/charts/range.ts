import { localText } from './zone.ts';

/** Which time a chart shows: so far back from now, or from one moment to another. */
export type Range =
  | { readonly kind: 'back'; readonly back: string }
  | { readonly kind: 'fixed'; readonly from: number; readonly to: number };

export const PRESETS = ['1h', '6h', '24h', '7d', '30d', '90d', '1y'] as const;
export type Preset = (typeof PRESETS)[number];

const BACK = /^([1-9]\d{0,3})([mhdy])$/;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, y: 365 * 86_400_000 } as const;
/** The hub answers at most 2,000 days at once. */
const MOST_MS = 2_000 * UNIT_MS.d;
/** Three buckets of the finest figures. */
export const LEAST_MS = 15 * UNIT_MS.m;

/** What an address says: `24h`, or `2026-11-25T08:00Z..2026-11-26T08:00Z`; 24 h where it says nothing that can be shown. */
export function parseRange(text: string | undefined, otherwise: Preset = '24h'): Range {
  if (text !== undefined && BACK.test(text) && backMs(text) <= MOST_MS) return { kind: 'back', back: text };
  const [from = Number.NaN, to = Number.NaN] = (text ?? '').split('..').map((end) => Date.parse(end));
  return to > from && to - from <= MOST_MS ? { kind: 'fixed', from, to } : { kind: 'back', back: otherwise };
}

/** As it stands in the address. */
export function rangeText(range: Range): string {
  return range.kind === 'back' ? range.back : `${minuteText(range.from)}..${minuteText(range.to)}`;
}

/** As the API is asked for it. */
export function rangeAsked(range: Range): { range: string } | { from: string; to: string } {
  if (range.kind === 'back') return { range: range.back };
  return { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
}

/** A range of whole minutes, at least 15 and not in the future: what somebody has zoomed to. */
export function zoomedTo(from: number, to: number, now: number): Range {
  const end = Math.min(now, Math.max(to, from + LEAST_MS));
  const start = Math.max(Math.min(from, end - LEAST_MS), end - MOST_MS);
  return { kind: 'fixed', from: toMinute(start), to: toMinute(end) };
}

export function spanMs(range: Range): number {
  return range.kind === 'back' ? backMs(range.back) : range.to - range.from;
}

function backMs(text: string): number {
  const [, count, unit] = BACK.exec(text) ?? [];
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

const toMinute = (at: number): number => Math.round(at / 60_000) * 60_000;
const minuteText = (at: number): string => `${localText(toMinute(at), 'UTC')}Z`;
