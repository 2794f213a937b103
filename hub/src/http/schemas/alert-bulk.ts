import { ContainerId, ProjectId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { ALERT_STATUSES, ALERT_TARGETS, SEVERITIES } from '../../db/schema.ts';
import { PROBLEMS, type ProblemCode } from '../problem.ts';
import { Instant, Note, Person, Word } from './alerts.ts';

const AlertId = z.int().min(1).max(1e15);

/** The filters of the list of alerts, for a body. */
const WantedAlerts = z
  .strictObject({
    status: z.array(z.enum(ALERT_STATUSES)).min(1).max(3).default(['active', 'acknowledged']),
    severity: z.array(z.enum(SEVERITIES)).min(1).max(3).optional(),
    project_id: ProjectId.optional(),
    container_id: ContainerId.optional(),
    target_type: z.enum(ALERT_TARGETS).optional(),
    alert_type: Word.optional(),
    rule: Word.optional(),
    assignee: Person.optional(),
    parent_id: AlertId.optional(),
  })
  .openapi('WantedAlerts', { description: 'Every filter has to be met; open ones where no status is named' });

export const BULK_ACTIONS = ['acknowledge', 'unacknowledge', 'resolve', 'silence'] as const;

export const BulkOfAlerts = z
  .strictObject({
    action: z.enum(BULK_ACTIONS),
    ids: z
      .array(AlertId)
      .min(1)
      .max(500)
      .optional()
      .openapi({ example: [4711, 4712] }),
    filter: WantedAlerts.optional(),
    note: Note.optional(),
    assignee: Person.nullable().optional().openapi({
      description: 'Of an acknowledgement. Where one is taken back, who sees to it from now on; null: nobody any more',
    }),
    until: Instant.optional().openapi({
      type: 'string',
      format: 'date-time',
      description: 'Of an acknowledgement: when to look again. A silence needs it: when it ends, 30 days ahead at most',
    }),
  })
  .openapi('BulkOfAlerts', {
    description: 'Either ids or a filter that at most 500 alerts meet',
    example: { action: 'acknowledge', filter: { project_id: 'QATAR-001' }, note: 'Pump ordered' },
  });

export const BulkResult = z
  .object({
    data: z.array(
      z.object({
        id: z.int(),
        done: z.boolean(),
        problem: z
          .object({
            type: z.string(),
            status: z.int(),
            code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
            detail: z.string(),
          })
          .nullable()
          .openapi({ description: 'Why it was not done' }),
      }),
    ),
    done: z.int(),
    refused: z.int(),
  })
  .openapi('BulkResult');
export type BulkResult = z.infer<typeof BulkResult>;
