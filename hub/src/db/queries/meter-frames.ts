import type { ClientBase } from 'pg';
import { markInserted } from './rollup-marks.ts';
import { type Column, rowsFor, selected, timeOf, unnested } from './statements.ts';

/** A row of meter_frames, and the meter's latest state. Times are ms since 1970 UTC. */
export interface MeterFrameRow {
  meterId: string;
  transformerId: string | null;
  agentId: string;
  at: number;
  deviceAt: number;
  receivedAt: number;
  intervalS: number;
  clock: string;
  answered: boolean;
  activePowerKw: number | null;
  apparentPowerKva: number | null;
  powerFactor: number | null;
  energyImportKwh: number | null;
  energyExportKwh: number | null;
  /** JSON of all values by metric, null when the meter did not answer. */
  values: string | null;
}

/** What is inserted, in this order. */
export const METER_COLUMNS: readonly Column<MeterFrameRow>[] = [
  ['meter_id', 'text', 'meterId'],
  ['transformer_id', 'text', 'transformerId'],
  ['agent_id', 'uuid', 'agentId'],
  ['at', 'time', 'at'],
  ['device_at', 'time', 'deviceAt'],
  ['received_at', 'time', 'receivedAt'],
  ['interval_s', 'real', 'intervalS'],
  ['clock', 'text', 'clock'],
  ['answered', 'boolean', 'answered'],
  ['active_power_kw', 'double precision', 'activePowerKw'],
  ['apparent_power_kva', 'double precision', 'apparentPowerKva'],
  ['power_factor', 'real', 'powerFactor'],
  ['energy_import_kwh', 'double precision', 'energyImportKwh'],
  ['energy_export_kwh', 'double precision', 'energyExportKwh'],
  ['values', 'text', 'values'],
];
const METERS = unnested(METER_COLUMNS, 2);
const meterColumn = (spec: Column<MeterFrameRow>): string =>
  spec[0] === 'values' ? 'n.values::jsonb' : selected(spec);

/** Inserts meter frames and marks their buckets; answers how many went in. */
export async function insertMeterFrames(
  client: ClientBase,
  projectId: string,
  rows: readonly MeterFrameRow[],
): Promise<number> {
  const inserted = await rowsFor(
    client,
    `with inserted as (
       insert into meter_frames (project_id, ${METER_COLUMNS.map(([column]) => column).join(', ')})
       select $1, ${METER_COLUMNS.map(meterColumn).join(', ')} from ${METERS.from}
       on conflict do nothing returning meter_id, at, interval_s
     ), marked as (${markInserted('meter', 'meter_id')})
     select meter_id from inserted`,
    [projectId, ...METERS.values(rows)],
  );
  return inserted.length;
}

export async function isMeterFrameStored(client: ClientBase, projectId: string, row: MeterFrameRow): Promise<boolean> {
  const rows = await rowsFor(
    client,
    `select 1 as same from meter_frames where project_id = $1 and meter_id = $2
       and at = ${timeOf('$3::double precision')} and values is not distinct from $4::jsonb`,
    [projectId, row.meterId, row.at, row.values],
  );
  return rows.length > 0;
}
