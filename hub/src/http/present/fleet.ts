import type { ContainerRow } from '../../db/queries/containers.ts';
import type { MinerColumns } from '../../db/queries/fleet.ts';
import { presentContainer } from '../present.ts';
import { type Fleet, Plan } from '../schemas/fleet.ts';

const NO_MINERS: MinerColumns = {
  position: [],
  status: [],
  hashrate_th: [],
  hashrate_expected_th: [],
  power_w: [],
  temp_chip_c: [],
  temp_board_c: [],
  uptime_s: [],
  firmware: [],
  pool: [],
};

/** All miners of a project, container by container; one without miners has empty columns. */
export function presentFleet(
  projectId: string,
  containers: readonly ContainerRow[],
  miners: ReadonlyMap<string, MinerColumns>,
  now: number,
): Fleet {
  const [firmwares, pools] = [new Names(), new Names()];
  const shown = containers.map((row) => {
    const { container_id, name, layout, metadata, status, observed_at, age_s, freshness } = presentContainer(row, now);
    const { status: minerStatus, firmware, pool, ...figures } = miners.get(container_id) ?? NO_MINERS;
    return {
      container_id,
      name,
      layout,
      plan: Plan.safeParse(metadata.plan).data ?? null,
      status,
      observed_at,
      age_s,
      freshness,
      ...figures,
      miner_status: minerStatus,
      firmware: firmware.map((each) => firmwares.placeOf(each)),
      pool: pool.map((each) => pools.placeOf(each)),
    };
  });
  return {
    project_id: projectId,
    miners_total: shown.reduce((all, { position }) => all + position.length, 0),
    firmwares: firmwares.list,
    pools: pools.list,
    containers: shown,
  };
}

/** Names that thousands share, each kept once. */
class Names {
  readonly list: string[] = [];
  readonly #places = new Map<string, number>();

  placeOf(name: string | null): number | null {
    if (name === null) return null;
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.list.length);
    return this.list.push(name) - 1;
  }
}
