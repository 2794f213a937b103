import type { TransformerRow } from '../../db/queries/transformers.ts';
import type { ContainerStatus } from '../../db/schema.ts';
import { type Freshness, observe } from '../../freshness.ts';
import type { Transformer } from '../schemas/transformers.ts';
import { Metadata } from '../schemas.ts';

export function presentTransformer(row: TransformerRow, now: number): Transformer {
  const observation = observe(row.state_at, row.interval_s, now);
  return {
    project_id: row.project_id,
    transformer_id: row.transformer_id,
    name: row.name,
    rated_kva: row.rated_kva,
    status: statusNow(row.status, observation.freshness),
    ...observation,
    load_pct: toThousandths(row.load_pct),
    active_power_kw: row.active_power_kw,
    apparent_power_kva: row.apparent_power_kva,
    power_factor: row.power_factor,
    container_ids: row.container_ids,
    meter_ids: row.meter_ids,
    metadata: Metadata.parse(row.metadata),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** Nobody hears a transformer itself: when its meter is silent, how it does is not known. */
function statusNow(stored: ContainerStatus, freshness: Freshness | null): ContainerStatus {
  if (stored === 'maintenance' || stored === 'planned') return stored;
  return freshness === 'offline' ? 'unknown' : stored;
}

function toThousandths(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
