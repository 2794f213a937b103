import type { MinerSeries } from '../../api/miners.ts';
import { valuesOf } from '../../charts/from-series.ts';

/** Shares since the miner started; null where nothing tells. */
export interface Shares {
  readonly accepted: number | null;
  readonly rejected: number | null;
  readonly stale: number | null;
}

export function sharesOf(series: MinerSeries): Shares {
  const newest = (metric: 'shares_accepted' | 'shares_rejected' | 'shares_stale'): number | null =>
    valuesOf(series, metric, { agg: 'last' }).findLast((value) => value !== null) ?? null;
  return {
    accepted: newest('shares_accepted'),
    rejected: newest('shares_rejected'),
    stale: newest('shares_stale'),
  };
}

/** How many in a hundred the pool did not take; null before the first. */
export function rejectedShare({ accepted, rejected }: Shares): number | null {
  if (accepted === null || rejected === null || accepted + rejected === 0) return null;
  return (rejected / (accepted + rejected)) * 100;
}
