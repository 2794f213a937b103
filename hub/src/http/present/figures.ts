import type { ContainerFigures, Figures, GlobalFigures, ProjectFigures } from '../../db/queries/figures.ts';
import type { TransformerRow } from '../../db/queries/transformers.ts';
import type { Severity } from '../../db/schema.ts';
import { observe } from '../../freshness.ts';
import { tidy } from '../../rounding.ts';
import type { AlertCounts, Comparison, GlobalSnapshot, Snapshot, TransformerSnapshot } from '../schemas/figures.ts';

/** Of a ratio: a few cents per TH/s are as much worth telling as a million dollars per MW. */
const DIGITS = 9;

/** Open alerts as they are counted: one row per project and severity that has any. */
export type OpenAlerts = readonly {
  readonly project_id: string;
  readonly severity: Severity;
  readonly count: number;
}[];

export function presentGlobal(row: GlobalFigures, alerts: OpenAlerts, now: number): GlobalSnapshot {
  return {
    scope: 'global',
    scope_id: 'global',
    projects_total: row.projects_total,
    projects_active: row.projects_active,
    ...presentFigures(row, alerts, now),
  };
}

export function presentProjectSnapshot(row: ProjectFigures, alerts: OpenAlerts, now: number): Snapshot {
  return { scope: 'project', scope_id: row.project_id, ...presentFigures(row, alerts, now) };
}

export function presentContainerSnapshot(
  containerId: string,
  row: ContainerFigures,
  alerts: OpenAlerts,
  now: number,
): Snapshot {
  return {
    scope: 'container',
    scope_id: containerId,
    ...presentFigures(row, alerts, now),
    coverage: { reporting: row.miners_answering, expected: row.miners_expected },
  };
}

export function presentTransformerSnapshot(
  transformer: Pick<TransformerRow, 'transformer_id' | 'state_at' | 'interval_s' | 'load_pct' | 'active_power_kw'>,
  row: Figures,
  alerts: OpenAlerts,
  now: number,
): TransformerSnapshot {
  const { freshness } = observe(transformer.state_at, transformer.interval_s, now);
  const isHeard = freshness === 'fresh' || freshness === 'late';
  return {
    scope: 'transformer',
    scope_id: transformer.transformer_id,
    ...presentFigures(row, alerts, now),
    load_pct: isHeard ? tidy(transformer.load_pct) : null,
    active_power_kw: isHeard ? tidy(transformer.active_power_kw) : null,
  };
}

/** @param alerts of any projects: those of the row's are counted */
export function presentComparison(row: ProjectFigures, alerts: OpenAlerts, now: number): Comparison {
  const { target_hashrate_eh, target_power_mw, capex_usd, opex_monthly_usd } = row;
  const own = alerts.filter(({ project_id }) => project_id === row.project_id);
  const targetThs = times(target_hashrate_eh, 1e6);
  return {
    project_id: row.project_id,
    name: row.name,
    status: row.status,
    ...presentFigures(row, own, now),
    target_hashrate_eh,
    target_power_mw,
    target_hashrate_pct: ratio(times(row.hashrate_ths, 100), targetThs),
    target_power_pct: ratio(times(row.power_kw, 0.1), target_power_mw),
    hashrate_ths_per_miner: ratio(row.hashrate_ths, row.miners_active),
    power_w_per_miner: ratio(times(row.power_kw, 1000), row.miners_active),
    hashrate_ths_per_mw: ratio(1e6, row.efficiency_j_per_th),
    capex_usd,
    capex_usd_per_mw: ratio(capex_usd, target_power_mw),
    capex_usd_per_ths: ratio(capex_usd, targetThs),
    opex_monthly_usd,
    opex_monthly_usd_per_mw: ratio(opex_monthly_usd, target_power_mw),
    opex_monthly_usd_per_ths: ratio(opex_monthly_usd, targetThs),
  };
}

function presentFigures(row: Figures, alerts: OpenAlerts, now: number) {
  return {
    ...observe(row.observed_at, row.interval_s, now),
    coverage: { reporting: row.containers_reporting, expected: row.containers_total },
    hashrate_ths: tidy(row.hashrate_ths),
    power_kw: tidy(row.power_kw),
    efficiency_j_per_th: tidy(row.efficiency_j_per_th),
    miners_active: row.miners_active,
    miners_total: row.miners_total,
    containers_active: row.containers_active,
    containers_total: row.containers_total,
    temp_supply_c: tidy(row.temp_supply_c),
    temp_return_c: tidy(row.temp_return_c),
    alerts_active: countsOf(alerts),
  };
}

export function countsOf(alerts: OpenAlerts): AlertCounts {
  const counts: AlertCounts = { critical: 0, warning: 0, info: 0 };
  for (const { severity, count } of alerts) counts[severity] += count;
  return counts;
}

function times(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : Number((part / whole).toPrecision(DIGITS));
}
