import type { News, WindowFacts } from './facts.ts';
import { opensAt } from './hours.ts';
import { covers } from './muting.ts';
import { concerns } from './next-news.ts';
import type { Picture, PlanAlert, PlanChannel, PlanWindow, Thread } from './picture.ts';

/** What a maintenance window has held back from a channel. */
interface Summary {
  readonly window: WindowFacts;
  readonly news: readonly { readonly alert: PlanAlert; readonly news: News }[];
  /** At once where something critical is still open, else when the channel hears of the rest. */
  readonly sendAt: number;
}

/**
 * What a channel is to be told at the end of a maintenance window; null where nothing was held back, where it has the
 * summary, or where another window holds on. Levels above the first, and channels that take one alert at a time, hear
 * of what is still open as of any alert.
 */
export function summaryOf(
  window: PlanWindow,
  { alerts, windows }: Picture,
  channel: PlanChannel,
  threads: ReadonlyMap<number, Thread>,
  now: number,
): Summary | null {
  const isOver = +window.ends_at <= now;
  if (!isOver || channel.level > 1 || !channel.grouped || window.summarised.includes(channel.channel_id)) return null;
  const goesOn = windows.filter((other) => +other.ends_at > now);
  const held = alerts
    .filter((alert) => covers(window, alert) && !goesOn.some((other) => covers(other, alert)))
    .filter((alert) => alert.parent_id === null && !(+(alert.silenced_until ?? 0) > now))
    .flatMap((alert) => {
      const news = heldNews(alert, threads.get(alert.id), window);
      const wanted = threads.has(alert.id) || concerns(channel, alert.severity);
      return news !== null && wanted ? [{ alert, news }] : [];
    });
  if (held.length === 0) return null;
  const urgent = held.some(({ alert }) => alert.severity === 'critical' && alert.status === 'active');
  return { window: factsOf(window), news: held, sendAt: urgent ? now : (opensAt(channel.hours, now) ?? now) };
}

/** What happened to an alert in a window that the channel has not heard; null: nothing. */
function heldNews(alert: PlanAlert, thread: Thread | undefined, window: PlanWindow): News | null {
  const within = (at: Date | null): boolean => at !== null && at >= window.starts_at && at < window.ends_at;
  if (thread !== undefined && thread.told_status === alert.status) return null;
  if (thread === undefined && !within(alert.timestamp)) return null;
  switch (alert.status) {
    case 'active':
      return thread === undefined ? 'opened' : null;
    case 'acknowledged':
      return thread === undefined || within(alert.acknowledged_at) ? 'acknowledged' : null;
    case 'resolved':
      return thread?.told_status !== 'resolved' && within(alert.resolved_at) ? 'resolved' : null;
  }
}

function factsOf({ window_id, target_type, target_id, starts_at, ends_at, reason }: PlanWindow): WindowFacts {
  return {
    id: window_id,
    target_type,
    target_id,
    starts_at: starts_at.toISOString(),
    ends_at: ends_at.toISOString(),
    reason,
  };
}
