import type { Series } from '../api/metrics.ts';
import { valuesOf } from './from-series.ts';
import type { ChartLine } from './model.ts';

const BEFORE = 'previous_period';

/** How a metric is drawn. */
interface Drawn extends Pick<ChartLine, 'label' | 'colour'> {
  readonly divisor?: number;
  /** What the line of the period before is called. */
  readonly before: string;
}

/** A metric as a line with the least and most of each bucket, and thinner the period before, where it was asked for. */
export function linesOf(
  answered: Series,
  metric: Series['series'][number]['metric'],
  { label, colour, divisor = 1, before }: Drawn,
): ChartLine[] {
  const least = valuesOf(answered, metric, { agg: 'min', divisor });
  const most = valuesOf(answered, metric, { agg: 'max', divisor });
  const line = { label, colour, values: valuesOf(answered, metric, { divisor }), least, most };
  if (!answered.series.some(({ labels }) => labels.compare === BEFORE)) return [line];
  const earlier = valuesOf(answered, metric, { divisor, compare: BEFORE });
  return [line, { label: before, colour, values: earlier, thin: true, isBefore: true }];
}
