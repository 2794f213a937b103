import type { AlertStatus, AlertTarget, ChannelHours, ChannelKind, Severity } from '../db/schema.ts';
import type { AlertFacts, Payload, Place, ProjectFacts } from './facts.ts';

/** All that planning looks at: one project's alerts, who is to hear of them, and what they were told. */
export interface Picture {
  readonly project: ProjectFacts;
  readonly channels: readonly PlanChannel[];
  /** Open ones, those whose end somebody is still to be told, and those that began in a window that is over. */
  readonly alerts: readonly PlanAlert[];
  readonly threads: readonly Thread[];
  /** Those that have begun and are not over for long. */
  readonly windows: readonly PlanWindow[];
}

export interface PlanChannel {
  readonly project_id: string;
  readonly channel_id: string;
  readonly kind: ChannelKind;
  readonly min_severity: Severity;
  readonly level: number;
  readonly hours: ChannelHours | null;
  /** Whether one message may be about several alerts. */
  readonly grouped: boolean;
  /** One row is written for each; `['']` where there is nothing to tell apart. */
  readonly recipients: readonly string[];
}

/** An alert's row as far as it matters here. */
export interface PlanAlert
  extends Omit<AlertFacts, 'first_seen_at' | 'acknowledged_at' | 'resolved_at' | 'place' | 'status'> {
  readonly status: AlertStatus;
  readonly target_type: AlertTarget;
  readonly timestamp: Date;
  readonly first_seen_at: Date;
  readonly parent_id: number | null;
  readonly silenced_until: Date | null;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_until: Date | null;
  readonly resolved_at: Date | null;
  readonly recovering_since: Date | null;
  readonly flapping: boolean;
  readonly place: Place;
}

/** What a channel was told last of an alert. */
export interface Thread {
  readonly channel_id: string;
  readonly alert_id: number;
  readonly told_status: AlertStatus;
  readonly told_severity: Severity;
  /** ms since 1970 */
  readonly told_at: number;
  /** The message that began the thread; the rows it went out in: `deliveryIdOf`. */
  readonly first_delivery_id: string;
  readonly repeats: number;
}

export interface PlanWindow {
  readonly window_id: string;
  readonly target_type: 'project' | 'transformer' | 'container' | 'miner';
  readonly target_id: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly reason: string;
  /** The channels that have its summary. */
  readonly summarised: readonly string[];
}

/** A row of `deliveries` to be written. */
export interface NewDelivery {
  readonly delivery_id: string;
  readonly channel_project_id: string;
  readonly channel_id: string;
  readonly recipient: string;
  readonly alert_id: number | null;
  readonly kind: Payload['kind'];
  /** ms since 1970 */
  readonly next_attempt_at: number;
  readonly payload: Payload;
}
