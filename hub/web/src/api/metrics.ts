import type { GlobalSnapshot, Snapshot } from '@hearst/hub/http/schemas/figures.ts';
import type { Series } from '@hearst/hub/http/schemas/series.ts';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import { liveOf } from './live-meta.ts';

export type { GlobalSnapshot, Series, Snapshot };

export const globalFiguresQuery = queryOptions({
  queryKey: ['figures', 'global'],
  queryFn: ({ signal }) => ask<GlobalSnapshot>('/api/metrics/global', { signal }),
  meta: liveOf('snapshot', 'projects', 'alerts'),
});

export const projectFiguresQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['figures', 'project', projectId],
    queryFn: ({ signal }) => ask<Snapshot>(`/api/metrics/project/${projectId}`, { signal }),
    meta: liveOf('snapshot', 'projects', 'alerts').in(projectId),
  });

/** Whose figures: the company's, or one project's, container's or transformer's. */
export type Scope =
  | { readonly scope: 'global' }
  | { readonly scope: 'project' | 'container' | 'transformer'; readonly id: string; readonly projectId: string };

export interface SeriesAsked {
  readonly range?: string;
  readonly from?: string;
  readonly to?: string;
  readonly step?: string;
  readonly metrics: string;
  readonly compare?: string;
  readonly group_by?: string;
  readonly tz?: string;
  readonly agg?: string;
  /** Settles whose container or transformer is meant. */
  readonly project_id?: string;
}

/** Figures over time, looked at again every minute: a bucket of five minutes is not made more often. */
export const seriesQuery = (of: Scope, asked: SeriesAsked) =>
  queryOptions({
    queryKey: ['series', of, asked],
    queryFn: ({ signal }) => ask<Series>(seriesPath(of), { query: { ...asked }, signal }),
    staleTime: 30_000,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });

export function seriesPath(of: Scope): string {
  return of.scope === 'global' ? '/api/metrics/global' : `/api/metrics/${of.scope}/${of.id}`;
}
