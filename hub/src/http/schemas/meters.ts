import { MeterId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { observation, Quantity, Text, Time } from '../schemas.ts';

export const Meter = z
  .object({
    project_id: z.string(),
    meter_id: z.string(),
    transformer_id: Text,
    profile: Text,
    address: Text,
    status: z.enum(['active', 'offline', 'unknown']),
    ...observation,
    interval_s: Quantity,
    last_seen_at: Time.nullable(),
    active_power_kw: Quantity,
    apparent_power_kva: Quantity,
    power_factor: Quantity,
    energy_import_kwh: Quantity,
    energy_export_kwh: Quantity,
    /** Everything it read last, by metric. */
    values: z.record(z.string(), Quantity).nullable(),
    created_at: Time,
    updated_at: Time,
  })
  .openapi('Meter');
export type Meter = z.infer<typeof Meter>;

/** Which fields of a meter always come, whatever `fields` names. */
export const METER_IDS = ['project_id', 'meter_id'] as const;

export const MeterPart = Meter.partial()
  .required({ project_id: true, meter_id: true })
  .openapi('MeterPart', { description: 'A meter with the fields that were asked for, and its ids' });

export const MeterPath = z.object({ meterId: MeterId });
