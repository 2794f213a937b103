import type { ChartPanel } from './model.ts';

/** A value axis: its ends, and where it is marked. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly decimals: number;
}

const NICE = [1, 2, 5, 10];
const MOST_STEPS = 4;

/** The axis that holds all a panel shows: ends and marks on round numbers. */
export function scaleOf({ lines, band, thresholds = [], leastSpan, holds }: ChartPanel): Scale {
  const drawn = lines.flatMap(({ values, least = [], most = [], isSpread = false }) =>
    isSpread ? [values, least, most] : [values],
  );
  const values = drawn.flatMap((each) => each.filter((value) => value !== null));
  if (holds !== undefined) values.push(...holds);
  if (values.length === 0 && band === undefined) return { low: 0, high: 1, ticks: [], decimals: 0 };
  for (const { value } of thresholds) values.push(value);
  if (band !== undefined) values.push(band.low, band.high);
  let low = values.reduce((least, value) => Math.min(least, value));
  let high = values.reduce((most, value) => Math.max(most, value));
  const isPositive = low >= 0;
  const wanted = leastSpan ?? (Math.max(Math.abs(low), Math.abs(high)) * 0.01 || 1);
  if (high - low < wanted) {
    const middle = (low + high) / 2;
    [low, high] = [middle - wanted / 2, middle + wanted / 2];
  }
  if (isPositive) low = Math.max(0, low);
  const step = niceStep((high - low) / MOST_STEPS);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  return {
    low: first * step,
    high: last * step,
    ticks: Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step),
    decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)),
  };
}

/** The least of 1, 2, 5, 10, 20, ... that is as much. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least) + 1e-9);
  return (NICE.find((nice) => nice * power >= least * (1 - 1e-9)) ?? 10) * power;
}

/** Moves places apart that are nearer than `gap`, keeping their order and their middle as far as may be. */
export function spread(places: readonly number[], gap: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
  const moved = [...places];
  for (let round = 0; round < places.length; round++) {
    for (let k = 1; k < order.length; k++) {
      const [above, below] = [order[k - 1]!, order[k]!];
      const lacking = gap - (moved[below]! - moved[above]!);
      if (lacking <= 0) continue;
      moved[above]! -= lacking / 2;
      moved[below]! += lacking / 2;
    }
  }
  return moved;
}
