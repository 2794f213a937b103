import { TransformerId } from '@hearst/protocol';
import { createRoute, z } from '@hono/zod-openapi';
import { ROLES } from '../../auth/principal.ts';
import {
  CONTAINER_ORDER,
  type ContainerFilter,
  containersOfIds,
  countContainers,
  listContainers,
} from '../../db/queries/containers.ts';
import { inTrial } from '../../db/queries/trial.ts';
import { CONTAINER_STATUSES } from '../../db/schema.ts';
import { createContainers } from '../../operations/new-containers.ts';
import { allow } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { anyOf } from '../filters.ts';
import { answerList, listing } from '../lists.ts';
import { assertProject } from '../missing.ts';
import { MAX_LIMIT, oneOf } from '../paging.ts';
import { presentContainer } from '../present.ts';
import { problemResponse } from '../problem.ts';
import { CONTAINER_IDS, ContainerPart, ContainersCreated, NewContainers } from '../schemas/containers.ts';
import { Container, listOfEither, ProjectPath } from '../schemas.ts';
import { containersOfCsv, containersOfJson, isCsv } from '../sent-containers.ts';
import { TABLE_CONTENT, TableFormat } from '../tables/format.ts';

const ContainersQuery = listing(CONTAINER_ORDER, Container, 'id or name').extend({
  status: oneOf(CONTAINER_STATUSES),
  transformer_id: anyOf(TransformerId),
  ...TableFormat.shape,
});

const CSV_EXAMPLE = `container_id,name,transformer_id,status,miners_expected,layout_rows,layout_columns,layout_order
QATAR-C59,Hall 30,QATAR-T01,planned,308,14,22,snake
`;

/** The containers of a project: every role reads the list, managers add to it. */
export function projectContainerRoutes(services: Services): App {
  const { now } = services;

  const list = createRoute({
    method: 'get',
    path: '/api/projects/{projectId}/containers',
    summary: "A project's containers with their latest state, all of them unless limit is sent",
    description:
      'Filters are combined by AND, several statuses or transformers parted by commas by OR; `q` is a part of the id or ' +
      'the name. Sorted by any of the fields that `sort` takes (`-` for descending), unknown values last; a status ' +
      'sorts from the worst on.',
    middleware: allow(services, ROLES),
    request: { params: ProjectPath, query: ContainersQuery },
    responses: {
      200: {
        description: 'Containers',
        content: { 'application/json': { schema: listOfEither(Container, ContainerPart) }, ...TABLE_CONTENT },
      },
      default: problemResponse,
    },
  });

  const create = createRoute({
    method: 'post',
    path: '/api/projects/{projectId}/containers',
    summary: 'Create containers, one or 100,000: all of them, or none and every fault is told',
    description:
      'JSON: one object or an array of them. CSV (UTF-8; comma, semicolon or tab): a header line with `container_id` and ' +
      'any of `name`, `transformer_id`, `status`, `miners_expected`, `layout_rows`, `layout_columns`, `layout_order`, ' +
      '`metadata` (JSON), `project_id`; of a fault the pointer is line and column, and `lines` names every faulty line. ' +
      'At most 100,000 in 16 MiB. With `dry_run=true` nothing is made and the answer says what would be. A container ' +
      'needs only its id. It is in service unless `status` says planned or maintenance, and `unknown` until its first ' +
      'frame. `data` of the answer holds the first 500.',
    middleware: allow(services, ['super_admin', 'project_manager']),
    request: {
      params: ProjectPath,
      query: z.strictObject({ dry_run: z.stringbool().optional() }),
      // Not `required`: a CSV would be looked at as JSON. The handler sees to it.
      body: {
        content: {
          'application/json': { schema: NewContainers },
          'text/csv': { schema: z.string(), example: CSV_EXAMPLE },
        },
      },
    },
    responses: {
      200: {
        description: 'What would be made (dry_run)',
        content: { 'application/json': { schema: ContainersCreated } },
      },
      201: { description: 'What was made', content: { 'application/json': { schema: ContainersCreated } } },
      default: problemResponse,
    },
  });

  return createRouter()
    .openapi(list, (c) => {
      const { projectId } = c.req.valid('param');
      const query = c.req.valid('query');
      const filter: ContainerFilter = {
        statuses: query.status ?? null,
        transformers: query.transformer_id ?? null,
        text: query.q ?? null,
      };
      return answerList(c, services, query, {
        ...{ what: 'containers', of: projectId, schema: Container, ids: CONTAINER_IDS, whole: true },
        order: CONTAINER_ORDER,
        read: async (client, page, now) => {
          await assertProject(client, projectId);
          return listContainers(client, projectId, filter, page, now);
        },
        count: (client, now) => countContainers(client, projectId, filter, now),
        show: presentContainer,
      });
    })
    .openapi(create, async (c) => {
      const { projectId } = c.req.valid('param');
      const dryRun = c.req.valid('query').dry_run ?? false;
      const json = c.req.valid('json');
      const sent = isCsv(c) || typeof json === 'string' ? await containersOfCsv(c) : containersOfJson(json);
      return change(c, services, async (change) => {
        const { client } = change;
        const make = async () => {
          const ids = await createContainers(change, projectId, sent);
          const rows = await containersOfIds(client, projectId, ids.slice(0, MAX_LIMIT));
          return { created: ids.length, data: rows.map((row) => presentContainer(row, now())) };
        };
        if (dryRun) return c.json({ dry_run: true, ...(await inTrial(client, make)) }, 200);
        const made = await make();
        if (made.created === 1)
          c.header('Location', `/api/containers/${made.data[0]?.container_id}?project_id=${projectId}`);
        return c.json({ dry_run: false, ...made }, 201);
      });
    });
}
