import type { Series } from '../api/metrics.ts';
import type { Values } from './model.ts';

/** As much of an answer as its values are told by: of anything that has series. */
interface Answered<Metric extends string, Agg extends string> {
  readonly time: readonly string[];
  readonly series: readonly {
    readonly metric: Metric;
    readonly agg: Agg;
    readonly labels: Readonly<Record<string, string>>;
    readonly values: Values;
  }[];
}

export const momentsOf = ({ time }: { readonly time: readonly string[] }): number[] => time.map((at) => Date.parse(at));

/** The values of a metric over a divisor (1,000 for MW of kW); gaps where the answer has none of it. */
export function valuesOf<Metric extends string, Agg extends string>(
  { series, time }: Answered<Metric, Agg>,
  metric: NoInfer<Metric>,
  { agg, divisor = 1, compare }: { agg?: NoInfer<Agg>; divisor?: number; compare?: string } = {},
): Values {
  const found = series.find(
    (one) => one.metric === metric && one.agg === (agg ?? 'avg') && one.labels.compare === compare,
  );
  if (found === undefined) return time.map(() => null);
  return divisor === 1 ? found.values : found.values.map((value) => (value === null ? null : value / divisor));
}

/** How wide the buckets are, ms; days as they mostly are. */
export const stepOf = ({ step }: { readonly step: keyof typeof STEP_MS }): number => STEP_MS[step];
const STEP_MS = { '1m': 60_000, '5m': 300_000, '15m': 900_000, '1h': 3_600_000, '1d': 86_400_000 } as const;

/** The largest of values, which settles the prefix of a panel. */
export function largestOf(values: Values): number | null {
  return values.reduce<number | null>((most, value) => (value === null ? most : Math.max(most ?? value, value)), null);
}

/**
 * The same without the bucket that is still being filled, while fewer tell in it than in the one before: what adds up
 * would seem to fall at the end of every chart.
 */
export function settled(answer: Series): Series {
  const { time, to, coverage } = answer;
  const [before, last] = [time.at(-2), time.at(-1)];
  if (before === undefined || last === undefined) return answer;
  const ends = Date.parse(last) + (Date.parse(last) - Date.parse(before));
  const reporting = (i: number): number => coverage.at(i)?.reporting ?? 0;
  if (ends <= Date.parse(to) || reporting(-1) >= reporting(-2)) return answer;
  return {
    ...answer,
    time: time.slice(0, -1),
    coverage: coverage.slice(0, -1),
    series: answer.series.map((one) => ({ ...one, values: one.values.slice(0, -1) })),
  };
}
