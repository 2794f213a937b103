import type { MaintenancePlan } from '@hearst/hub/http/schemas/maintenance-plans.ts';
import { ask } from './http.ts';
import { pagesOf } from './list.ts';

export type { MaintenancePlan };

export const plansQuery = (projectId: string | undefined) =>
  pagesOf<MaintenancePlan>('maintenance-plans', '/api/maintenance-plans', { project_id: projectId });

export type NewPlan = Pick<
  MaintenancePlan,
  'project_id' | 'target_type' | 'target_id' | 'task' | 'every_running_hours' | 'due_on' | 'every_days'
>;
export const addPlan = (body: NewPlan): Promise<MaintenancePlan> =>
  ask('/api/maintenance-plans', { method: 'POST', body });

/** It was done, now. */
export const planDone = (id: string): Promise<MaintenancePlan> =>
  ask(`/api/maintenance-plans/${id}/done`, { method: 'POST', body: {} });
export const removePlan = (id: string): Promise<void> => ask(`/api/maintenance-plans/${id}`, { method: 'DELETE' });
