import type { ClientBase } from 'pg';
import { markInserted } from './rollup-marks.ts';
import { type Column, rowsFor, selected, timeOf, unnested } from './statements.ts';

/** A row of container_frames, and what of it is the container's latest state. Times are ms since 1970 UTC. */
export interface ContainerFrameRow {
  containerId: string;
  agentId: string;
  at: number;
  deviceAt: number;
  receivedAt: number;
  intervalS: number;
  clock: string;
  minersTotal: number;
  minersAnswering: number;
  minersActive: number;
  hashrateThs: number | null;
  hashrateExpectedThs: number | null;
  powerKw: number | null;
  powerSource: string | null;
  tempChipMinC: number | null;
  tempChipAvgC: number | null;
  tempChipMaxC: number | null;
  tempBoardMinC: number | null;
  tempBoardAvgC: number | null;
  tempBoardMaxC: number | null;
  tempInletAvgC: number | null;
  tempOutletAvgC: number | null;
  tempSupplyC: number | null;
  tempReturnC: number | null;
  flowM3h: number | null;
  pressureSupplyBar: number | null;
  pressureReturnBar: number | null;
  coolingAnswered: boolean | null;
  offline: boolean;
  /** JSON of the cooling loop's values by metric, null when it did not answer. */
  cooling: string | null;
  /** gzip of `{"frames":[frame]}`. */
  body: Buffer;
}

/** What is inserted, in this order. */
export const FRAME_COLUMNS: readonly Column<ContainerFrameRow>[] = [
  ['container_id', 'text', 'containerId'],
  ['agent_id', 'uuid', 'agentId'],
  ['at', 'time', 'at'],
  ['device_at', 'time', 'deviceAt'],
  ['received_at', 'time', 'receivedAt'],
  ['interval_s', 'real', 'intervalS'],
  ['clock', 'text', 'clock'],
  ['miners_total', 'smallint', 'minersTotal'],
  ['miners_answering', 'smallint', 'minersAnswering'],
  ['miners_active', 'smallint', 'minersActive'],
  ['hashrate_ths', 'double precision', 'hashrateThs'],
  ['hashrate_expected_ths', 'double precision', 'hashrateExpectedThs'],
  ['power_kw', 'double precision', 'powerKw'],
  ['power_source', 'text', 'powerSource'],
  ['temp_chip_min_c', 'real', 'tempChipMinC'],
  ['temp_chip_avg_c', 'real', 'tempChipAvgC'],
  ['temp_chip_max_c', 'real', 'tempChipMaxC'],
  ['temp_board_min_c', 'real', 'tempBoardMinC'],
  ['temp_board_avg_c', 'real', 'tempBoardAvgC'],
  ['temp_board_max_c', 'real', 'tempBoardMaxC'],
  ['temp_inlet_avg_c', 'real', 'tempInletAvgC'],
  ['temp_outlet_avg_c', 'real', 'tempOutletAvgC'],
  ['temp_supply_c', 'real', 'tempSupplyC'],
  ['temp_return_c', 'real', 'tempReturnC'],
  ['flow_m3h', 'real', 'flowM3h'],
  ['pressure_supply_bar', 'real', 'pressureSupplyBar'],
  ['pressure_return_bar', 'real', 'pressureReturnBar'],
  ['cooling_answered', 'boolean', 'coolingAnswered'],
  ['body', 'bytea', 'body'],
];

const FRAMES = unnested(FRAME_COLUMNS, 2);
const INSERT_FRAMES = `with inserted as (
    insert into container_frames (project_id, ${FRAME_COLUMNS.map(([column]) => column).join(', ')})
    select $1, ${FRAME_COLUMNS.map(selected).join(', ')} from ${FRAMES.from}
    on conflict do nothing returning container_id, at, interval_s
  ), marked as (${markInserted('container', 'container_id')})
  select container_id as "containerId", extract(epoch from at) * 1000 as at from inserted`;

/** Inserts frames and marks their buckets; answers how many went in. Fewer than given: a frame of that container and time was there already. */
export async function insertContainerFrames(
  client: ClientBase,
  projectId: string,
  rows: readonly ContainerFrameRow[],
): Promise<number> {
  const inserted = await rowsFor(client, INSERT_FRAMES, [projectId, ...FRAMES.values(rows)]);
  return inserted.length;
}

/** Whether a frame of that container and time with exactly these bytes is stored. */
export async function isFrameStored(client: ClientBase, projectId: string, row: ContainerFrameRow): Promise<boolean> {
  const rows = await rowsFor(
    client,
    `select 1 as same from container_frames
      where project_id = $1 and container_id = $2 and at = ${timeOf('$3::double precision')} and body = $4`,
    [projectId, row.containerId, row.at, row.body],
  );
  return rows.length > 0;
}
