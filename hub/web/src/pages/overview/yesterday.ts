import type { GlobalSnapshot, Series } from '../../api/metrics.ts';
import { valuesOf } from '../../charts/from-series.ts';

/** The company's figures of which there are both one of now and one of each hour. */
export type Compared = 'hashrate_ths' | 'power_kw' | 'efficiency_j_per_th' | 'miners_active';

/**
 * By how much a figure is now another than in the same hour yesterday, the first of `day`. Null where as large a part of
 * the site did not tell then as now: what adds up would seem to rise or fall.
 */
export function sinceYesterday(day: Series, metric: Compared, figures: GlobalSnapshot): number | null {
  const [before, now] = [valuesOf(day, metric)[0] ?? null, figures[metric]];
  const [toldThen, toldNow] = [day.coverage[0], figures.coverage];
  if (before === null || now === null || toldThen == null) return null;
  const isAlike = toldThen.reporting * toldNow.expected === toldNow.reporting * toldThen.expected;
  return isAlike ? now - before : null;
}
