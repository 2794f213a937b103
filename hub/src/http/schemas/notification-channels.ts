import { ProjectId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { EMAIL_LENGTH } from '../../auth/email.ts';
import { DELIVERY_ORDER } from '../../db/queries/delivery-list.ts';
import { CHANNEL_ORDER } from '../../db/queries/notification-channels.ts';
import { CHANNEL_KINDS, DELIVERY_STATUSES, SEVERITIES } from '../../db/schema.ts';
import { PlainText } from '../filters.ts';
import { LANGUAGES } from '../language/bilingual.ts';
import { listing } from '../lists.ts';
import { oneOf } from '../paging.ts';
import { Text, Time, TimeZone } from '../schemas.ts';

const HourOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'expected a time such as 08:00' });
const Hours = z
  .strictObject({
    from: HourOfDay.openapi({ example: '08:00' }),
    to: HourOfDay.openapi({ example: '18:00' }),
    days: z
      .array(z.int().min(1).max(7))
      .min(1)
      .max(7)
      .openapi({ example: [1, 2, 3, 4, 5] }),
    time_zone: TimeZone.openapi({ example: 'Asia/Qatar' }),
  })
  .openapi('ChannelHours', { description: 'When it hears of what is not critical; 1 is Monday' });

/** Of every kind: which of these it takes is its own affair. */
const Config = z
  .strictObject({
    recipients: z.array(z.string().max(EMAIL_LENGTH)).max(50).openapi({ description: 'email' }),
    url: z.string().max(2000).openapi({ description: 'webhook' }),
    chat_id: z.string().max(100).openapi({ description: 'telegram' }),
  })
  .partial()
  .openapi('ChannelConfig', { description: 'What its kind asks for' });
const Secret = z
  .strictObject({
    signing_secret: z.string().max(500).openapi({ description: 'webhook: whsec_... as Standard Webhooks has it' }),
    previous_signing_secret: z
      .string()
      .max(500)
      .openapi({ description: 'webhook: signs besides, while the receiver changes from this one to the new one' }),
    url: z.string().max(2000).openapi({ description: 'slack: the address of the incoming webhook' }),
    bot_token: z.string().max(500).openapi({ description: 'telegram' }),
    routing_key: z.string().max(500).openapi({ description: 'pagerduty' }),
  })
  .partial()
  .openapi('ChannelSecret', { description: 'What its kind asks for; kept sealed and never shown' });

export const NotificationChannel = z
  .object({
    project_id: z.string(),
    channel_id: z.string(),
    kind: z.enum(CHANNEL_KINDS),
    name: z.string(),
    min_severity: z.enum(SEVERITIES),
    enabled: z.boolean(),
    language: z.enum(LANGUAGES),
    level: z.int().openapi({ description: '1: told at once; 2 and up: when nobody has acknowledged for so long' }),
    hours: Hours.nullable(),
    config: Config,
    secret_set: z.boolean(),
    created_by: z.string(),
    updated_by: Text,
    created_at: Time,
    updated_at: Time,
  })
  .openapi('NotificationChannel', { description: 'Whom alerts are told to; one of HEARST-000 hears of all projects' });
export type NotificationChannel = z.infer<typeof NotificationChannel>;

const fields = {
  name: PlainText(100),
  min_severity: z.enum(SEVERITIES),
  enabled: z.boolean(),
  language: z.enum(LANGUAGES),
  level: z.int().min(1).max(5),
  hours: Hours.nullable(),
  config: Config,
  secret: Secret,
};

export const NewNotificationChannel = z
  .strictObject({
    project_id: ProjectId,
    kind: z.enum(CHANNEL_KINDS),
    name: fields.name,
    min_severity: fields.min_severity.default('warning'),
    enabled: fields.enabled.default(true),
    language: fields.language.default('en'),
    level: fields.level.default(1),
    hours: fields.hours.default(null),
    config: fields.config.default({}),
    secret: fields.secret.default({}),
  })
  .openapi('NewNotificationChannel', {
    example: {
      project_id: 'QATAR-001',
      kind: 'email',
      name: 'Site team',
      min_severity: 'warning',
      config: { recipients: ['amira@example.com'] },
    },
  });

export const NotificationChannelChange = z
  .strictObject(fields)
  .partial()
  .openapi('NotificationChannelChange', {
    description: 'Config and secret are replaced as a whole; a secret that is not sent stays',
    example: { min_severity: 'critical' },
  });

export const ChannelPath = z.object({ channelId: z.uuid().toLowerCase() });
export const CHANNEL_IDS = ['project_id', 'channel_id'] as const;
export const NotificationChannelPart = NotificationChannel.partial()
  .required({ project_id: true, channel_id: true })
  .openapi('NotificationChannelPart');
export const ChannelsQuery = listing(CHANNEL_ORDER, NotificationChannel, 'name').extend({
  project_id: ProjectId.optional(),
  kind: z.enum(CHANNEL_KINDS).optional(),
});

export const Delivery = z
  .object({
    project_id: z.string(),
    delivery_id: z.string(),
    channel_project_id: z.string(),
    channel_id: z.string(),
    recipient: z.string().openapi({ description: 'Of an e-mail; empty elsewhere' }),
    alert_id: z.int().nullable(),
    kind: z.enum(['alerts', 'test', 'summary']),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.int(),
    next_attempt_at: Time.nullable(),
    last_error: Text,
    begun_at: Time.nullable(),
    created_at: Time,
    delivered_at: Time.nullable(),
  })
  .openapi('Delivery', { description: 'A message to one recipient' });
export type Delivery = z.infer<typeof Delivery>;

export const DeliveryPath = z.object({ deliveryId: z.uuid().toLowerCase() });
export const DELIVERY_IDS = ['project_id', 'delivery_id'] as const;
export const DeliveryPart = Delivery.partial()
  .required({ project_id: true, delivery_id: true })
  .openapi('DeliveryPart');
export const DeliveriesQuery = listing(DELIVERY_ORDER, Delivery, 'nothing')
  .omit({ q: true })
  .extend({
    project_id: ProjectId.optional(),
    channel_id: z.uuid().toLowerCase().optional(),
    status: oneOf(DELIVERY_STATUSES),
    alert_id: z.coerce.number().int().min(1).max(1e15).optional().openapi({ example: 4711 }),
  });
