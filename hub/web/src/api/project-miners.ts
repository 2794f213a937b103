import type { Miner } from '@hearst/hub/http/schemas.ts';
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { ask } from './http.ts';
import type { List } from './list.ts';

const PAGE = 50;

/** Which miners: of a container, or those that a text finds (a whole id; beginnings of addresses, serials and MACs). */
export interface MinersAsked {
  readonly q?: string;
  readonly container_id?: string;
}

/** The miners of a project by container and position, page by page. */
export const projectMinersQuery = (projectId: string, asked: MinersAsked) =>
  infiniteQueryOptions({
    queryKey: ['project-miners', projectId, asked],
    queryFn: ({ pageParam, signal }) =>
      ask<List<Miner>>('/api/miners', {
        query: {
          project_id: projectId,
          limit: PAGE,
          cursor: pageParam,
          ...asked,
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
