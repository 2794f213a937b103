import type { Transformer } from '@hearst/hub/http/schemas/transformers.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import type { List } from './list.ts';
import { liveOf } from './live-meta.ts';

export type { Transformer };

export const transformersQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['transformers', projectId],
    queryFn: ({ signal }) => ask<List<Transformer>>(`/api/projects/${projectId}/transformers`, { signal }),
    meta: liveOf('snapshot', 'projects', 'alerts').in(projectId),
  });
