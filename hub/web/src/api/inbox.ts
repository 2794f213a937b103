import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Alert } from './alerts.ts';
import { addressOf, ask } from './http.ts';
import type { List } from './list.ts';
import { liveOf } from './live-meta.ts';

const PAGE = 100;
/** As many as the hub answers at once. */
const MOST = 500;
/** What an open alert measures changes without a message of its own. */
const LOOK_AGAIN_MS = 30_000;

/** Which alerts of the inbox are wanted. */
export interface InboxFilter {
  readonly status?: string;
  readonly severity?: string;
  readonly project_id?: string;
  readonly assignee?: string;
  readonly q?: string;
  readonly sort?: string;
  /** Active since so many hours ago or later: `from` as of when it is asked. */
  readonly lastHours?: number;
}

export const inboxQuery = (filter: InboxFilter) =>
  infiniteQueryOptions({
    queryKey: ['alerts', 'inbox', filter],
    queryFn: ({ signal, pageParam: cursor }) =>
      ask<List<Alert>>('/api/alerts', { query: { ...asked(filter), limit: PAGE, cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
    meta: liveOf('alerts').in(filter.project_id),
  });

/** As much of an alert as counting takes. */
export type Counted = Pick<Alert, 'id' | 'severity' | 'status' | 'assignee' | 'suppressed_by'>;

export const countedAlertsQuery = (filter: InboxFilter) =>
  queryOptions({
    queryKey: ['alerts', 'counted', filter],
    queryFn: ({ signal }) => {
      const fields = 'id,severity,status,assignee,suppressed_by';
      return ask<List<Counted>>('/api/alerts', { query: { ...asked(filter), limit: MOST, fields }, signal });
    },
    placeholderData: keepPreviousData,
    meta: liveOf('alerts').in(filter.project_id),
  });

/** The alerts that another one explains. */
export const explainedQuery = (parentId: number) =>
  queryOptions({
    queryKey: ['alerts', 'explained', parentId],
    queryFn: ({ signal }) => ask<List<Alert>>('/api/alerts', { query: { parent_id: parentId, limit: MOST }, signal }),
    meta: liveOf('alerts'),
  });

/** Where the whole list may be had as a file. */
export function exportAddress(filter: InboxFilter, format: 'csv' | 'xlsx', locale: string): string {
  return addressOf('/api/alerts', { ...asked(filter), format, locale });
}

function asked({ lastHours, ...rest }: InboxFilter): Record<string, string | undefined> {
  if (lastHours === undefined) return rest;
  return { ...rest, from: new Date(Date.now() - lastHours * 3_600_000).toISOString() };
}
