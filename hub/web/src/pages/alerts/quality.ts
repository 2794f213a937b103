import type { Judged } from '../../api/quality.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOISIEST = 10;
/** What comes so often within an hour chatters. */
const CHATTERS = 3;
/** Who gets more than one in ten minutes cannot see to each. */
const TARGET_PER_HOUR = 6;

/** How many alerts of one rule, or of one rule at one target, and one of them to tell it by. */
export interface Noise {
  readonly alert: Judged;
  readonly count: number;
  /** Of all that are counted, 0 to 1. */
  readonly share: number;
}

export interface Quality {
  readonly count: number;
  /** How many began in each hour until now, the oldest hour first. */
  readonly hours: readonly number[];
  readonly perHour: number | null;
  readonly isMet: boolean | null;
  readonly noisiest: readonly Noise[];
  readonly chattering: readonly Noise[];
  /** Seconds; null where nobody acknowledged any. */
  readonly medianS: number | null;
  readonly acknowledged: number;
  /** Over without anybody having acknowledged them. */
  readonly untouched: number;
}

/** What asks somebody to do something: critical and warning, and no mere effect of another alert. */
const isCounted = ({ severity, suppressed_by: cause }: Judged): boolean => severity !== 'info' && cause === null;

/** How alerting is for those who have to see to it, from a moment until now. */
export function qualityOf(all: readonly Judged[], from: number, now: number): Quality {
  const alerts = all.filter(isCounted);
  const hours = Array.from({ length: Math.max(1, Math.ceil((now - from) / HOUR)) }, () => 0);
  for (const { timestamp } of alerts) {
    const ago = Math.floor((now - Date.parse(timestamp)) / HOUR);
    const hour = hours.length - 1 - Math.max(0, ago);
    if (hour >= 0) hours[hour]! += 1;
  }
  const span = (now - from) / HOUR;
  const perHour = span > 0 ? alerts.length / span : null;
  const waits = alerts.flatMap(({ timestamp, acknowledged_at: taken }) =>
    taken === null ? [] : [Math.max(0, Date.parse(taken) - Date.parse(timestamp)) / 1000],
  );
  return {
    count: alerts.length,
    hours,
    perHour,
    isMet: perHour === null ? null : perHour < TARGET_PER_HOUR,
    noisiest: noiseBy(alerts, ruleOf).slice(0, NOISIEST),
    chattering: noiseBy(alerts, (alert) => `${ruleOf(alert)} ${alert.target_type} ${alert.target_id}`, chatters).slice(
      0,
      NOISIEST,
    ),
    medianS: median(waits),
    acknowledged: waits.length,
    untouched: alerts.filter(({ status, acknowledged_at: taken }) => status === 'resolved' && taken === null).length,
  };
}

/** Open alerts that began more than a day ago, the oldest first. */
export function standing(open: readonly Judged[], now: number): readonly Judged[] {
  return open
    .filter((alert) => isCounted(alert) && now - Date.parse(alert.first_seen_at) > DAY)
    .sort((a, b) => Date.parse(a.first_seen_at) - Date.parse(b.first_seen_at));
}

const ruleOf = ({ rule_id: rule, message }: Judged): string => rule ?? message;

function noiseBy(
  alerts: readonly Judged[],
  keyOf: (alert: Judged) => string,
  isMeant: (of: readonly Judged[]) => boolean = () => true,
): readonly Noise[] {
  const groups = Map.groupBy(alerts, keyOf);
  return [...groups.values()]
    .filter(isMeant)
    .map((of) => ({ alert: of[0]!, count: of.length, share: of.length / alerts.length }))
    .sort((a, b) => b.count - a.count);
}

/** Comes and goes: the hub says so, or it began several times within an hour. */
function chatters(alerts: readonly Judged[]): boolean {
  if (alerts.some(({ flapping }) => flapping)) return true;
  const times = alerts.map(({ timestamp }) => Date.parse(timestamp)).sort((a, b) => a - b);
  return times.some((at, i) => (times[i + CHATTERS - 1] ?? Number.POSITIVE_INFINITY) - at <= HOUR);
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
