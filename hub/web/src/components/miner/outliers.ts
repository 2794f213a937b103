import type { Painted } from './fills.ts';
import type { Look } from './looks.ts';

/** Why a miner deserves a look, from the worst on. */
export const REASONS = ['offline', 'idle', 'degraded', 'chip'] as const;
export type Reason = (typeof REASONS)[number];

export interface Outlier {
  /** In the list of miners. */
  readonly index: number;
  readonly reason: Reason;
  /** From the container's median, K; null where its chip is not the reason. */
  readonly deviation: number | null;
}

/** So far from the median a chip stands out, K: the outer two steps of the scale. */
const FAR_K = 4;

/**
 * Those of a container's miners that deserve a look, the worst first.
 *
 * @param lookOf how each looks by deviation
 */
export function outliersOf<M extends Painted>(
  miners: readonly M[],
  lookOf: (miner: M) => Look | undefined,
): readonly Outlier[] {
  const outliers = miners.flatMap((miner, index): Outlier[] => {
    const { status } = miner;
    if (status === 'offline' || status === 'idle' || status === 'degraded')
      return [{ index, reason: status, deviation: null }];
    const value = lookOf(miner)?.value;
    return typeof value === 'number' && Math.abs(value) > FAR_K ? [{ index, reason: 'chip', deviation: value }] : [];
  });
  const rank = (one: Outlier, other: Outlier): number =>
    REASONS.indexOf(one.reason) - REASONS.indexOf(other.reason) ||
    Math.abs(other.deviation ?? 0) - Math.abs(one.deviation ?? 0);
  return outliers.toSorted(rank);
}
