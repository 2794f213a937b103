import type { ClientBase } from 'pg';
import type { AlertStatus, AlertTarget, ChannelHours, ChannelKind, Severity } from '../schema.ts';

/** A channel that is switched on, with what is said of the project whose alerts it is to hear of. */
export interface ListeningChannelRow {
  readonly project_id: string;
  readonly channel_id: string;
  readonly kind: ChannelKind;
  readonly min_severity: Severity;
  readonly level: number;
  readonly hours: ChannelHours | null;
  readonly config: Record<string, unknown>;
  /** Null for what belongs to no project. */
  readonly name: string | null;
  readonly location: string | null;
  readonly time_zone: string | null;
  readonly target_hashrate_eh: number | null;
}

/** The channels of some projects; of the first the name is told. */
export async function listListeningChannels(
  client: ClientBase,
  projectId: string,
  channelProjectIds: readonly string[],
): Promise<ListeningChannelRow[]> {
  const { rows } = await client.query<ListeningChannelRow>(
    `select c.project_id, c.channel_id, c.kind, c.min_severity, c.level, c.hours, c.config,
            p.name, p.location, p.time_zone, p.target_hashrate_eh
       from notification_channels c left join projects p on p.project_id = $1
      where c.project_id = any ($2) and c.enabled
      order by c.project_id, c.channel_id`,
    [projectId, channelProjectIds],
  );
  return rows;
}

export interface WindowRow {
  readonly window_id: string;
  readonly target_type: 'project' | 'transformer' | 'container' | 'miner';
  readonly target_id: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly reason: string;
  /** Channels that were sent its summary since it ended. */
  readonly summarised: string[];
}

/** The maintenance windows of a project that have begun and were not over at `since`. */
export async function listBegunWindows(
  client: ClientBase,
  projectId: string,
  { now, since, channelIds }: { now: Date; since: Date; channelIds: readonly string[] },
): Promise<WindowRow[]> {
  const { rows } = await client.query<WindowRow>(
    `select w.window_id, w.target_type, w.target_id, w.starts_at, w.ends_at, w.reason,
            array(select distinct d.channel_id::text from deliveries d
                   where d.project_id = $1 and d.channel_id = any ($4) and d.created_at >= w.ends_at
                     and d.kind = 'summary' and d.payload->'window'->>'id' = w.window_id::text) as summarised
       from maintenance_windows w
      where w.project_id = $1 and w.starts_at <= $2 and w.ends_at > $3`,
    [projectId, now, since, channelIds],
  );
  return rows;
}

/** What a channel was told of an alert. */
export interface ToldRow {
  readonly channel_id: string;
  readonly told_status: AlertStatus;
  readonly told_severity: Severity;
  /** ms since 1970 */
  readonly told_at: number;
  readonly first_delivery_id: string;
  readonly repeats: number;
}

/** An alert with its place and with what channels were told of it. */
export interface ToldAlertRow {
  readonly id: number;
  readonly rule_id: string | null;
  readonly alert_type: string;
  readonly severity: Severity;
  readonly status: AlertStatus;
  readonly target_type: AlertTarget;
  readonly target_id: string;
  readonly message: string;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly unit: string | null;
  readonly occurrences: number;
  readonly miners_affected: number | null;
  readonly hashrate_lost_ths: number | null;
  readonly hashrate_share: number | null;
  readonly target_name: string | null;
  readonly timestamp: Date;
  readonly first_seen_at: Date;
  readonly parent_id: number | null;
  readonly silenced_until: Date | null;
  readonly assignee: string | null;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_by: string | null;
  readonly acknowledged_until: Date | null;
  readonly resolved_at: Date | null;
  readonly resolved_by: string | null;
  readonly recovering_since: Date | null;
  readonly flapping: boolean;
  readonly container_id: string | null;
  readonly transformer_id: string | null;
  readonly layout: unknown;
  readonly told: ToldRow[];
}

/**
 * The alerts of a project that channels may have to be told of: open ones that no other explains, those of which a channel
 * has not heard the end, and, where `begunSince` is given, all that began since then.
 */
export async function listToldAlerts(
  client: ClientBase,
  projectId: string,
  wanted: { severities: readonly Severity[]; channelIds: readonly string[]; begunSince: Date | null },
): Promise<ToldAlertRow[]> {
  const { rows } = await client.query<ToldAlertRow>(
    `with wanted as (
       select id from alerts
        where project_id = $1 and status in ('active', 'acknowledged') and severity = any ($2) and parent_id is null
       union
       select alert_id from notification_threads
        where project_id = $1 and channel_id = any ($3) and told_status <> 'resolved'
       union
       select id from alerts
        where project_id = $1 and timestamp >= $4 and severity = any ($2) and parent_id is null and status = 'resolved'
     )
     select a.id, a.rule_id, a.alert_type, a.severity, a.status, a.target_type, a.target_id, a.message, a.value,
            a.threshold, a.unit, a.occurrences, a.miners_affected, a.hashrate_lost_ths, a.hashrate_share, a.target_name, a.timestamp, a.first_seen_at,
            a.parent_id, a.silenced_until, a.assignee, a.acknowledged_at, a.acknowledged_by, a.acknowledged_until,
            a.resolved_at, a.resolved_by, a.recovering_since, a.flapping,
            c.container_id, coalesce(c.transformer_id, case a.target_type when 'transformer' then a.target_id end)
              as transformer_id, c.layout,
            (select coalesce(jsonb_agg(jsonb_build_object(
                'channel_id', t.channel_id, 'told_status', t.told_status, 'told_severity', t.told_severity,
                'told_at', (extract(epoch from t.told_at) * 1000)::bigint,
                'first_delivery_id', t.first_delivery_id, 'repeats', t.repeats)), '[]')
               from notification_threads t
              where t.project_id = $1 and t.channel_id = any ($3) and t.alert_id = a.id) as told
       from wanted w join alerts a on a.project_id = $1 and a.id = w.id
       left join containers c on c.project_id = $1 and c.container_id =
         case a.target_type when 'container' then a.target_id
           when 'miner' then regexp_replace(a.target_id, '-M[0-9]+$', '') end
      where a.status <> 'pending'
      order by a.id`,
    [projectId, wanted.severities, wanted.channelIds, wanted.begunSince],
  );
  return rows;
}
