import { TransformerId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { CONTAINER_STATUSES } from '../../db/schema.ts';
import { toldByAgent } from '../fields.ts';
import { PlainText } from '../filters.ts';
import { Metadata, NewMetadata, observation, Quantity, Text, Time } from '../schemas.ts';

export const Transformer = z
  .object({
    project_id: z.string(),
    transformer_id: z.string(),
    name: Text,
    rated_kva: Quantity,
    status: z.enum(CONTAINER_STATUSES),
    ...observation,
    /** Of the rating. */
    load_pct: Quantity,
    active_power_kw: Quantity,
    apparent_power_kva: Quantity,
    power_factor: Quantity,
    container_ids: z.array(z.string()),
    meter_ids: z.array(z.string()),
    metadata: Metadata,
    created_at: Time,
    updated_at: Time,
  })
  .openapi('Transformer');
export type Transformer = z.infer<typeof Transformer>;

/** What people say of a transformer. */
const transformerFields = {
  name: PlainText(100).nullable(),
  rated_kva: z.number().gt(0).max(1e6).nullable(),
  status: z.enum(['active', 'maintenance', 'planned']),
  metadata: NewMetadata,
};

const MEASURED = ['load_pct', 'active_power_kw', 'apparent_power_kva', 'power_factor', 'state_at', 'observed_at'];

export const NewTransformer = z
  .strictObject({ transformer_id: TransformerId, ...transformerFields }, { error: toldByAgent(MEASURED) })
  .partial()
  .required({ transformer_id: true })
  .openapi('NewTransformer', { example: { transformer_id: 'QATAR-T30', name: 'Spare', rated_kva: 3750 } });

export const TransformerChange = z
  .strictObject(transformerFields, { error: toldByAgent(MEASURED) })
  .partial()
  .openapi('TransformerChange', { example: { rated_kva: 3750, status: 'maintenance' } });

export const TransformerPath = z.object({ transformerId: TransformerId });
