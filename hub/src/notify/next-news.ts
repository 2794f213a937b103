import { SEVERITIES, type Severity } from '../db/schema.ts';
import type { News } from './facts.ts';
import { opensAt } from './hours.ts';
import type { PlanAlert, PlanChannel, Thread } from './picture.ts';

const MINUTE_MS = 60_000;
/** How long the first message waits for other alerts to go along. */
const GROUP_MS = { critical: 10_000, warning: 30_000, info: 30_000 } as const;
/** A thread hears of changes at most so often. */
const CHANGES_MS = 5 * MINUTE_MS;
/** A critical alert that nobody has acknowledged is told again. */
const REPEAT_MS = 30 * MINUTE_MS;
/** How long each level has before the next is told. */
const ESCALATION_MS = 15 * MINUTE_MS;
/** What flapped and is resolved has to stay so before that is told. */
const STABLE_MS = 10 * MINUTE_MS;

/** What a channel is to be told next of an alert, and when. */
export interface NextNews {
  readonly news: News;
  /** From when on the alert may go along with others, and when it is due by itself, ms since 1970. */
  readonly from: number;
  readonly at: number;
}

/**
 * What a channel is to be told next of an alert as things stand; null: nothing until something changes.
 *
 * @param known.mutedUntil until when silences and windows hold it back
 * @param known.heardAt when the alert's thread was told anything last, of whatever alert
 */
export function nextNews(
  alert: PlanAlert,
  channel: PlanChannel,
  {
    thread,
    mutedUntil,
    heardAt,
    now,
  }: { thread: Thread | undefined; mutedUntil: number; heardAt: number; now: number },
): NextNews | null {
  const next = thread === undefined ? first(alert, channel, mutedUntil) : further(alert, thread, mutedUntil, heardAt);
  const critical = alert.severity === 'critical' || thread?.told_severity === 'critical';
  if (next === null || critical) return next;
  // What was due in the channel's hours and is looked at later waits for the next ones.
  const at = opensAt(channel.hours, Math.max(now, next.at));
  const from = opensAt(channel.hours, Math.max(now, next.from));
  return at === null || from === null ? null : { ...next, from, at };
}

/** Whether alerts of a severity are a channel's business. */
export function concerns(channel: Pick<PlanChannel, 'min_severity'>, severity: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(channel.min_severity);
}

function first(alert: PlanAlert, channel: PlanChannel, mutedUntil: number): NextNews | null {
  if (alert.status !== 'active' || isHeld(alert) || !concerns(channel, alert.severity)) return null;
  // An acknowledgement that ran out and a silence that ended leave nobody told: the wait begins there.
  const since = Math.max(+alert.timestamp, +(alert.acknowledged_until ?? 0), mutedUntil);
  if (channel.level === 1) return { news: 'opened', from: since, at: since + GROUP_MS[alert.severity] };
  const at = since + ESCALATION_MS * (channel.level - 1);
  return { news: 'escalated', from: at, at };
}

function further(alert: PlanAlert, thread: Thread, mutedUntil: number, heardAt: number): NextNews | null {
  const change = changeOf(alert, thread);
  if (change !== null) {
    // The end of what was told is told, whatever explains it meanwhile.
    if (change !== 'resolved' && isHeld(alert)) return null;
    const stableAt = change === 'resolved' && alert.flapping ? +(alert.resolved_at ?? 0) + STABLE_MS : 0;
    return due(change, Math.max(heardAt + CHANGES_MS, stableAt, mutedUntil));
  }
  const urges = alert.status === 'active' && alert.severity === 'critical' && alert.recovering_since === null;
  if (!urges || isHeld(alert)) return null;
  return due('repeated', Math.max(thread.told_at + REPEAT_MS, heardAt + CHANGES_MS, mutedUntil));
}

function changeOf(alert: PlanAlert, thread: Thread): News | null {
  if (thread.told_status === 'resolved') return null;
  if (alert.status !== thread.told_status) return alert.status === 'active' ? 'reopened' : alert.status;
  return alert.severity === thread.told_severity ? null : 'severity';
}

/** Explained by another alert, or waiting to be stable. */
function isHeld(alert: PlanAlert): boolean {
  return alert.parent_id !== null || alert.flapping;
}

function due(news: News, at: number): NextNews {
  return { news, from: at, at };
}
