import { slotOf } from '@hearst/protocol';
import type { ContainerRow } from '../db/queries/containers.ts';
import type { MinerRow, MinersContainer } from '../db/queries/miners.ts';
import type { ProjectRow } from '../db/queries/projects.ts';
import type { ContainerStatus } from '../db/schema.ts';
import { type Freshness, observe } from '../freshness.ts';
import { layoutOf } from '../layout.ts';
import { tidy } from '../rounding.ts';
import { type Container, Metadata, type Miner, type Project } from './schemas.ts';

/** Rows of the database as the API shows them, field by field: a new column is not public until it stands here. */

export function presentProject(row: ProjectRow, now: number): Project {
  return {
    project_id: row.project_id,
    name: row.name,
    type: row.type,
    status: row.status,
    location: row.location,
    time_zone: row.time_zone,
    cooling_kind: row.cooling_kind,
    planned_start: row.planned_start,
    total_containers: row.total_containers,
    total_miners: row.total_miners,
    target_hashrate_eh: row.target_hashrate_eh,
    target_power_mw: row.target_power_mw,
    capex_usd: row.capex_usd,
    opex_monthly_usd: row.opex_monthly_usd,
    project_manager: row.project_manager,
    contact_email: row.contact_email,
    retention_raw_days: row.retention_raw_days,
    retention_fine_days: row.retention_fine_days,
    metadata: Metadata.parse(row.metadata),
    ...observe(row.observed_at, row.interval_s, now),
    coverage: { reporting: row.containers_reporting, expected: row.containers_expected },
    containers_by_status: row.containers_by_status,
    hashrate_ths: tidy(row.hashrate_ths),
    power_kw: tidy(row.power_kw),
    miners_active: row.miners_active,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

export function presentContainer(row: ContainerRow, now: number): Container {
  const observation = observe(row.state_at, row.interval_s, now);
  const silent = observation.freshness === 'stale' || observation.freshness === 'offline';
  return {
    project_id: row.project_id,
    container_id: row.container_id,
    transformer_id: row.transformer_id,
    name: row.name,
    model: row.model,
    layout: layoutOf(row.layout),
    status: statusNow(row.status, observation.freshness),
    ...observation,
    // Nobody reports in a frame that is too old to count: that zero is known.
    coverage: { reporting: silent ? 0 : (row.miners_answering ?? 0), expected: row.miners_expected },
    interval_s: row.interval_s,
    hashrate_th: tidy(row.hashrate_th),
    hashrate_expected_th: tidy(row.hashrate_expected_th),
    power_consumption_kw: tidy(row.power_consumption_kw),
    power_source: row.power_source,
    miners_active: row.miners_active,
    miners_answering: row.miners_answering,
    miners_total: row.miners_total,
    miners_expected: row.miners_expected,
    temp_supply_c: row.temp_supply_c,
    temp_return_c: row.temp_return_c,
    temp_chip_max_c: row.temp_chip_max_c,
    temp_chip_avg_c: row.temp_chip_avg_c,
    flow_m3h: row.flow_m3h,
    pressure_supply_bar: row.pressure_supply_bar,
    pressure_return_bar: row.pressure_return_bar,
    has_cooling: row.has_cooling,
    cooling: row.cooling,
    metadata: Metadata.parse(row.metadata),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/**
 * A container's status as of now. The row says what its last frame said, so silence must be told by the clock:
 * whoever has not been heard of for 15 minutes is offline, unless it is not meant to report.
 */
function statusNow(stored: ContainerStatus, freshness: Freshness | null): ContainerStatus {
  if (stored === 'maintenance' || stored === 'planned') return stored;
  return freshness === 'offline' ? 'offline' : stored;
}

export function presentMiner(row: MinerRow, container: MinersContainer, now: number): Miner {
  const layout = layoutOf(container.layout);
  return {
    project_id: row.project_id,
    miner_id: row.miner_id,
    container_id: row.container_id,
    position: row.position,
    slot: layout && slotOf(row.position, layout),
    model: row.model,
    serial: row.serial,
    mac: row.mac,
    ip: row.ip,
    firmware: row.firmware,
    status: row.status,
    ...observe(row.state_at, container.interval_s, now),
    last_seen_at: row.last_seen_at?.toISOString() ?? null,
    hashrate_th: row.hashrate_th,
    hashrate_expected_th: row.hashrate_expected_th,
    power_w: row.power_w,
    efficiency_j_per_th: tidy(row.efficiency_j_per_th),
    pool: row.pool,
    worker: row.worker,
    temp_chip_c: row.temp_chip_c,
    temp_board_c: row.temp_board_c,
    temp_inlet_c: row.temp_inlet_c,
    temp_outlet_c: row.temp_outlet_c,
    uptime_s: row.uptime_s,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
