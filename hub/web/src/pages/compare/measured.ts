import type { Series } from '../../api/metrics.ts';
import { largestOf, valuesOf } from '../../charts/from-series.ts';
import type { Values } from '../../charts/model.ts';
import type { Item } from './items.ts';
import { type Known, QUANTITY, type QuantityName } from './quantities.ts';

/** An item with what was answered of it. */
export interface Answered {
  readonly item: Item;
  readonly label: string;
  readonly known: Known | undefined;
  readonly series: Series | undefined;
}

/** One item's values of a quantity, over the times that all share. */
interface Track {
  readonly label: string;
  readonly now: Values;
  /** Of the time before, at the places of the first; null where none is compared. */
  readonly before: Values | null;
}

/** A quantity of all items, in one unit. */
export interface Measured {
  readonly name: QuantityName;
  readonly unit: string;
  /** Whether values are in percent of what is expected of each item. */
  readonly isShare: boolean;
  readonly decimals: number;
  readonly differenceUnit: string;
  readonly isRatio: boolean;
  readonly leastSpan: number;
  readonly tracks: readonly Track[];
  /** Items without an expected value, of which no share is known. */
  readonly without: readonly string[];
}

/**
 * The moments of all answers, as far as each of them goes: asked one after the other, one may end a bucket later than the
 * next, where the others are not unknown but not told yet.
 */
export function commonTimes(answers: readonly (Series | undefined)[]): readonly string[] {
  const ends = answers.flatMap((answer) => answer?.time.at(-1) ?? []).sort();
  const all = new Set(answers.flatMap((answer) => answer?.time ?? []));
  return [...all].sort().filter((time) => time <= (ends[0] ?? ''));
}

/** A quantity of all items over common times; in shares of what is expected where that is asked and there is any. */
export function measure(
  name: QuantityName,
  items: readonly Answered[],
  times: readonly string[],
  wanted: { readonly inShares: boolean; readonly compare: string | undefined },
): Measured {
  const quantity = QUANTITY[name];
  const expected = items.map(({ known }) => (known === undefined ? null : quantity.expected?.(known) || null));
  const isShare = wanted.inShares && expected.some((value) => value !== null);
  const raw = items.map(({ series }) => (compare?: string): Values => {
    if (series === undefined) return times.map(() => null);
    return placed(series.time, valuesOf(series, quantity.metric, compare === undefined ? {} : { compare }), times);
  });
  const largest = largestOf(raw.flatMap((valuesAt) => [...valuesAt()]));
  const { unit, divisor } = isShare ? { unit: '%', divisor: 1 } : quantity.unit(largest);
  const scaled = (values: Values, i: number): Values => {
    const whole = expected[i] ?? null;
    const by = isShare ? (whole === null ? null : whole / 100) : divisor;
    return values.map((value) => (value === null || by === null ? null : value / by));
  };
  const { leastSpan } = quantity;
  return {
    name,
    unit,
    isShare,
    decimals: isShare ? 1 : quantity.decimals,
    differenceUnit: isShare ? '%' : (quantity.differenceUnit ?? unit),
    isRatio: !isShare && quantity.isRatio,
    leastSpan: isShare ? 5 : 'of' in leastSpan ? leastSpan.of / divisor : ((largest ?? 1) / divisor) * leastSpan.share,
    tracks: items.map(({ label }, i) => ({
      label,
      now: scaled(raw[i]?.() ?? [], i),
      before: wanted.compare === undefined ? null : scaled(raw[i]?.(wanted.compare) ?? [], i),
    })),
    without: isShare ? items.filter((_, i) => expected[i] === null).map(({ label }) => label) : [],
  };
}

/** What was told at some times, at the places of others. */
export function placed<Value>(
  from: readonly string[],
  values: readonly (Value | null)[],
  to: readonly string[],
): (Value | null)[] {
  const byTime = new Map(from.map((time, i) => [time, values[i] ?? null]));
  return to.map((time) => byTime.get(time) ?? null);
}

/** The newest value that is known, and the mean of all. */
export function summaryOf(values: Values): { readonly latest: number | null; readonly mean: number | null } {
  const known = values.filter((value) => value !== null);
  return {
    latest: known.at(-1) ?? null,
    mean: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length,
  };
}

/** How far a value is from another, and in percent of it. */
export function differenceOf(value: number | null, from: number | null) {
  if (value === null || from === null) return null;
  return { by: value - from, pct: from === 0 ? null : ((value - from) / Math.abs(from)) * 100 };
}
