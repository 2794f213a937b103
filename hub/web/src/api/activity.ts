import type { ActivityEntry } from '@hearst/hub/http/schemas/activity.ts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import { type List, pagesOf } from './list.ts';
import { liveOf } from './live-meta.ts';

export type { ActivityEntry };

/** Who changed what, newest first, page by page. */
export const activityQuery = (projectId: string) =>
  pagesOf<ActivityEntry>('activity', '/api/activity', { project_id: projectId });

export interface AuditFilter {
  readonly project_id?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly q?: string | undefined;
}

/**
 * The whole log, narrowed.
 *
 * @param key the range as it stands in the address: one that ends now is asked for anew with every question
 */
export const auditQuery = (filter: AuditFilter, key: string, range: () => { from: string; to?: string }) =>
  infiniteQueryOptions({
    queryKey: ['activity', 'audit', filter, key],
    queryFn: ({ pageParam, signal }) =>
      ask<List<ActivityEntry>>('/api/activity', {
        query: { ...filter, ...range(), limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });

/** Who changed what of one thing, the newest ones. */
export const activityOfQuery = (projectId: string, targetId: string) =>
  queryOptions({
    queryKey: ['activity', projectId, targetId],
    queryFn: ({ signal }) =>
      ask<List<ActivityEntry>>('/api/activity', {
        query: { project_id: projectId, target_id: targetId, limit: 50 },
        signal,
      }),
  });

const MOST = 100;

/** Who did which of these things since a moment, newest first. */
export const activitySinceQuery = (from: string, actions: readonly string[]) =>
  queryOptions({
    queryKey: ['activity', 'since', from, actions],
    queryFn: ({ signal }) =>
      ask<List<ActivityEntry>>('/api/activity', { query: { from, action: actions.join(','), limit: MOST }, signal }),
    meta: liveOf('projects', 'agents'),
  });
