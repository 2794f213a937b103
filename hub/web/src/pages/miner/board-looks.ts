import type { MinerDetail } from '../../api/miners.ts';
import type { Mark } from '../../components/status-mark.tsx';

type Board = NonNullable<MinerDetail['boards']>['boards'][number];

export interface BoardLook {
  readonly mark: Mark;
  /** In percent of what is expected of it; null where one of both is not known. */
  readonly share: number | null;
}

/** Below this share of what is expected a miner is told to hash too little; a board likewise. */
const LOW_PCT = 80;

/** How a board looks: as its share of what its miner is expected to hash says. One that is missing hashes 0. */
export function lookOfBoard({ hashrate_ths: ths }: Pick<Board, 'hashrate_ths'>, expected: number | null): BoardLook {
  if (ths === null) return { mark: 'unknown', share: null };
  if (ths === 0) return { mark: 'critical', share: 0 };
  if (expected === null || expected <= 0) return { mark: 'normal', share: null };
  const share = (ths / expected) * 100;
  return { mark: share < LOW_PCT ? 'warning' : 'normal', share };
}

/** What is expected of each board. */
export function expectedOfBoard({ hashrate_expected_th: whole, boards }: MinerDetail): number | null {
  const count = boards?.boards.length ?? 0;
  return whole === null || count === 0 ? null : whole / count;
}
