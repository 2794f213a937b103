import type { ActivityEntry } from '@hearst/hub/http/schemas/activity.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import type { List } from './list.ts';

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
