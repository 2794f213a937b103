import { BOARD_METRICS, type BoardMetric } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { Miner, Quantity, Time } from '../schemas.ts';

const values = Object.fromEntries(BOARD_METRICS.map((name) => [name, Quantity])) as Record<
  BoardMetric,
  typeof Quantity
>;

/** A miner's hashboards as they were last told. */
export const MinerBoards = z
  .object({
    observed_at: Time,
    boards: z.array(z.object({ board: z.int(), ...values })).openapi({
      description: 'In the order of the chains, from 1. A board that is missing hashes 0, and all else of it is null',
    }),
  })
  .openapi('MinerBoards', { description: 'Hashboards go along with every tenth poll' });
export type MinerBoards = z.infer<typeof MinerBoards>;

/** One miner, its boards included. */
export const MinerDetail = Miner.extend({ boards: MinerBoards.nullable() }).openapi('MinerDetail');
export type MinerDetail = z.infer<typeof MinerDetail>;
