import type { MaintenanceWindow } from '@hearst/hub/http/schemas/maintenance-windows.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';
import { type List, pagesOf } from './list.ts';

export type { MaintenanceWindow };

export interface WindowFilter {
  readonly project_id?: string;
  /** Open now. */
  readonly active?: 'true';
  readonly from?: string;
  readonly limit?: number;
}

export const maintenanceWindowsQuery = (filter: WindowFilter) =>
  queryOptions({
    queryKey: ['maintenance-windows', filter],
    queryFn: ({ signal }) => ask<List<MaintenanceWindow>>('/api/maintenance-windows', { query: { ...filter }, signal }),
    // No live message tells of windows.
    refetchInterval: 60_000,
  });

/** All there were and are planned, those that end last first. */
export const allWindowsQuery = (projectId: string | undefined) =>
  pagesOf<MaintenanceWindow>('maintenance-windows', '/api/maintenance-windows', {
    ...{ project_id: projectId, sort: '-ends_at' },
  });

export const endWindow = (id: string): Promise<MaintenanceWindow> =>
  ask(`/api/maintenance-windows/${id}/end`, { method: 'POST' });

export interface NewWindow {
  readonly project_id: string;
  readonly target_type: MaintenanceWindow['target_type'];
  readonly target_id: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly reason: string;
}
export const addWindow = (body: NewWindow): Promise<MaintenanceWindow> =>
  ask('/api/maintenance-windows', { method: 'POST', body });
