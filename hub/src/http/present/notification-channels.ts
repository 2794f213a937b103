import type { DeliveryRow } from '../../db/queries/delivery-list.ts';
import type { ChannelRow } from '../../db/queries/notification-channels.ts';
import type { Delivery, NotificationChannel } from '../schemas/notification-channels.ts';

export function presentChannel(row: ChannelRow): NotificationChannel {
  return {
    project_id: row.project_id,
    channel_id: row.channel_id,
    kind: row.kind,
    name: row.name,
    min_severity: row.min_severity,
    enabled: row.enabled,
    language: row.language,
    level: row.level,
    hours: row.hours && { ...row.hours, days: [...row.hours.days] },
    config: row.config,
    secret_set: row.secret !== null,
    created_by: row.created_by,
    updated_by: row.updated_by,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

export function presentDelivery(row: DeliveryRow): Delivery {
  return {
    project_id: row.project_id,
    delivery_id: row.delivery_id,
    channel_project_id: row.channel_project_id,
    channel_id: row.channel_id,
    recipient: row.recipient,
    alert_id: row.alert_id,
    kind: row.kind,
    status: row.status,
    attempts: row.attempts,
    next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
    last_error: row.last_error,
    begun_at: row.begun_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    delivered_at: row.delivered_at?.toISOString() ?? null,
  };
}
