import type { Fleet } from '../../api/fleet.ts';
import type { Painted } from '../../components/miner/fills.ts';
import { shortId } from '../../components/short-id.ts';
import { markOf } from '../../components/status.ts';
import type { Mark } from '../../components/status-mark.tsx';

type Answered = Fleet['containers'][number];

/** A container of the fleet; its miners are `from` and the following ones of all. */
export interface Container extends Pick<Answered, 'layout' | 'plan' | 'observed_at' | 'freshness'> {
  readonly id: string;
  readonly name: string;
  readonly mark: Mark;
  readonly from: number;
  readonly miners: readonly FleetMiner[];
}

export interface FleetMiner extends Painted {
  readonly container: string;
}

/** All miners one after another, container by container. */
export interface FleetModel {
  readonly containers: readonly Container[];
  readonly miners: readonly FleetMiner[];
}

/** The columns of the answer as miners. */
export function modelOf({ project_id: projectId, containers, firmwares, pools }: Fleet): FleetModel {
  const miners: FleetMiner[] = [];
  const of = containers.map((each): Container => {
    const from = miners.length;
    const its = each.position.map((_, i) => minerAt(each, i, firmwares, pools));
    for (const miner of its) miners.push(miner);
    return {
      id: each.container_id,
      name: each.name ?? shortId(each.container_id, projectId),
      mark: markOf(each),
      layout: each.layout,
      plan: each.plan,
      observed_at: each.observed_at,
      freshness: each.freshness,
      from,
      miners: its,
    };
  });
  return { containers: of, miners };
}

function minerAt(of: Answered, i: number, firmwares: readonly string[], pools: readonly string[]): FleetMiner {
  return {
    container: of.container_id,
    position: of.position[i] ?? 0,
    status: of.miner_status[i] ?? 'unknown',
    hashrate_th: of.hashrate_th[i] ?? null,
    hashrate_expected_th: of.hashrate_expected_th[i] ?? null,
    power_w: of.power_w[i] ?? null,
    temp_chip_c: of.temp_chip_c[i] ?? null,
    temp_board_c: of.temp_board_c[i] ?? null,
    uptime_s: of.uptime_s[i] ?? null,
    firmware: firmwares[of.firmware[i] ?? -1] ?? null,
    pool: pools[of.pool[i] ?? -1] ?? null,
  };
}

/** The container that a miner of the whole stands in. */
export function containerOf(model: FleetModel, miner: number): Container | undefined {
  return model.containers.find(({ from, miners }) => miner >= from && miner < from + miners.length);
}

/** The id of a miner, as the hub makes it of its place. */
export const minerIdOf = ({ container, position }: Pick<FleetMiner, 'container' | 'position'>): string =>
  `${container}-M${String(position).padStart(3, '0')}`;
