import type { Comparison } from '@hearst/hub/http/schemas/figures.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import type { List } from './list.ts';
import { liveOf } from './live-meta.ts';

export type { Comparison };

export const COMPARISON_PATH = '/api/compare';

/** Two to six projects side by side, as they are now. */
export const comparisonQuery = (projectIds: readonly string[]) =>
  queryOptions({
    queryKey: ['comparison', projectIds],
    queryFn: ({ signal }) =>
      ask<List<Comparison>>(COMPARISON_PATH, { query: { projects: projectIds.join(',') }, signal }),
    meta: liveOf('snapshot', 'projects', 'alerts'),
  });
