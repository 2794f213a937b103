import type { ClientBase } from 'pg';
import { measured } from './rollup-columns.ts';
import { LONGEST_STAND, MEMORY, msOf } from './rollup-marks.ts';
import { timeOf } from './statements.ts';

/** What one frame of a meter says of power and energy; ms since 1970 UTC. */
export interface MeterReading {
  readonly meterId: string;
  readonly transformerId: string;
  /** What the transformer is rated for, kVA; null where nobody said. */
  readonly ratedKva: number | null;
  readonly at: number;
  readonly intervalS: number;
  readonly powerKw: number | null;
  readonly apparentKva: number | null;
  readonly counterKwh: number | null;
}

const READ = `at, interval_s, ${measured('active_power_kw')}, ${measured('apparent_power_kva')}, energy_import_kwh`;
const OF = 'from meter_frames where project_id = $1 and meter_id = m.meter_id';
const ANSWER = `m.meter_id as "meterId", m.transformer_id as "transformerId", t.rated_kva as "ratedKva",
  ${msOf('f.at')} as at, f.interval_s::float8 as "intervalS", f.active_power_kw as "powerKw",
  f.apparent_power_kva as "apparentKva", f.energy_import_kwh as "counterKwh"`;
const METERS = `meters m left join transformers t on t.project_id = $1 and t.transformer_id = m.transformer_id`;

/**
 * The readings of every meter of a project's transformers that say something of a span, in order: from the counter
 * reading before it, or the frame that stands into it, to the counter reading after it, or the frame that ends the last.
 * (`offset 0`: meter by meter, each by its key; joined as one the planner would read every frame there is.)
 */
export async function meterReadings(
  client: ClientBase,
  projectId: string,
  from: number,
  to: number,
): Promise<MeterReading[]> {
  const begin = timeOf('$2::float8');
  const end = timeOf('$3::float8');
  const { rows } = await client.query<MeterReading>(
    `select ${ANSWER} from ${METERS}
     cross join lateral (
       select least(
           (select max(at) ${OF} and energy_import_kwh is not null and at <= ${begin} and at > ${begin} - ${MEMORY}),
           (select at ${OF} and at <= ${begin} and at > ${begin} - ${LONGEST_STAND} order by at desc limit 1),
           ${begin}) as first,
         greatest(
           (select min(at) ${OF} and energy_import_kwh is not null and at >= ${end} and at < ${end} + ${MEMORY}),
           (select at ${OF} and at >= ${end} and at < ${end} + ${LONGEST_STAND} order by at limit 1),
           ${end}) as last offset 0
     ) around
     cross join lateral (select ${READ} ${OF} and at >= around.first and at <= around.last offset 0) f
     where m.project_id = $1 and m.transformer_id is not null
     order by m.meter_id, f.at`,
    [projectId, from, to],
  );
  return rows;
}

/** Single frames of meters, by themselves. */
export async function readingsOfFrames(
  client: ClientBase,
  projectId: string,
  frames: readonly { readonly id: string; readonly at: number }[],
): Promise<MeterReading[]> {
  const { rows } = await client.query<MeterReading>(
    `select ${ANSWER} from ${METERS}
     join unnest($2::text[], $3::float8[]) l (id, at) on l.id = m.meter_id
     cross join lateral (select ${READ} ${OF} and at = ${timeOf('l.at')} offset 0) f
     where m.project_id = $1 and m.transformer_id is not null
     order by m.meter_id, f.at`,
    [projectId, frames.map(({ id }) => id), frames.map(({ at }) => at)],
  );
  return rows;
}
