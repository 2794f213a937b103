import type { Container, Miner } from '@hearst/hub/http/schemas.ts';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import type { List } from './list.ts';
import { liveOf } from './live-meta.ts';

export type { Container, Miner };

export const containersQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['containers', projectId],
    queryFn: ({ signal }) => ask<List<Container>>(`/api/projects/${projectId}/containers`, { signal }),
    meta: liveOf('snapshot', 'projects', 'alerts').in(projectId),
  });

export const containerQuery = (containerId: string, projectId: string) =>
  queryOptions({
    queryKey: ['container', containerId, projectId],
    queryFn: ({ signal }) =>
      ask<Container>(`/api/containers/${containerId}`, { query: { project_id: projectId }, signal }),
    meta: liveOf('snapshot', 'projects', 'alerts').in(projectId, containerId),
  });

export const minersQuery = (containerId: string, projectId: string) =>
  queryOptions({
    queryKey: ['miners', containerId, projectId],
    queryFn: ({ signal }) =>
      ask<List<Miner>>(`/api/containers/${containerId}/miners`, { query: { project_id: projectId }, signal }),
    meta: liveOf('snapshot').in(projectId, containerId),
  });

/** A container's miners as they were at a moment. What was does not change, so it is asked once. */
export const minersAtQuery = (containerId: string, projectId: string, at: string) =>
  queryOptions({
    queryKey: ['miners', containerId, projectId, at],
    queryFn: ({ signal }) =>
      ask<List<Miner>>(`/api/containers/${containerId}/miners`, { query: { project_id: projectId, at }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });
