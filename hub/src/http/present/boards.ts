import { BOARD_METRICS, type BoardMetric } from '@hearst/protocol';
import { boardCount } from '../../history/unpack.ts';
import type { LatestBoards } from '../../operations/miner-history.ts';
import type { MinerBoards } from '../schemas/boards.ts';

/** A miner's boards, one object each. */
export function presentBoards(latest: LatestBoards | null): MinerBoards | null {
  if (latest === null) return null;
  const { at, boards } = latest;
  return {
    observed_at: at.toISOString(),
    boards: Array.from({ length: boardCount(boards) }, (_, i) => ({
      board: i + 1,
      ...(Object.fromEntries(BOARD_METRICS.map((name) => [name, boards[name]?.[i] ?? null])) as Record<
        BoardMetric,
        number | null
      >),
    })),
  };
}
