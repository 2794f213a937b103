import { deliveryIdOf } from './delivery-id.ts';
import type { AlertFacts, Payload } from './facts.ts';
import type { NewDelivery, PlanAlert, PlanChannel } from './picture.ts';

/** Whom a message goes to. */
type Addressed = Pick<PlanChannel, 'project_id' | 'channel_id' | 'recipients'>;

/** The rows that carry one message: one for each recipient. They are sent from `at` on, ms since 1970. */
export function newDeliveries(messageId: string, payload: Payload, channel: Addressed, at: number): NewDelivery[] {
  return channel.recipients.map((recipient) => ({
    delivery_id: deliveryIdOf(messageId, recipient),
    channel_project_id: channel.project_id,
    channel_id: channel.channel_id,
    recipient,
    alert_id: payload.kind === 'alerts' ? (payload.news[0]?.alert.id ?? null) : null,
    kind: payload.kind,
    next_attempt_at: at,
    payload,
  }));
}

/** What is told of an alert. */
export function factsOf(alert: PlanAlert): AlertFacts {
  return {
    id: alert.id,
    rule_id: alert.rule_id,
    alert_type: alert.alert_type,
    severity: alert.severity,
    status: alert.status,
    target_type: alert.target_type,
    target_id: alert.target_id,
    message: alert.message,
    value: alert.value,
    threshold: alert.threshold,
    unit: alert.unit,
    occurrences: alert.occurrences,
    miners_affected: alert.miners_affected,
    hashrate_lost_ths: alert.hashrate_lost_ths,
    hashrate_share: alert.hashrate_share,
    target_name: alert.target_name,
    first_seen_at: alert.first_seen_at.toISOString(),
    assignee: alert.assignee,
    acknowledged_by: alert.acknowledged_by,
    acknowledged_at: alert.acknowledged_at?.toISOString() ?? null,
    resolved_by: alert.resolved_by,
    resolved_at: alert.resolved_at?.toISOString() ?? null,
    place: alert.place,
  };
}
