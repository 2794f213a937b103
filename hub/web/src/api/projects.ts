import type { Project } from '@hearst/hub/http/schemas.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import type { List } from './list.ts';
import { liveOf } from './live-meta.ts';

export type { Project };

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: ({ signal }) => ask<List<Project>>('/api/projects', { query: { limit: 500 }, signal }),
  meta: liveOf('snapshot', 'projects'),
});

export const projectQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId],
    queryFn: ({ signal }) => ask<Project>(`/api/projects/${projectId}`, { signal }),
    meta: liveOf('snapshot', 'projects').in(projectId),
  });

export interface NewProject {
  readonly project_id: string;
  readonly name: string;
  readonly location?: string;
  readonly time_zone?: string;
  readonly planned_start?: string;
}
export const createProject = (body: NewProject): Promise<Project> => ask('/api/projects', { method: 'POST', body });
