import type { MaintenanceWindowRow } from '../../db/queries/maintenance-windows.ts';
import type { MaintenanceWindow } from '../schemas/maintenance-windows.ts';

export function presentMaintenanceWindow(row: MaintenanceWindowRow, now: number): MaintenanceWindow {
  return {
    project_id: row.project_id,
    window_id: row.window_id,
    target_type: row.target_type,
    target_id: row.target_id,
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    active: +row.starts_at <= now && now < +row.ends_at,
    reason: row.reason,
    created_by: row.created_by,
    ended_by: row.ended_by,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
