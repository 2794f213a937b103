import { lookerOf } from '../../components/miner/looks.ts';
import { type Outlier, outliersOf, type Reason } from '../../components/miner/outliers.ts';
import type { Container, FleetModel } from './model.ts';

/** What stands out in one container, the worst first. */
export interface StandOut {
  readonly container: Container;
  /** Their indexes are those of the model's miners. */
  readonly outliers: readonly Outlier[];
  readonly counts: Readonly<Record<Reason, number>>;
}

const WEIGHTS: Readonly<Record<Reason, number>> = { offline: 4, idle: 3, degraded: 2, chip: 1 };

/** Containers with miners that deserve a look, those with most of them first. */
export function worstOf({ containers }: FleetModel): readonly StandOut[] {
  const found = containers.map(standOutOf).filter(({ outliers }) => outliers.length > 0);
  const weight = ({ outliers }: StandOut): number => outliers.reduce((sum, { reason }) => sum + WEIGHTS[reason], 0);
  return found.toSorted((a, b) => weight(b) - weight(a));
}

function standOutOf(container: Container): StandOut {
  const { miners, from } = container;
  const looker = lookerOf(miners, 'deviation');
  const outliers = outliersOf(miners, looker.of).map((each) => ({ ...each, index: from + each.index }));
  const counts = { offline: 0, idle: 0, degraded: 0, chip: 0 };
  for (const { reason } of outliers) counts[reason]++;
  return { container, outliers, counts };
}
