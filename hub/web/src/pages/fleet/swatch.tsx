import type { Painted } from '../../components/miner/fills.ts';

/** A cell of the map as it is drawn for what a miner does. */
export function MinerSwatch({ status }: { status: Painted['status'] }) {
  return <i className="fleet-k" data-miner={status} aria-hidden="true" />;
}
