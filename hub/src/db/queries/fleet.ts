import type { MinerStatus } from '@hearst/protocol';
import type { ClientBase } from 'pg';

/** What is told of each miner of a fleet, a place of every column a miner. */
export interface MinerColumns {
  readonly position: number[];
  readonly status: MinerStatus[];
  readonly hashrate_th: Column<number>;
  readonly hashrate_expected_th: Column<number>;
  readonly power_w: Column<number>;
  readonly temp_chip_c: Column<number>;
  readonly temp_board_c: Column<number>;
  readonly uptime_s: Column<number>;
  readonly firmware: Column<string>;
  readonly pool: Column<string>;
}
type Column<Value> = (Value | null)[];

const COLUMNS = [
  'position',
  'status',
  'hashrate_th',
  'hashrate_expected_th',
  'power_w',
  'temp_chip_c',
  'temp_board_c',
  'uptime_s',
  'firmware',
  'pool',
] as const satisfies readonly (keyof MinerColumns)[];

const ARRAYS = COLUMNS.map((column) => `json_agg(${column} order by position) as ${column}`).join(', ');

/**
 * The latest state of all miners of a project, as columns by container, each in the order of the positions. Of 17,864
 * miners: 60 to 100 ms as arrays of JSON, 1,000 ms as rows. The sorted subquery lets every aggregate read what is in
 * its order already.
 */
export async function fleetOf(client: ClientBase, projectId: string): Promise<ReadonlyMap<string, MinerColumns>> {
  const { rows } = await client.query<MinerColumns & { container_id: string }>(
    `select container_id, ${ARRAYS}
     from (select * from miners where project_id = $1 order by container_id, position) m
     group by container_id`,
    [projectId],
  );
  return new Map(rows.map(({ container_id: id, ...columns }) => [id, columns]));
}
