import type { ActivityEntry } from '@hearst/hub/http/schemas/activity.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import type { List } from './list.ts';
import { liveOf } from './live-meta.ts';

export type { ActivityEntry };

const PAGE = 50;

/** Who changed what, newest first, page by page. */
export const activityQuery = (projectId: string) =>
  infiniteQueryOptions({
    queryKey: ['activity', projectId],
    queryFn: ({ pageParam, signal }) =>
      ask<List<ActivityEntry>>('/api/activity', {
        query: { project_id: projectId, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
  });

/** Who changed what of one thing, the newest ones. */
export const activityOfQuery = (projectId: string, targetId: string) =>
  queryOptions({
    queryKey: ['activity', projectId, targetId],
    queryFn: ({ signal }) =>
      ask<List<ActivityEntry>>('/api/activity', {
        query: { project_id: projectId, target_id: targetId, limit: PAGE },
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
