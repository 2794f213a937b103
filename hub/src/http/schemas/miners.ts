import { z } from '@hono/zod-openapi';
import { Miner } from '../schemas.ts';

/** Which fields of a miner always come, whatever `fields` names. */
export const MINER_IDS = ['project_id', 'miner_id'] as const;

export const MinerPart = Miner.partial()
  .required({ project_id: true, miner_id: true })
  .openapi('MinerPart', { description: 'A miner with the fields that were asked for, and its ids' });

const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    data: z.array(item),
    next_cursor: z.string().nullable(),
    total: z.int().nullable().openapi({ description: 'Null unless project_id or container_id is given' }),
  });

/** Miners of any projects; how many there are in all is told within a project or container alone. */
export const MinersOfMany = z.union([page(Miner), page(MinerPart)]);
