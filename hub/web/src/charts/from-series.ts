import type { Series } from '../api/metrics.ts';
import type { Values } from './model.ts';

type One = Series['series'][number];

export const momentsOf = ({ time }: Pick<Series, 'time'>): number[] => time.map((at) => Date.parse(at));

/** The values of a metric over a divisor (1,000 for MW of kW); gaps where the answer has none of it. */
export function valuesOf(
  { series, time }: Pick<Series, 'series' | 'time'>,
  metric: One['metric'],
  { agg = 'avg', divisor = 1 }: { agg?: One['agg']; divisor?: number } = {},
): Values {
  const found = series.find((one) => one.metric === metric && one.agg === agg);
  if (found === undefined) return time.map(() => null);
  return divisor === 1 ? found.values : found.values.map((value) => (value === null ? null : value / divisor));
}

/** The largest of values, which settles the prefix of a panel. */
export function largestOf(values: Values): number | null {
  return values.reduce<number | null>((most, value) => (value === null ? most : Math.max(most ?? value, value)), null);
}
