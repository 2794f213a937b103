import type { ActivityEntry } from '../../api/activity.ts';
import type { Alert } from '../../api/alerts.ts';

/** What happened to a miner: an alert began or ended, it started anew, somebody changed something of it. */
export type MinerEvent = { readonly at: number; readonly key: string } & (
  | { readonly kind: 'began' | 'ended'; readonly alert: Alert }
  | { readonly kind: 'restarted' }
  | { readonly kind: 'changed'; readonly entry: ActivityEntry }
);

/** All of it, the newest first. */
export function eventsOf(
  alerts: readonly Alert[],
  entries: readonly ActivityEntry[],
  restarts: readonly number[],
): readonly MinerEvent[] {
  const ofAlert = (alert: Alert): MinerEvent[] => [
    { kind: 'began', alert, at: Date.parse(alert.first_seen_at), key: `${alert.id} began` },
    ...(alert.resolved_at === null
      ? []
      : [{ kind: 'ended' as const, alert, at: Date.parse(alert.resolved_at), key: `${alert.id} ended` }]),
  ];
  return [
    ...alerts.flatMap(ofAlert),
    ...entries.map((entry) => ({ kind: 'changed' as const, entry, at: Date.parse(entry.at), key: `e${entry.seq}` })),
    ...restarts.map((at) => ({ kind: 'restarted' as const, at, key: `r${at}` })),
  ].sort((a, b) => b.at - a.at);
}

/**
 * When a miner started anew: where the time since it started has become less. The moment is reckoned back from there, and
 * lies within the bucket at best.
 */
export function restartsOf(times: readonly number[], uptimes: readonly (number | null)[], step: number): number[] {
  let before: number | null = null;
  return uptimes.flatMap((uptime, i) => {
    const last = before;
    before = uptime ?? before;
    if (uptime === null || last === null || uptime >= last) return [];
    return [Math.round((times[i] ?? 0) + step - uptime * 1000)];
  });
}
