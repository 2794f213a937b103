import type { Counted, InboxFilter } from '../../api/inbox.ts';
import type { AlertsSearch, View } from './search.ts';

export const OPEN: InboxFilter = { status: 'active,acknowledged' };
export const LAST_DAY: InboxFilter = { lastHours: 24 };

/** Which alerts an address asks for. `me` is how the hub calls who is signed in. */
export function filterOf({ view = 'open', severity, project, q }: AlertsSearch, me: string): InboxFilter {
  return {
    ...viewed(view, me),
    ...(severity === undefined || view === 'critical' ? {} : { severity }),
    ...(project === undefined ? {} : { project_id: project }),
    ...(q === undefined ? {} : { q: q.trim() }),
  };
}

function viewed(view: View, me: string): InboxFilter {
  switch (view) {
    case 'open':
      return OPEN;
    case 'critical':
      return { status: 'active', severity: 'critical' };
    case 'mine':
      return { ...OPEN, assignee: me };
    case 'day':
      // What is to be done first, what is over last.
      return { ...LAST_DAY, sort: 'status' };
    case 'resolved':
      return { status: 'resolved', sort: '-timestamp' };
  }
}

/** How many alerts a view lists that others do not explain; null: more than were counted. */
export type Counts = Readonly<Partial<Record<View, number>>>;

export function countsOf(open: readonly Counted[], lastDay: readonly Counted[], me: string): Counts {
  const own = open.filter((alert) => alert.suppressed_by === null);
  return {
    open: own.length,
    critical: own.filter(({ severity, status }) => severity === 'critical' && status === 'active').length,
    mine: own.filter(({ assignee }) => assignee === me).length,
    day: lastDay.filter((alert) => alert.suppressed_by === null).length,
  };
}

/** How many open alerts each one explains, by its id. */
export function explainedCounts(open: readonly Counted[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { suppressed_by: cause } of open) if (cause !== null) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  return counts;
}
