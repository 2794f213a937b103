import type { Fleet } from '@hearst/hub/http/schemas/fleet.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import { liveOf } from './live-meta.ts';

export type { Fleet };

/** As long as a poll: containers report one after another, and a whole fleet is not asked for each of them. */
const POLL_MS = 60_000;

/** All miners of a project as they are now. */
export const fleetQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['fleet', projectId],
    queryFn: ({ signal }) => ask<Fleet>(`/api/projects/${projectId}/fleet`, { signal }),
    staleTime: POLL_MS,
    meta: liveOf('snapshot', 'projects').in(projectId).atMostEvery(POLL_MS),
  });
