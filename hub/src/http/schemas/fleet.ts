import { MINER_STATUSES } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { Container, observation } from '../schemas.ts';

const quantities = (what: string) => z.array(z.number().nullable()).openapi({ description: what });
const names = (list: string) =>
  z.array(z.int().nullable()).openapi({ description: `Places in \`${list}\`, from 0; null: not told` });

const { project_id, container_id, name, layout, status } = Container.shape;

/** Where a container stands on the site, as people said by `metadata.plan`. */
export const Plan = z.object({ x: z.number(), y: z.number() });

/** The miners of one container as columns: the n-th place of each is the same miner. */
const FleetContainer = z
  .object({
    container_id,
    name,
    layout,
    plan: Plan.nullable(),
    status,
    ...observation,
    position: z.array(z.int()).openapi({ description: 'Ascending' }),
    miner_status: z.array(z.enum(MINER_STATUSES)),
    hashrate_th: quantities('TH/s'),
    hashrate_expected_th: quantities('TH/s'),
    power_w: quantities('W'),
    temp_chip_c: quantities('The hottest chip, °C'),
    temp_board_c: quantities('°C'),
    uptime_s: quantities('s'),
    firmware: names('firmwares'),
    pool: names('pools'),
  })
  .openapi('FleetContainer');

export const Fleet = z
  .object({
    project_id,
    miners_total: z.int(),
    /** Each told once, however many miners have it. */
    firmwares: z.array(z.string()),
    pools: z.array(z.string()),
    containers: z.array(FleetContainer),
  })
  .openapi('Fleet');
export type Fleet = z.infer<typeof Fleet>;
