import { ProjectId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { PLAN_ORDER } from '../../db/queries/maintenance-plans.ts';
import { PlainText } from '../filters.ts';
import { listing } from '../lists.ts';
import { Count, Quantity, Text, Time } from '../schemas.ts';
import { TableFormat } from '../tables/format.ts';
import { Day, instant } from './texts.ts';

const TARGETS = ['transformer', 'container', 'miner'] as const;

export const MaintenancePlan = z
  .object({
    project_id: z.string(),
    plan_id: z.string(),
    target_type: z.enum(TARGETS),
    target_id: z.string(),
    task: z.string(),
    every_running_hours: Quantity.openapi({ description: 'Due after so many hours in which it ran' }),
    due_on: Text.openapi({ description: "Due on that day of the project's time zone" }),
    every_days: Count.openapi({ description: 'Once done, due again so many days later' }),
    last_done_at: Time.nullable(),
    last_done_by: Text,
    running_hours: z.number().openapi({ description: 'How long it ran since, as last counted' }),
    running_counted_at: Time.nullable(),
    created_at: Time,
    updated_at: Time,
  })
  .openapi('MaintenancePlan', { description: 'What is to be done, and when' });
export type MaintenancePlan = z.infer<typeof MaintenancePlan>;

const fields = {
  task: PlainText(200),
  every_running_hours: z.number().min(1).max(100_000).nullable(),
  due_on: Day.nullable(),
  every_days: z.int().min(1).max(3_660).nullable().openapi({ description: 'Only with due_on' }),
  last_done_at: instant('2026-10-01T08:00:00Z').nullable(),
};

export const NewMaintenancePlan = z
  .strictObject({
    project_id: ProjectId,
    target_type: z.enum(TARGETS),
    target_id: PlainText(64).toUpperCase(),
    task: fields.task,
    every_running_hours: fields.every_running_hours.default(null),
    due_on: fields.due_on.default(null),
    every_days: fields.every_days.default(null),
    last_done_at: fields.last_done_at.default(null),
  })
  .openapi('NewMaintenancePlan', {
    description: 'At least one of every_running_hours and due_on',
    example: {
      project_id: 'QATAR-001',
      target_type: 'container',
      target_id: 'QATAR-C01',
      task: 'Change the filters of the cooling loop',
      every_running_hours: 4000,
    },
  });

export const MaintenancePlanChange = z
  .strictObject(fields)
  .partial()
  .openapi('MaintenancePlanChange', { example: { every_running_hours: 3000 } });

/** When it was done; now where nothing is said. */
export const MaintenanceDone = z
  .strictObject({ done_at: instant('2026-11-20T08:00:00Z') })
  .partial()
  .openapi('MaintenanceDone', { example: { done_at: '2026-11-20T08:00:00Z' } });

export const MaintenancePlanPath = z.object({ planId: z.uuid().toLowerCase() });

export const PLAN_IDS = ['project_id', 'plan_id'] as const;
export const MaintenancePlanPart = MaintenancePlan.partial()
  .required({ project_id: true, plan_id: true })
  .openapi('MaintenancePlanPart', { description: 'A plan with the fields that were asked for, and its ids' });

export const MaintenancePlansQuery = listing(PLAN_ORDER, MaintenancePlan, 'target or task').extend({
  project_id: ProjectId.optional(),
  target_type: z.enum(TARGETS).optional(),
  target_id: PlainText(64).toUpperCase().optional(),
  ...TableFormat.shape,
});
