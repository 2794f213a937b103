import type { MaintenancePlanRow } from '../../db/queries/maintenance-plans.ts';
import type { MaintenancePlan } from '../schemas/maintenance-plans.ts';

export function presentMaintenancePlan(row: MaintenancePlanRow): MaintenancePlan {
  return {
    project_id: row.project_id,
    plan_id: row.plan_id,
    target_type: row.target_type,
    target_id: row.target_id,
    task: row.task,
    every_running_hours: row.every_running_hours,
    due_on: row.due_on,
    every_days: row.every_days,
    last_done_at: row.last_done_at?.toISOString() ?? null,
    last_done_by: row.last_done_by,
    running_hours: row.running_hours,
    running_counted_at: row.running_counted_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
