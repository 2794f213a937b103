import type { BulkResult } from '@hearst/hub/http/schemas/alert-bulk.ts';
import type { Alert, AlertEvent } from '@hearst/hub/http/schemas/alerts.ts';
import { queryOptions } from '@tanstack/react-query';
import i18next from 'i18next';
import { ask } from './http.ts';
import type { List } from './list.ts';
import { liveOf } from './live-meta.ts';

export type { Alert, AlertEvent, BulkResult };

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
  readonly target_type?: Alert['target_type'];
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

/** The runbook comes in the reader's language. */
export const alertQuery = (id: number) =>
  queryOptions({
    queryKey: ['alert', id, i18next.resolvedLanguage],
    queryFn: ({ signal }) => ask<AlertDetail>(`/api/alerts/${id}`, { signal }),
    meta: liveOf('alerts'),
  });

export const alertTimelineQuery = (id: number) =>
  queryOptions({
    queryKey: ['alert-timeline', id],
    queryFn: ({ signal }) => ask<List<AlertEvent>>(`/api/alerts/${id}/timeline`, { query: { limit: 500 }, signal }),
    meta: liveOf('alerts'),
  });

/** What a person may say when acknowledging. */
export interface Acknowledging {
  readonly note?: string;
  readonly assignee?: string;
}

export const acknowledge = (id: number, said: Acknowledging = {}): Promise<Alert> =>
  ask(`/api/alerts/${id}/acknowledge`, { method: 'POST', body: said });
/** Takes an acknowledgement back; `assignee` says who sees to it from now on. */
export const unacknowledge = (id: number, said: { readonly assignee?: string | null } = {}): Promise<Alert> =>
  ask(`/api/alerts/${id}/unacknowledge`, { method: 'POST', body: said });
export const resolve = (id: number, note?: string): Promise<Alert> =>
  ask(`/api/alerts/${id}/resolve`, { method: 'POST', body: note ? { note } : {} });
export const addNote = (id: number, note: string): Promise<AlertEvent> =>
  ask(`/api/alerts/${id}/notes`, { method: 'POST', body: { note } });
export const assign = (id: number, assignee: string | null): Promise<Alert> =>
  ask(`/api/alerts/${id}/assign`, { method: 'POST', body: { assignee } });

/** The same done with many; each has its own result. */
export type Bulk =
  | ({ readonly action: 'acknowledge' } & Acknowledging)
  | { readonly action: 'unacknowledge'; readonly assignee?: string | null }
  | { readonly action: 'resolve'; readonly note: string }
  | { readonly action: 'silence'; readonly until: string; readonly note?: string };

export const doWithAlerts = (ids: readonly number[], what: Bulk): Promise<BulkResult> =>
  ask('/api/alerts/bulk', { method: 'POST', body: { ids, ...what } });
