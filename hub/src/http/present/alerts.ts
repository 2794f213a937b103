import type { AlertEventRow } from '../../db/queries/alert-events.ts';
import type { AlertRow } from '../../db/queries/alerts.ts';
import { tidy } from '../../rounding.ts';
import { type Alert, type AlertEvent, AlertEventData, ExplainedMiners } from '../schemas/alerts.ts';

export function presentAlert(row: AlertRow): Alert {
  return {
    id: row.id,
    timestamp: row.timestamp.toISOString(),
    project_id: row.project_id,
    alert_type: row.alert_type,
    severity: row.severity,
    target_type: row.target_type,
    target_id: row.target_id,
    target_name: row.target_name,
    message: row.message,
    status: row.status,
    rule_id: row.rule_id,
    value: row.value,
    threshold: row.threshold,
    unit: row.unit,
    first_seen_at: row.first_seen_at.toISOString(),
    last_seen_at: row.last_seen_at.toISOString(),
    occurrences: row.occurrences,
    condition_holds: row.condition_holds,
    impact: impactOf(row),
    suppressed_by: row.parent_id,
    previous_id: row.previous_id,
    flapping: row.flapping,
    silenced_until: timeOf(row.silenced_until),
    assignee: row.assignee,
    acknowledged_at: timeOf(row.acknowledged_at),
    acknowledged_by: row.acknowledged_by,
    acknowledged_until: timeOf(row.acknowledged_until),
    resolved_at: timeOf(row.resolved_at),
    resolved_by: row.resolved_by,
    updated_at: row.updated_at.toISOString(),
  };
}

export function presentAlertEvent(row: AlertEventRow): AlertEvent {
  return {
    at: row.at.toISOString(),
    kind: row.kind,
    actor: row.actor,
    note: row.note,
    data: AlertEventData.parse(row.data),
  };
}

/** The miners that an alert explains, by the rule they would have broken; null where it explains none. */
export function explainedMiners({ data }: AlertRow): ExplainedMiners | null {
  return ExplainedMiners.nullable()
    .catch(null)
    .parse(data.miners ?? null);
}

function impactOf({ miners_affected, hashrate_lost_ths, hashrate_share }: AlertRow): Alert['impact'] {
  if (miners_affected === null && hashrate_lost_ths === null) return null;
  return {
    miners: miners_affected,
    hashrate_ths: tidy(hashrate_lost_ths),
    share_of_project_pct: hashrate_share === null ? null : tidy(hashrate_share * 100),
  };
}

function timeOf(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
