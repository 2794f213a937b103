import { ContainerId, Layout, ProjectId, TransformerId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { toldByAgent } from '../fields.ts';
import { PlainText } from '../filters.ts';
import { Container, NewMetadata } from '../schemas.ts';

/** What people say of containers; what the agent and the hub say is refused by name. */

/** The most slots of a container. */
const MAX_MINERS = 5_000;
const MAX_SIDE = 1_000;

/** Which fields of a container always come, whatever `fields` names. */
export const CONTAINER_IDS = ['project_id', 'container_id'] as const;

export const ContainerPart = Container.partial()
  .required({ project_id: true, container_id: true })
  .openapi('ContainerPart', { description: 'A container with the fields that were asked for, and its ids' });

/**
 * The statuses that people set. `active` puts a container in service: what it is just then (active, warning, offline ...)
 * is the hub's to say, so one that was planned or in maintenance is `unknown` until its next frame.
 */
export const STATUSES_SET = ['active', 'maintenance', 'planned'] as const;

const ownLayout = z.strictObject({
  ...Layout.shape,
  rows: z.int().min(1).max(MAX_SIDE),
  columns: z.int().min(1).max(MAX_SIDE),
});

const own = {
  name: PlainText(100).nullable(),
  transformer_id: TransformerId.nullable(),
  layout: ownLayout.nullable(),
  status: z.enum(STATUSES_SET),
  metadata: NewMetadata,
  /** May be sent where it says what is so already: an object that was read is changed and sent back. */
  project_id: ProjectId,
  container_id: ContainerId,
};

/** What the agent and the hub say of a container. */
const measured = Object.keys(Container.shape).filter((key) => !(key in own));

export const ContainerChange = z
  .strictObject(own, { error: toldByAgent(measured) })
  .partial()
  .openapi('ContainerChange', { example: { name: 'Hall 2, north', status: 'maintenance' } });
export type ContainerChange = z.infer<typeof ContainerChange>;

/** How many miners a container is meant to hold, until its agent says how many it has. */
const ofNew = { ...own, miners_expected: z.int().min(0).max(MAX_MINERS) };

export const NewContainer = z
  .strictObject(ofNew, { error: toldByAgent(measured) })
  .partial()
  .required({ container_id: true })
  .openapi('NewContainer', {
    example: { container_id: 'QATAR-C59', transformer_id: 'QATAR-T30', status: 'planned', miners_expected: 308 },
  });
export type NewContainer = z.infer<typeof NewContainer>;

export const ContainersCreated = z
  .object({
    /** Whether they would be made: then nothing is. */
    dry_run: z.boolean(),
    created: z.int(),
    data: z.array(Container),
  })
  .openapi('ContainersCreated', { description: 'How many containers were made, and the first 500 of them' });
