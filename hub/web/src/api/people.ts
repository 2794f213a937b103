import type { ProjectPerson } from '@hearst/hub/http/schemas/people.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import type { List } from './list.ts';

export type { ProjectPerson };

/** Who has access to a project; for those who run it. */
export const projectPeopleQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['people', projectId],
    queryFn: ({ signal }) => ask<List<ProjectPerson>>(`/api/projects/${projectId}/people`, { signal }),
    staleTime: 60_000,
  });
