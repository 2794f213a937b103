import type { Stretch } from '../db/queries/rollup-containers.ts';

/** The narrowest buckets, ms. */
export const FINE_MS = 300_000;

/** The buckets that spans touch, joined where they meet; per id, in order. Spans that hold nothing touch none. */
export function stretchesOf(spans: readonly Stretch[]): Stretch[] {
  const buckets = spans
    .filter(({ from, to }) => from < to)
    .map(({ id, from, to }) => ({ id, from: floor(from), to: Math.ceil(to / FINE_MS) * FINE_MS }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.from - b.from));
  const joined: { id: string; from: number; to: number }[] = [];
  for (const next of buckets) {
    const last = joined.at(-1);
    if (last !== undefined && last.id === next.id && next.from <= last.to) last.to = Math.max(last.to, next.to);
    else joined.push({ ...next });
  }
  return joined;
}

/** When each bucket of stretches begins, once, in order: ms since 1970. */
export function bucketsOf(stretches: readonly Stretch[]): number[] {
  const buckets = new Set<number>();
  for (const { from, to } of stretches) for (let at = from; at < to; at += FINE_MS) buckets.add(at);
  return [...buckets].sort((a, b) => a - b);
}

/** Buckets, in order, as the spans they fill without a gap. */
export function runsOf(buckets: readonly number[]): { from: number; to: number }[] {
  return stretchesOf(buckets.map((at) => ({ id: '', from: at, to: at + FINE_MS })));
}

function floor(at: number): number {
  return Math.floor(at / FINE_MS) * FINE_MS;
}
