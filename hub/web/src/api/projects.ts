import type { ElectricityPrices } from '@hearst/hub/http/schemas/electricity-prices.ts';
import type { Project } from '@hearst/hub/http/schemas.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask, askTagged, type Tagged } from './http.ts';
import type { List } from './list.ts';
import { liveOf } from './live-meta.ts';

export type { Project };

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: ({ signal }) => ask<List<Project>>('/api/projects', { query: { limit: 500 }, signal }),
  meta: liveOf('snapshot', 'projects', 'alerts'),
});

export const projectQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId],
    queryFn: ({ signal }) => ask<Project>(`/api/projects/${projectId}`, { signal }),
    meta: liveOf('snapshot', 'projects', 'alerts').in(projectId),
  });

export interface NewProject {
  readonly project_id: string;
  readonly name: string;
  readonly location?: string;
  readonly time_zone?: string;
  readonly planned_start?: string;
}
export const createProject = (body: NewProject): Promise<Project> => ask('/api/projects', { method: 'POST', body });

export const readTagged = (projectId: string, signal?: AbortSignal): Promise<Tagged<Project>> =>
  askTagged(`/api/projects/${projectId}`, signal ? { signal } : {});

/** A project to be changed. Asked once: what somebody is writing is not to be replaced under their hands. */
export const editedProjectQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['edited-project', projectId],
    queryFn: ({ signal }) => readTagged(projectId, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

export type ProjectChange = Partial<
  Pick<
    Project,
    'name' | 'location' | 'time_zone' | 'planned_start' | 'target_hashrate_eh' | 'target_power_mw' | 'status'
  >
>;
export const changeProject = (projectId: string, body: ProjectChange, ifMatch: string): Promise<Project> =>
  ask(`/api/projects/${projectId}`, { method: 'PUT', body, ifMatch });

export const electricityPricesQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['electricity-prices', projectId],
    queryFn: ({ signal }) => ask<ElectricityPrices>(`/api/projects/${projectId}/electricity-prices`, { signal }),
    staleTime: 60_000,
  });
