import { ContainerId, ProjectId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { ALERT_ORDER } from '../../db/queries/alerts.ts';
import { ALERT_STATUSES, ALERT_TARGETS, SEVERITIES } from '../../db/schema.ts';
import { PlainText } from '../filters.ts';
import { listing } from '../lists.ts';
import { oneOf } from '../paging.ts';
import { Count, Quantity, Text, Time } from '../schemas.ts';
import { TableFormat } from '../tables/format.ts';

const Moment = Time.nullable();

export const Alert = z
  .object({
    id: z.int(),
    timestamp: Time.openapi({ description: 'When it became active' }),
    project_id: z.string(),
    alert_type: z.string(),
    severity: z.enum(SEVERITIES),
    target_type: z.enum(ALERT_TARGETS),
    target_id: z.string(),
    target_name: Text.openapi({ description: 'What people call a target whose id says nothing: an agent' }),
    message: z.string(),
    status: z.enum(ALERT_STATUSES),
    rule_id: Text,
    value: Quantity,
    threshold: Quantity,
    unit: Text,
    first_seen_at: Time,
    last_seen_at: Time,
    occurrences: z.int(),
    condition_holds: z.boolean().openapi({ description: 'While true it cannot be resolved by hand' }),
    impact: z.object({ miners: Count, hashrate_ths: Quantity, share_of_project_pct: Quantity }).nullable().openapi({
      description: 'What it costs: miners, hashrate, and its share of what the project is expected to make',
    }),
    suppressed_by: z.int().nullable().openapi({ description: 'The alert that explains this one' }),
    previous_id: z.int().nullable().openapi({ description: 'The resolved alert that this one repeats' }),
    flapping: z.boolean(),
    silenced_until: Moment,
    assignee: Text,
    acknowledged_at: Moment,
    acknowledged_by: Text,
    acknowledged_until: Moment,
    resolved_at: Moment,
    resolved_by: Text,
    updated_at: Time,
  })
  .openapi('Alert');
export type Alert = z.infer<typeof Alert>;

/** Positions of miners by container and rule. */
export const ExplainedMiners = z.record(z.string(), z.record(z.string(), z.array(z.int())));
export type ExplainedMiners = z.infer<typeof ExplainedMiners>;

export const AlertDetail = Alert.extend({
  runbook: Text.openapi({ description: 'What to do, in the language of the asker' }),
  explained_miners: ExplainedMiners.nullable().openapi({
    description: 'Positions of the miners that it explains, by container and by the rule that each would have broken',
    example: { 'QATAR-C14': { miner_offline: [1, 2, 3] } },
  }),
}).openapi('AlertDetail', { description: 'An alert with what it explains and what to do about it' });

export const AlertPart = Alert.partial()
  .required({ id: true, project_id: true })
  .openapi('AlertPart', { description: 'An alert with the fields that were asked for, and its ids' });

/** Which fields of an alert always come, whatever `fields` names. */
export const ALERT_IDS = ['id', 'project_id'] as const;

/** What more there is to say of an event: single values by name. */
export const AlertEventData = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const AlertEvent = z
  .object({
    at: Time,
    kind: z.string().openapi({ example: 'acknowledged' }),
    actor: z.string(),
    note: Text,
    data: AlertEventData,
  })
  .openapi('AlertEvent', { description: 'Something that happened to an alert' });
export type AlertEvent = z.infer<typeof AlertEvent>;

/** Text of several lines: anything but what is no character, or none that the database keeps. */
export const Note = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), {
    error: 'holds control characters',
    params: { code: 'characters' },
  });
export const Person = PlainText(200);
export const Word = PlainText(100);
export const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const Acknowledgement = z
  .strictObject({
    note: Note,
    assignee: Person.openapi({ description: 'Who sees to it' }),
    until: Instant.openapi({ type: 'string', format: 'date-time', description: 'When to look at it again' }),
  })
  .partial()
  .openapi('Acknowledgement', { example: { note: 'Pump ordered', assignee: 'Omar' } });

export const TakenBack = z
  .strictObject({
    note: Note,
    assignee: Person.nullable().openapi({
      description: 'Who sees to it from now on; null: nobody any more. Unless given, whoever does',
    }),
  })
  .partial()
  .openapi('TakenBack', { example: { assignee: null } });

export const Assignment = z
  .strictObject({
    assignee: Person.nullable().openapi({ description: 'Who sees to it; null: nobody any more' }),
    note: Note.optional(),
  })
  .openapi('Assignment', { example: { assignee: 'Ines' } });

export const Resolution = z
  .strictObject({ note: Note })
  .partial()
  .openapi('Resolution', { example: { note: 'Pump replaced' } });

export const NewNote = z.strictObject({ note: Note }).openapi('NewNote', { example: { note: 'Waiting for the part' } });

/** A whole number; what is none answers like one that does not exist. */
export const AlertPath = z.object({
  alertId: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number)
    .openapi({ type: 'integer', example: 4711 }),
});

/** Which alerts are wanted: every filter has to be met. */
export const AlertsQuery = listing(ALERT_ORDER, Alert, 'message, type or target').extend({
  status: oneOf(ALERT_STATUSES),
  severity: oneOf(SEVERITIES),
  project_id: ProjectId.optional(),
  container_id: ContainerId.optional().openapi({ description: 'The container, or a miner in it' }),
  target_type: z.enum(ALERT_TARGETS).optional(),
  alert_type: Word.optional(),
  rule: Word.optional(),
  assignee: Person.optional(),
  parent_id: z.coerce.number().int().min(1).max(1e15).optional().openapi({
    example: 4711,
    description: 'Those that this alert explains',
  }),
  from: Instant.optional().openapi({ type: 'string', format: 'date-time', description: 'Active since then or later' }),
  to: Instant.optional().openapi({ type: 'string', format: 'date-time', description: 'Active since before then' }),
  ...TableFormat.shape,
});
