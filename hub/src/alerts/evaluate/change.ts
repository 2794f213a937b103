import type { AlertRule } from '../rule.ts';
import { changesAt, flapsAt } from './flapping.ts';
import { type Impact, impactOf } from './impact.ts';
import { messageOf } from './message.ts';
import type { Explained, OpenAlert, Picture } from './picture.ts';
import type { AlertChange, AlertEventKind, AlertReference } from './plan.ts';
import type { Holding, Stands } from './situation.ts';

/** What an open alert meets in an evaluation. */
export interface Meeting {
  readonly now: number;
  /** Where it is switched off its alerts are over. */
  readonly rule: AlertRule;
  readonly stands: Stands;
  readonly holding: Holding | null;
  readonly cause: AlertReference | null;
  readonly explained: Explained | undefined;
  readonly picture: Picture;
}

/** How old what is written of a condition that goes on may be. */
const TOUCH_MS = { miner: 10 * 60_000, other: 60_000 };

/** What becomes of an open alert; null where nothing does. */
export function changeOf(alert: OpenAlert, meeting: Meeting): AlertChange | null {
  const { now, rule, cause } = meeting;
  const events: AlertEventKind[] = [];
  const life = !rule.enabled ? OVER : lifeOf(alert, meeting, rule, events);
  const parent = parentEvent(alert, cause);
  if (parent !== null) events.push(parent);
  if (rule.severity !== alert.severity) events.push('severity');
  if (life.flapping !== alert.flapping) events.push(life.flapping ? 'flapping' : 'steady');
  if (life.resolved) events.push('resolved');
  const impact = !life.conditionHolds
    ? kept(alert)
    : grown(alert, impactOf(rule, alert.target, meeting.explained, meeting.picture));
  const seenAt = meeting.holding?.at ?? alert.lastSeenAt;
  const touch = TOUCH_MS[alert.target.type === 'miner' ? 'miner' : 'other'];
  const isNews =
    events.length > 0 ||
    life.conditionHolds !== alert.conditionHolds ||
    impact.miners !== alert.minersAffected ||
    seenAt - alert.lastSeenAt >= touch;
  if (!isNews) return null;
  const value = meeting.holding?.value ?? alert.value;
  return {
    id: alert.id,
    severity: rule.severity,
    message: messageOf(rule, alert.target, { value, impact, picture: meeting.picture }),
    value,
    threshold: rule.raise,
    lastSeenAt: Math.max(seenAt, alert.lastSeenAt),
    occurrences: alert.occurrences + (events.includes('returned') ? 1 : 0),
    cause,
    conditionHolds: life.conditionHolds,
    recoveringSince: life.recoveringSince,
    flapping: life.flapping,
    minersAffected: impact.miners,
    hashrateLostThs: impact.hashrateThs,
    hashrateShare: impact.share,
    data: { changes: changesAt(now, life.changes), ...minersOf(alert, meeting.explained) },
    resolved: life.resolved,
    events,
  };
}

interface Life {
  readonly conditionHolds: boolean;
  readonly recoveringSince: number | null;
  readonly changes: readonly number[];
  readonly flapping: boolean;
  readonly resolved: boolean;
}

const OVER: Life = { conditionHolds: false, recoveringSince: null, changes: [], flapping: false, resolved: true };

/** Holding, recovering, back again, resolved. What is unknown changes nothing. */
function lifeOf(alert: OpenAlert, { now, stands }: Meeting, rule: AlertRule, events: AlertEventKind[]): Life {
  const { recoveringSince } = alert;
  const before = alert.data.changes ?? [];
  if (stands === 'unknown') {
    const flapping = flapsAt(now, before, alert.flapping);
    return { conditionHolds: alert.conditionHolds, recoveringSince, changes: before, flapping, resolved: false };
  }
  if (stands === 'holds') {
    const isBack = recoveringSince !== null;
    if (isBack) events.push('returned');
    const changes = changesAt(now, before, ...(isBack ? [now] : []));
    const flapping = flapsAt(now, changes, alert.flapping);
    return { conditionHolds: true, recoveringSince: null, changes, flapping, resolved: false };
  }
  const since = recoveringSince ?? now;
  const changes = changesAt(now, before, ...(recoveringSince === null ? [now] : []));
  const flapping = flapsAt(now, changes, alert.flapping);
  const resolved = !flapping && now - since >= rule.keepS * 1000;
  if (recoveringSince === null && !resolved) events.push('recovering');
  return { conditionHolds: false, recoveringSince: since, changes, flapping, resolved };
}

function parentEvent({ parentId }: OpenAlert, cause: AlertReference | null): AlertEventKind | null {
  if (cause === null) return parentId === null ? null : 'on_its_own';
  return 'id' in cause && cause.id === parentId ? null : 'explained';
}

function kept({ minersAffected, hashrateLostThs, hashrateShare }: OpenAlert): Impact {
  return { miners: minersAffected, hashrateThs: hashrateLostThs, share: hashrateShare };
}

/** The most it has cost so far. */
function grown(alert: OpenAlert, impact: Impact): Impact {
  return (impact.miners ?? 0) > (alert.minersAffected ?? 0) ? impact : kept(alert);
}

/** The miners it explains; once they are well again, those it did explain. */
function minersOf({ data }: OpenAlert, explained: Explained | undefined): { miners?: Explained } {
  const miners = explained ?? data.miners;
  return miners === undefined ? {} : { miners };
}
