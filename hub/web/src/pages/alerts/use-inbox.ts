import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Alert } from '../../api/alerts.ts';
import { countedAlertsQuery, inboxQuery } from '../../api/inbox.ts';
import { useMe } from '../../session/me.ts';
import { grouped } from './grouping.ts';
import type { AlertsSearch } from './search.ts';
import { countsOf, explainedCounts, filterOf, LAST_DAY, OPEN } from './views.ts';

/** What the inbox shows for an address. */
export function useInbox(search: AlertsSearch) {
  const me = useMe();
  const filter = filterOf(search, me);
  const ofProject = search.project === undefined ? {} : { project_id: search.project };
  const list = useInfiniteQuery(inboxQuery(filter));
  const open = useQuery(countedAlertsQuery({ ...OPEN, ...ofProject }));
  const lastDay = useQuery(countedAlertsQuery({ ...LAST_DAY, ...ofProject }));
  const isSearch = search.q !== undefined || search.severity !== undefined;
  const groups = useMemo(() => {
    if (list.data === undefined) return undefined;
    return grouped(unique(list.data.pages.flatMap(({ data }) => data)), isSearch);
  }, [list.data, isSearch]);
  const counts = useMemo(
    () => (open.data === undefined ? {} : countsOf(open.data.data, lastDay.data?.data ?? [], me)),
    [open.data, lastDay.data, me],
  );
  const explains = useMemo(() => explainedCounts(open.data?.data ?? []), [open.data]);
  return { filter, list, groups, counts, explains };
}

/** An alert that moved from one page to the next between two questions stands there once. */
function unique(alerts: readonly Alert[]): Alert[] {
  return [...new Map(alerts.map((alert) => [alert.id, alert])).values()];
}
