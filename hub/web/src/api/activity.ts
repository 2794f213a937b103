import type { ActivityEntry } from '@hearst/hub/http/schemas/activity.ts';
import { infiniteQueryOptions } from '@tanstack/react-query';
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
