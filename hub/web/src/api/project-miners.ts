import type { Miner } from '@hearst/hub/http/schemas.ts';
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { ask } from './http.ts';
import type { List } from './list.ts';

const PAGE = 50;
const LEAST_SEARCHED = 2;

/** The miners of a project by container and position, or those that a text finds, page by page. */
export const projectMinersQuery = (projectId: string, text: string) =>
  infiniteQueryOptions({
    queryKey: ['project-miners', projectId, text],
    queryFn: ({ pageParam, signal }) =>
      ask<List<Miner>>('/api/miners', {
        query: {
          project_id: projectId,
          limit: PAGE,
          cursor: pageParam,
          q: text.length < LEAST_SEARCHED ? undefined : text,
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
