import type { AlertEventRow } from '../../db/queries/alert-events.ts';
import type { AlertRow } from '../../db/queries/alerts.ts';
import { type Alert, type AlertEvent, AlertEventData } from '../schemas/alerts.ts';

export function presentAlert(row: AlertRow): Alert {
  return {
    id: row.id,
    timestamp: row.timestamp.toISOString(),
    project_id: row.project_id,
    alert_type: row.alert_type,
    severity: row.severity,
    target_type: row.target_type,
    target_id: row.target_id,
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

function timeOf(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
