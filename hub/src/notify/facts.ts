import type { AlertStatus, AlertTarget, Severity } from '../db/schema.ts';

/**
 * What a delivery holds: facts as of the moment it was planned, as they stand in `deliveries.payload`. Nothing of it is
 * rendered text but what an alert's row holds; times are RFC 3339 in UTC.
 */
export type Payload = AlertsPayload | SummaryPayload | TestPayload;

/** News of some alerts of one project, in one thread of one channel. */
export interface AlertsPayload {
  readonly kind: 'alerts';
  /** The message that began the thread; this one's own where it does (see `deliveryIdOf`). */
  readonly thread: string;
  readonly project: ProjectFacts;
  /** The worst first. */
  readonly news: readonly NewsOfAlert[];
}

/** What a maintenance window held back and is over now. */
export interface SummaryPayload {
  readonly kind: 'summary';
  readonly thread: string;
  readonly project: ProjectFacts;
  readonly window: WindowFacts;
  readonly news: readonly NewsOfAlert[];
}

/** A person wanted to see whether the channel works. */
export interface TestPayload {
  readonly kind: 'test';
  readonly thread: string;
  readonly project: ProjectFacts;
  readonly channel: string;
  readonly requested_by: string;
  readonly requested_at: string;
}

/**
 * Why a channel is told of an alert: it is new (`escalated`: to a further level, for nobody acknowledged it), it was
 * acknowledged, resolved, the acknowledgement ran out (`reopened`), its severity changed, or nobody has acknowledged it
 * for a while (`repeated`).
 */
export type News = 'opened' | 'escalated' | 'acknowledged' | 'resolved' | 'reopened' | 'severity' | 'repeated';

export interface NewsOfAlert {
  readonly news: News;
  readonly alert: AlertFacts;
}

export interface AlertFacts {
  readonly id: number;
  readonly rule_id: string | null;
  readonly alert_type: string;
  readonly severity: Severity;
  readonly status: AlertStatus;
  readonly target_type: AlertTarget;
  readonly target_id: string;
  /** As the alert's row says it; what is rendered where the rule is unknown. */
  readonly message: string;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly unit: string | null;
  readonly occurrences: number;
  readonly miners_affected: number | null;
  readonly hashrate_lost_ths: number | null;
  /** Of the project's, 0 to 1. */
  readonly hashrate_share: number | null;
  /** What people call a target whose id says nothing. */
  readonly target_name: string | null;
  /** When its condition began. */
  readonly first_seen_at: string;
  readonly assignee: string | null;
  readonly acknowledged_by: string | null;
  readonly acknowledged_at: string | null;
  readonly resolved_by: string | null;
  readonly resolved_at: string | null;
  readonly place: Place;
}

/** Where it is: what is not known, or says nothing of such a target, is null. */
export interface Place {
  readonly transformer_id: string | null;
  readonly container_id: string | null;
  /** 1..n, and as it is written by the container's layout, `R07-04`. */
  readonly position: number | null;
  readonly slot: string | null;
}

export interface ProjectFacts {
  readonly id: string;
  readonly name: string;
  readonly location: string | null;
  readonly time_zone: string;
  /** EH/s it is meant to have, which says how much of it is lost. */
  readonly target_hashrate_eh: number | null;
}

export interface WindowFacts {
  readonly id: string;
  readonly target_type: AlertTarget;
  readonly target_id: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly reason: string;
}
