import type { Database } from '../../hub/src/db/client.ts';
import { withContext } from '../../hub/src/db/client.ts';
import { Partitions } from '../../hub/src/db/partitions.ts';

/** A project's meters, one to each transformer. */
const METERS = `
  insert into meters (project_id, meter_id, transformer_id)
  select project_id, replace(transformer_id, '-T', '-E'), transformer_id from transformers where project_id = $1`;

/** A minute's poll of every container, with bodies as large as those of 308 miners; they are not read. */
const FRAMES = `
  insert into container_frames (project_id, container_id, at, device_at, received_at, agent_id, interval_s, clock,
    miners_total, miners_answering, miners_active, hashrate_ths, hashrate_expected_ths, power_kw, power_source,
    temp_chip_min_c, temp_chip_avg_c, temp_chip_max_c, temp_board_min_c, temp_board_avg_c, temp_board_max_c, temp_supply_c,
    temp_return_c, flow_m3h, pressure_supply_bar, pressure_return_bar, body)
  select c.project_id, c.container_id, t, t, t, gen_random_uuid(), 60, 'synced', 308, 302, 300, 145000 + random() * 600, 145684,
    1760 + random() * 10, 'miners', 55, 66.5, 75, 48, 58.25, 66, 30.5, 45.5, 78.5, 2.1, 1.4,
    decode(repeat(md5(c.container_id || t), 250), 'hex')
  from containers c, generate_series($2::timestamptz + interval '10 s', $2::timestamptz + interval '23:59:10', interval '1 minute') t
  where c.project_id = $1`;

/** And of every meter; counters travel with every fifth poll. */
const METER_FRAMES = `
  insert into meter_frames (project_id, meter_id, at, device_at, received_at, agent_id, transformer_id, interval_s, clock,
    answered, active_power_kw, apparent_power_kva, energy_import_kwh)
  select m.project_id, m.meter_id, t, t, t, gen_random_uuid(), m.transformer_id, 60, 'synced', true, 3530, 3602,
    case when extract(minute from t)::int % 5 = 0 then extract(epoch from t) * 3530 / 3600 end
  from meters m, generate_series($2::timestamptz + interval '10 s', $2::timestamptz + interval '23:59:10', interval '1 minute') t
  where m.project_id = $1`;

/** Writes a day of polls of a generated project straight into Postgres. @returns how many frames */
export async function generateDay(database: Database, projectId: string, midnight: number): Promise<number> {
  await new Partitions(database.owner).ensure(midnight);
  return withContext(database.owner, { projectIds: [projectId] }, async (client) => {
    await client.query('set local statement_timeout = 0');
    await client.query(METERS, [projectId]);
    const frames = await client.query(FRAMES, [projectId, new Date(midnight)]);
    const meters = await client.query(METER_FRAMES, [projectId, new Date(midnight)]);
    return (frames.rowCount ?? 0) + (meters.rowCount ?? 0);
  });
}
