import type { MeterRow } from '../../db/queries/meters.ts';
import { observe } from '../../freshness.ts';
import type { Meter } from '../schemas/meters.ts';

export function presentMeter(row: MeterRow, now: number): Meter {
  const observation = observe(row.state_at, row.interval_s, now);
  const read = (metric: string): number | null => row.values?.[metric] ?? null;
  return {
    project_id: row.project_id,
    meter_id: row.meter_id,
    transformer_id: row.transformer_id,
    profile: row.profile,
    address: row.address,
    status: observation.freshness === 'offline' ? 'offline' : row.status,
    ...observation,
    interval_s: row.interval_s,
    last_seen_at: row.last_seen_at?.toISOString() ?? null,
    active_power_kw: read('active_power_kw'),
    apparent_power_kva: read('apparent_power_kva'),
    power_factor: read('power_factor'),
    energy_import_kwh: read('energy_import_kwh'),
    energy_export_kwh: read('energy_export_kwh'),
    values: row.values,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
