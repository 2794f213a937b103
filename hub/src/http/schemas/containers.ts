import { ContainerId, Layout, ProjectId, TransformerId } from '@hearst/protocol';
import { z } from '@hono/zod-openapi';
import { toldByAgent } from '../fields.ts';
import { PlainText } from '../filters.ts';
import { Container, NewMetadata } from '../schemas.ts';
import { unstorable } from '../storable.ts';
import { csvInteger, csvJson, csvText } from '../tables/csv-cells.ts';

/** What people say of containers. */

/** The most containers of one request. */
const MAX_CONTAINERS = 100_000;

/** Which fields of a container always come, whatever `fields` names. */
export const CONTAINER_IDS = ['project_id', 'container_id'] as const;

export const ContainerPart = Container.partial()
  .required({ project_id: true, container_id: true })
  .openapi('ContainerPart', { description: 'A container with the fields that were asked for, and its ids' });

/**
 * The statuses that people set. `active` puts a container into service: what it is just then (active, warning, offline)
 * is the hub's to say, so one that was planned or in maintenance is `unknown` until its next frame.
 */
export const STATUSES_SET = ['active', 'maintenance', 'planned'] as const;

const Name = PlainText(100);
const Status = z.enum(STATUSES_SET);
const Side = z.int().min(1).max(1_000);
const Order = Layout.shape.order;
/** How many miners a container is meant to hold, until its agent says how many it has. */
const MinersExpected = z.int().min(0).max(5_000);

const own = {
  name: Name.nullable(),
  transformer_id: TransformerId.nullable(),
  layout: z.strictObject({ rows: Side, columns: Side, order: Order }).nullable(),
  status: Status,
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

export const NewContainer = z
  .strictObject({ ...own, miners_expected: MinersExpected }, { error: toldByAgent(measured) })
  .partial()
  .required({ container_id: true })
  .openapi('NewContainer', {
    example: { container_id: 'QATAR-C59', transformer_id: 'QATAR-T01', status: 'planned', miners_expected: 308 },
  });
export type NewContainer = z.infer<typeof NewContainer>;

/** One container or many. */
export const NewContainers = z.union([NewContainer, z.array(NewContainer).min(1).max(MAX_CONTAINERS)]);

/** The same as columns of a CSV; an empty cell says nothing. */
export const CsvContainer = z
  .strictObject({
    container_id: ContainerId,
    name: csvText().pipe(Name.nullable()).optional(),
    transformer_id: csvText().pipe(TransformerId.nullable()).optional(),
    status: csvText().pipe(Status.nullable()).optional(),
    miners_expected: csvInteger().pipe(MinersExpected.nullable()).optional(),
    layout_rows: csvInteger().pipe(Side.nullable()).optional(),
    layout_columns: csvInteger().pipe(Side.nullable()).optional(),
    layout_order: csvText().pipe(Order.nullable()).optional(),
    metadata: csvJson().pipe(NewMetadata.nullable()).optional(),
    project_id: csvText().pipe(ProjectId.nullable()).optional(),
  })
  .superRefine((row, ctx) => {
    const { layout_rows: rows = null, layout_columns: columns = null, layout_order: order = null } = row;
    if (rows === null && (columns ?? order) !== null)
      ctx.addIssue({ code: 'custom', path: ['layout_rows'], message: 'a layout takes both rows and columns' });
    else if (rows !== null && columns === null)
      ctx.addIssue({ code: 'custom', path: ['layout_columns'], message: 'a layout takes both rows and columns' });
    for (const { message } of unstorable(row.metadata))
      ctx.addIssue({ code: 'custom', path: ['metadata'], message: typeof message === 'string' ? message : message.en });
  });

/** A row of a CSV as the container that it means. */
export function fromCsv(row: z.infer<typeof CsvContainer>): NewContainer {
  const { container_id, layout_rows, layout_columns, layout_order, ...rest } = row;
  const layout =
    layout_rows && layout_columns
      ? { layout: { rows: layout_rows, columns: layout_columns, order: layout_order ?? 'row' } }
      : {};
  const said = Object.entries({ ...rest, ...layout }).filter(([, value]) => value !== null && value !== undefined);
  return { container_id, ...Object.fromEntries(said) };
}

export const ContainersCreated = z
  .object({
    /** Whether they would be made: then nothing is. */
    dry_run: z.boolean(),
    created: z.int(),
    data: z.array(Container),
  })
  .openapi('ContainersCreated', { description: 'How many containers were made, and the first 500 of them' });
