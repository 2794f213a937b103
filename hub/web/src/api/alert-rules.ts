import type { AlertRule } from '@hearst/hub/http/schemas/alert-rules.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import type { List } from './list.ts';

export type { AlertRule };

/** The alert rules as they hold in a project. */
export const alertRulesQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['alert-rules', projectId],
    queryFn: ({ signal }) => ask<List<AlertRule>>('/api/alert-rules', { query: { project_id: projectId }, signal }),
    staleTime: 60_000,
  });
