import type { ClientBase } from 'pg';
import { recordActivity } from '../../activity/record.ts';
import {
  type ChangedRow,
  changeAlerts,
  insertAlerts,
  nextAlertIds,
  type OpeningRow,
} from '../../db/queries/alert-writes.ts';
import { announceChanges } from '../../live/notice.ts';
import type { AlertChange, AlertReference, NewAlert, Plan } from './plan.ts';
import { addToTimelines, type Entry } from './timeline.ts';

/** What a plan came to. */
export interface Written {
  readonly opened: readonly number[];
  readonly changed: readonly number[];
  readonly resolved: readonly number[];
}

/** Who acts where nobody does. */
const SYSTEM = { kind: 'system', id: 'alerts', name: 'alerts', address: null, requestId: null } as const;
/** Alerts named one by one to whoever watches; of more than that the lists are asked for anew. */
const MOST_NOTICES = 50;

/** Carries out a plan in the running transaction: alerts, their timelines, one entry in the activity log, live notices. */
export async function writePlan(
  client: ClientBase,
  projectId: string,
  plan: Plan,
  silencedUntil: (alert: NewAlert) => Date | null,
  now: Date,
): Promise<Written> {
  const ids = plan.opens.length === 0 ? [] : await nextAlertIds(client, plan.opens.length);
  const idOf = (reference: AlertReference | null): number | null => {
    if (reference === null) return null;
    return 'id' in reference ? reference.id : (ids[reference.opening] ?? null);
  };
  const openings = plan.opens.map((alert, i) =>
    openingRow(alert, ids[i] ?? 0, idOf(alert.cause), silencedUntil(alert), now),
  );
  const opened = openings.length === 0 ? new Set<number>() : await insertAlerts(client, projectId, openings);
  const changes = plan.changes.map((change) => changedRow(change, idOf(change.cause)));
  const changed = changes.length === 0 ? new Set<number>() : await changeAlerts(client, projectId, changes, now);
  const events: Entry[] = [
    ...openings.filter(({ id }) => opened.has(id)).map(openedEvent),
    ...plan.changes.filter(({ id }) => changed.has(id)).flatMap((change) => changeEvents(change, idOf(change.cause))),
  ];
  if (events.length > 0) await addToTimelines(client, projectId, events, now);
  const resolved = plan.changes.filter((change) => change.resolved && changed.has(change.id)).map(({ id }) => id);
  const written = { opened: [...opened], changed: [...changed], resolved };
  await tell(client, projectId, written, now);
  return written;
}

async function tell(client: ClientBase, project: string, { opened, resolved }: Written, at: Date): Promise<void> {
  if (opened.length + resolved.length === 0) return;
  await recordActivity(
    client,
    SYSTEM,
    { project, action: 'alert.evaluate', target: { type: 'project', id: project }, after: { opened, resolved } },
    at,
  );
  const notices = [
    ...opened.map((id) => ({ id, action: 'alert.open' })),
    ...resolved.map((id) => ({ id, action: 'alert.resolve' })),
  ];
  await announceChanges(
    client,
    notices.slice(0, MOST_NOTICES).map(({ id, action }) => ({
      ...{ project_id: project, action, target_type: 'alert', target_id: String(id), at: +at },
    })),
  );
}

function openingRow(alert: NewAlert, id: number, parentId: number | null, until: Date | null, now: Date): OpeningRow {
  const { rule, target } = alert;
  return {
    id,
    timestamp: now.toISOString(),
    alert_type: rule.alertType,
    severity: rule.severity,
    target_type: target.type,
    target_id: target.id,
    target_name: alert.targetName,
    message: alert.message,
    rule_id: rule.id,
    value: alert.value,
    threshold: rule.raise,
    unit: rule.unit,
    first_seen_at: new Date(alert.firstSeenAt).toISOString(),
    last_seen_at: new Date(alert.seenAt).toISOString(),
    parent_id: parentId,
    previous_id: alert.previousId,
    silenced_until: until?.toISOString() ?? null,
    flapping: alert.flapping,
    miners_affected: alert.minersAffected,
    hashrate_lost_ths: alert.hashrateLostThs,
    hashrate_share: alert.hashrateShare,
    data: alert.data,
  };
}

function changedRow(change: AlertChange, parentId: number | null): ChangedRow {
  return {
    id: change.id,
    severity: change.severity,
    message: change.message,
    value: change.value,
    threshold: change.threshold,
    last_seen_at: new Date(change.lastSeenAt).toISOString(),
    occurrences: change.occurrences,
    parent_id: parentId,
    condition_holds: change.conditionHolds,
    recovering_since: change.recoveringSince === null ? null : new Date(change.recoveringSince).toISOString(),
    flapping: change.flapping,
    miners_affected: change.minersAffected,
    hashrate_lost_ths: change.hashrateLostThs,
    hashrate_share: change.hashrateShare,
    data: change.data,
    resolved: change.resolved,
  };
}

function openedEvent({ id, value, severity, parent_id, silenced_until }: OpeningRow): Entry {
  return { alert_id: id, kind: 'opened', data: { value, severity, explained_by: parent_id, silenced_until } };
}

function changeEvents({ id, events, value, severity }: AlertChange, parentId: number | null): Entry[] {
  return events.map((kind) => ({
    alert_id: id,
    kind,
    data: { value, ...(kind === 'severity' && { severity }), ...(kind === 'explained' && { explained_by: parentId }) },
  }));
}
