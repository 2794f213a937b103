import type { Alert } from '../../api/alerts.ts';
import { containerOfMiner } from '../../components/short-id.ts';

/** What is done with alerts in a dialog. */
export type Deed = 'acknowledge' | 'resolve' | 'silence' | 'assign';

/** A dialog that is open: what, and with which alerts. */
export interface Doing {
  readonly deed: Deed;
  readonly alerts: readonly Alert[];
}

/** A miner's container, by its id. */
export function containerOf({ target_type: type, target_id: id }: Pick<Alert, 'target_type' | 'target_id'>) {
  if (type === 'container') return id;
  return type === 'miner' ? containerOfMiner(id) : null;
}
