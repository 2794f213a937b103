import type { Agent } from '@hearst/hub/http/schemas/agents.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import type { List } from './list.ts';
import { liveOf } from './live-meta.ts';

export type { Agent };

export const agentsQuery = (projectId?: string) =>
  queryOptions({
    queryKey: ['agents', projectId ?? null],
    queryFn: ({ signal }) => ask<List<Agent>>('/api/agents', { query: { project_id: projectId }, signal }),
    meta: liveOf('agents').in(projectId),
  });
