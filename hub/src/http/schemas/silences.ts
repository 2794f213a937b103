import { ProjectId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { SILENCE_ORDER } from '../../db/queries/silences.ts';
import { ALERT_TARGETS } from '../../db/schema.ts';
import { PlainText } from '../filters.ts';
import { listing } from '../lists.ts';
import { Text, Time } from '../schemas.ts';
import { TableFormat } from '../tables/format.ts';
import { instant, Reason, RuleId, TargetId } from './texts.ts';

export const Silence = z
  .object({
    project_id: z.string(),
    silence_id: z.string(),
    target_type: z.enum(ALERT_TARGETS),
    target_id: z.string().openapi({ description: 'It covers what stands below this too' }),
    rule_id: Text.openapi({ description: 'Null: every rule' }),
    starts_at: Time,
    ends_at: Time,
    active: z.boolean().openapi({ description: 'Has begun and is not over' }),
    reason: z.string(),
    created_by: z.string(),
    ended_by: Text.openapi({ description: 'Who ended it before its time' }),
    created_at: Time,
    updated_at: Time,
  })
  .openapi('Silence', { description: 'A time in which nobody is notified of what it covers; the record goes on' });
export type Silence = z.infer<typeof Silence>;

export const NewSilence = z
  .strictObject({
    project_id: ProjectId,
    target_type: z.enum(ALERT_TARGETS),
    target_id: TargetId.openapi({ description: 'Empty where the target is `global`' }),
    rule_id: RuleId.nullable().default(null),
    starts_at: instant('2026-11-23T12:00:00Z').optional().openapi({ description: 'Now where it is left out' }),
    ends_at: instant('2026-11-24T12:00:00Z').openapi({ description: 'At most 30 days from now' }),
    reason: Reason.default(''),
  })
  .openapi('NewSilence', {
    example: {
      project_id: 'QATAR-001',
      target_type: 'container',
      target_id: 'QATAR-C01',
      rule_id: 'pump_stopped',
      ends_at: '2026-11-24T12:00:00Z',
      reason: 'The pump is being replaced',
    },
  });

export const SilenceChange = z
  .strictObject({ ends_at: instant('2026-11-25T12:00:00Z'), reason: Reason })
  .partial()
  .openapi('SilenceChange', { example: { ends_at: '2026-11-25T12:00:00Z' } });

export const SilencePath = z.object({ silenceId: z.uuid().toLowerCase() });

export const SILENCE_IDS = ['project_id', 'silence_id'] as const;
export const SilencePart = Silence.partial()
  .required({ project_id: true, silence_id: true })
  .openapi('SilencePart', { description: 'A silence with the fields that were asked for, and its ids' });

export const SilencesQuery = listing(SILENCE_ORDER, Silence, 'target, rule or reason').extend({
  project_id: ProjectId.optional(),
  target_type: z.enum(ALERT_TARGETS).optional(),
  target_id: PlainText(64).pipe(TargetId).optional(),
  rule: RuleId.optional(),
  active: z.stringbool().optional().openapi({ type: 'boolean', description: 'In force now, or (false) not' }),
  ...TableFormat.shape,
});
