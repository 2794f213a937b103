import { LEAST_MS, type Range, rangeAsked, rangeText, spanMs, zoomedTo } from './range.ts';

/** A stretch of time, ms since 1970. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** From so much time on, a chart has a strip beneath, on which the part that it shows is chosen. */
const LONG_MS = 7 * 86_400_000;

/** What a chart shows: the whole range, or a part of a long one. */
export interface ShownRange {
  readonly range: Range;
  readonly whole: Part;
  readonly part: Part | null;
  readonly isLong: boolean;
  /** As the API is asked for it. */
  readonly asked: ReturnType<typeof rangeAsked>;
}

/** @param text the part as it stands in the address */
export function shownOf(range: Range, text: string | undefined, now: number): ShownRange {
  const whole = range.kind === 'fixed' ? { from: range.from, to: range.to } : { from: now - spanMs(range), to: now };
  const isLong = whole.to - whole.from >= LONG_MS;
  const part = isLong ? partIn(whole, text) : null;
  return { range, whole, part, isLong, asked: rangeAsked(part === null ? range : { kind: 'fixed', ...part }) };
}

/** What changes in the address. */
export interface RangeChange {
  readonly range?: string | undefined;
  readonly part: string | undefined;
}

/** Zooming into a long range chooses a part of it; out beyond it, or of a short one, changes the range itself. */
export function zoomed({ whole, part, isLong }: ShownRange, to: Part, now: number): RangeChange {
  const within = clamped(to, whole);
  const isAll = within.from <= whole.from && within.to >= whole.to;
  if (isLong && !isAll) return { part: partText(within) };
  if (part !== null) return { part: undefined };
  return { range: rangeText(zoomedTo(to.from, to.to, now)), part: undefined };
}

/** Back: to the whole range where a part was shown, else to the usual range. */
export function unzoomed({ part }: ShownRange): RangeChange {
  return part === null ? { range: undefined, part: undefined } : { part: undefined };
}

/** As it stands in the address; nothing where it is the whole. */
export const partText = (part: Part | null): string | undefined =>
  part === null ? undefined : rangeText({ kind: 'fixed', ...part });

function partIn(whole: Part, text: string | undefined): Part | null {
  const [from = Number.NaN, to = Number.NaN] = (text ?? '').split('..').map((end) => Date.parse(end));
  const part = { from: Math.max(whole.from, from), to: Math.min(whole.to, to) };
  return part.to - part.from >= LEAST_MS && part.to - part.from < whole.to - whole.from ? part : null;
}

/** As much of it as lies within, at least the shortest range there is. */
export function clamped({ from, to }: Part, whole: Part): Part {
  const end = Math.min(whole.to, Math.max(to, whole.from + LEAST_MS));
  const start = Math.max(whole.from, Math.min(from, end - LEAST_MS));
  return { from: start, to: Math.max(end, start + LEAST_MS) };
}

/** The same length of time elsewhere in the whole. */
export function movedBy({ from, to }: Part, by: number, whole: Part): Part {
  const most = Math.min(Math.max(by, whole.from - from), whole.to - to);
  return { from: from + most, to: to + most };
}

/** With one end elsewhere; it does not go past the other. */
export function resized(part: Part, end: keyof Part, at: number, whole: Part): Part {
  return end === 'from'
    ? { ...part, from: Math.max(whole.from, Math.min(at, part.to - LEAST_MS)) }
    : { ...part, to: Math.min(whole.to, Math.max(at, part.from + LEAST_MS)) };
}
