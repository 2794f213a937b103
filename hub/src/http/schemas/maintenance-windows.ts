import { ProjectId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { WINDOW_ORDER } from '../../db/queries/maintenance-windows.ts';
import { PlainText } from '../filters.ts';
import { listing } from '../lists.ts';
import { Text, Time } from '../schemas.ts';
import { TableFormat } from '../tables/format.ts';
import { instant, Reason } from './texts.ts';

const TARGETS = ['project', 'transformer', 'container', 'miner'] as const;

export const MaintenanceWindow = z
  .object({
    project_id: z.string(),
    window_id: z.string(),
    target_type: z.enum(TARGETS),
    target_id: z.string(),
    starts_at: Time,
    ends_at: Time,
    active: z.boolean().openapi({ description: 'Has begun and is not over' }),
    reason: z.string(),
    created_by: z.string(),
    ended_by: Text.openapi({ description: 'Who ended it before its time' }),
    created_at: Time,
    updated_at: Time,
  })
  .openapi('MaintenanceWindow', { description: 'A time that reports excuse' });
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

export const NewMaintenanceWindow = z
  .strictObject({
    project_id: ProjectId,
    target_type: z.enum(TARGETS),
    target_id: z.string().trim().toUpperCase().min(1).max(64),
    starts_at: instant('2026-11-23T12:00:00Z'),
    ends_at: instant('2026-11-23T18:00:00Z').openapi({ description: 'At most 366 days after the beginning' }),
    reason: Reason.default(''),
  })
  .openapi('NewMaintenanceWindow', {
    example: {
      project_id: 'QATAR-001',
      target_type: 'container',
      target_id: 'QATAR-C01',
      starts_at: '2026-11-23T12:00:00Z',
      ends_at: '2026-11-23T18:00:00Z',
      reason: 'Pump replaced',
    },
  });

export const MaintenanceWindowChange = z
  .strictObject({ ends_at: instant('2026-11-23T20:00:00Z'), reason: Reason })
  .partial()
  .openapi('MaintenanceWindowChange', { example: { ends_at: '2026-11-23T20:00:00Z' } });

export const MaintenanceWindowPath = z.object({ windowId: z.uuid().toLowerCase() });

export const WINDOW_IDS = ['project_id', 'window_id'] as const;
export const MaintenanceWindowPart = MaintenanceWindow.partial()
  .required({ project_id: true, window_id: true })
  .openapi('MaintenanceWindowPart', { description: 'A window with the fields that were asked for, and its ids' });

export const MaintenanceWindowsQuery = listing(WINDOW_ORDER, MaintenanceWindow, 'target or reason').extend({
  project_id: ProjectId.optional(),
  target_type: z.enum(TARGETS).optional(),
  target_id: PlainText(64).toUpperCase().optional(),
  from: instant('2026-11-01T00:00:00Z').optional().openapi({ description: 'Not over by then' }),
  to: instant('2026-12-01T00:00:00Z').optional().openapi({ description: 'Begun before then' }),
  active: z.stringbool().optional().openapi({ type: 'boolean', description: 'Open now, or (false) not' }),
  ...TableFormat.shape,
});
