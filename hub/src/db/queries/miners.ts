import type { MinerStatus } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import type { Page } from './projects.ts';

/** A slot of a container and the hardware in it, with its latest state. */
export interface MinerRow {
  readonly project_id: string;
  readonly miner_id: string;
  readonly container_id: string;
  readonly position: number;
  readonly model: string | null;
  readonly serial: string | null;
  readonly mac: string | null;
  readonly ip: string | null;
  readonly firmware: string | null;
  readonly status: MinerStatus;
  readonly hashrate_th: number | null;
  readonly hashrate_expected_th: number | null;
  readonly power_w: number | null;
  readonly temp_chip_c: number | null;
  readonly temp_board_c: number | null;
  readonly temp_inlet_c: number | null;
  readonly temp_outlet_c: number | null;
  readonly uptime_s: number | null;
  readonly last_seen_at: Date | null;
  readonly state_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** A container's miners by position. */
export async function listMiners(
  client: ClientBase,
  projectId: string,
  containerId: string,
  page: Page,
): Promise<MinerRow[]> {
  const { rows } = await client.query<MinerRow>(
    `select project_id, miner_id, container_id, position, model, serial, mac, ip, firmware, status, hashrate_th,
            hashrate_expected_th, power_w, temp_chip_c, temp_board_c, temp_inlet_c, temp_outlet_c, uptime_s,
            last_seen_at, state_at, created_at, updated_at
       from miners
      where project_id = $1 and container_id = $2
        and ($3::text is null or (length(miner_id), miner_id) > (length($3), $3))
      order by length(miner_id), miner_id limit $4`,
    [projectId, containerId, page.after, page.limit],
  );
  return rows;
}

export async function countMiners(client: ClientBase, projectId: string, containerId: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::int as count from miners where project_id = $1 and container_id = $2',
    [projectId, containerId],
  );
  return rows[0]?.count ?? 0;
}
