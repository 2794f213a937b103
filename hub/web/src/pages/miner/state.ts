import type { Alert } from '../../api/alerts.ts';
import type { MinerDetail } from '../../api/miners.ts';
import { MINER_MARKS } from '../../components/miner/miner-marks.ts';
import { agedMark } from '../../components/status.ts';
import type { Mark } from '../../components/status-mark.tsx';
import { BADNESS, worstOf } from '../../components/status-word.ts';

/** How a miner is, and the alert that says why, where there is one. */
export interface MinerState {
  readonly mark: Mark;
  readonly cause: Alert | null;
}

/** The worse of what the miner does and what is said of it; `open` are its open alerts, the newest first. */
export function stateOf(
  { status, freshness }: Pick<MinerDetail, 'status' | 'freshness'>,
  open: readonly Alert[],
): MinerState {
  const [cause = null] = open.toSorted((a, b) => rank(a.severity) - rank(b.severity));
  const own = agedMark(MINER_MARKS[status], freshness);
  // What is only good to know does not change how it is drawn.
  const told = cause === null || cause.severity === 'info' ? own : cause.severity;
  return { mark: worstOf([told, own]), cause };
}

const rank = (mark: Mark): number => BADNESS.indexOf(mark);
