import { lookerOf } from '../../components/miner/looks.ts';
import type { Container, FleetModel } from './model.ts';

/** Why a miner deserves a look, from the worst on. */
export const REASONS = ['offline', 'idle', 'degraded', 'chip'] as const;
type Reason = (typeof REASONS)[number];

export interface Outlier {
  readonly miner: number;
  readonly reason: Reason;
  /** From its container's median, K; null where its chip is not the reason. */
  readonly deviation: number | null;
}

/** What stands out in one container, the worst first. */
export interface StandOut {
  readonly container: Container;
  readonly outliers: readonly Outlier[];
  readonly counts: Readonly<Record<Reason, number>>;
}

/** So far from the median a chip stands out, K: the outer two steps of the scale. */
const FAR_K = 4;
const WEIGHTS: Readonly<Record<Reason, number>> = { offline: 4, idle: 3, degraded: 2, chip: 1 };

/** Containers with miners that deserve a look, those with most of them first. */
export function worstOf({ containers }: FleetModel): readonly StandOut[] {
  const found = containers.map(standOutOf).filter(({ outliers }) => outliers.length > 0);
  const weight = ({ outliers }: StandOut): number => outliers.reduce((sum, { reason }) => sum + WEIGHTS[reason], 0);
  return found.toSorted((a, b) => weight(b) - weight(a));
}

function standOutOf(container: Container): StandOut {
  const looker = lookerOf(container.miners, 'deviation');
  const outliers = container.miners.flatMap((miner, i): Outlier[] => {
    const { value } = looker.of(miner);
    const deviation = typeof value === 'number' ? value : null;
    const { status } = miner;
    const at = container.from + i;
    if (status === 'offline' || status === 'idle' || status === 'degraded')
      return [{ miner: at, reason: status, deviation: null }];
    return deviation !== null && Math.abs(deviation) > FAR_K ? [{ miner: at, reason: 'chip', deviation }] : [];
  });
  const counts = { offline: 0, idle: 0, degraded: 0, chip: 0 };
  for (const { reason } of outliers) counts[reason]++;
  const rank = (one: Outlier, other: Outlier): number =>
    REASONS.indexOf(one.reason) - REASONS.indexOf(other.reason) ||
    Math.abs(other.deviation ?? 0) - Math.abs(one.deviation ?? 0);
  return { container, outliers: outliers.toSorted(rank), counts };
}
