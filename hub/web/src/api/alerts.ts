import type { Alert, AlertEvent } from '@hearst/hub/http/schemas/alerts.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import type { List } from './list.ts';
import { liveOf } from './live-meta.ts';

export type { Alert, AlertEvent };

/** An alert with what it explains and what to do about it. */
export interface AlertDetail extends Alert {
  readonly runbook: string | null;
  readonly explained_miners: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> | null;
}

export interface AlertFilter {
  readonly status?: string;
  readonly severity?: string;
  readonly project_id?: string;
  readonly container_id?: string;
  readonly sort?: string;
  readonly limit?: number;
  readonly q?: string;
  /** Active since then or later. */
  readonly from?: string;
}

export const alertsQuery = (filter: AlertFilter) =>
  queryOptions({
    queryKey: ['alerts', filter],
    queryFn: ({ signal }) => ask<List<Alert>>('/api/alerts', { query: { ...filter }, signal }),
    meta: liveOf('alerts').in(filter.project_id),
  });

export const alertQuery = (id: number) =>
  queryOptions({
    queryKey: ['alert', id],
    queryFn: ({ signal }) => ask<AlertDetail>(`/api/alerts/${id}`, { signal }),
    meta: liveOf('alerts'),
  });

export const alertTimelineQuery = (id: number) =>
  queryOptions({
    queryKey: ['alert-timeline', id],
    queryFn: ({ signal }) => ask<List<AlertEvent>>(`/api/alerts/${id}/timeline`, { query: { limit: 500 }, signal }),
    meta: liveOf('alerts'),
  });

export const acknowledge = (id: number, note?: string): Promise<Alert> =>
  ask(`/api/alerts/${id}/acknowledge`, { method: 'POST', body: note ? { note } : {} });
export const resolve = (id: number, note?: string): Promise<Alert> =>
  ask(`/api/alerts/${id}/resolve`, { method: 'POST', body: note ? { note } : {} });
export const addNote = (id: number, note: string): Promise<unknown> =>
  ask(`/api/alerts/${id}/notes`, { method: 'POST', body: { note } });
export const assign = (id: number, assignee: string | null): Promise<Alert> =>
  ask(`/api/alerts/${id}/assign`, { method: 'POST', body: { assignee } });
