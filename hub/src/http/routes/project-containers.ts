import { TransformerId } from '@hearst/protocol';
import { createRoute, z } from '@hono/zod-openapi';
import { ROLES } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import {
  CONTAINER_SORTS,
  type ContainerFilter,
  containersOfIds,
  countContainers,
  listContainers,
} from '../../db/queries/containers.ts';
import { projectExists } from '../../db/queries/projects.ts';
import { inTrial } from '../../db/queries/trial.ts';
import { CONTAINER_STATUSES } from '../../db/schema.ts';
import { createContainers } from '../../operations/new-containers.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { anyOf } from '../filters.ts';
import { missing } from '../missing.ts';
import { answerPage, MAX_LIMIT, oneOf, Paging } from '../paging.ts';
import { presentContainer } from '../present.ts';
import { problemResponse } from '../problem.ts';
import { CONTAINER_IDS, ContainerPart, ContainersCreated, NewContainer } from '../schemas/containers.ts';
import { Container, listOfEither, ProjectPath, SearchText } from '../schemas.ts';
import { readContainers } from '../sent-containers.ts';
import { placeAfter, sortedPageOf, sorting } from '../sorting.ts';
import { fieldsOf, trimmed } from '../trim.ts';

const ContainersQuery = Paging.extend({
  ...sorting(CONTAINER_SORTS),
  status: oneOf(CONTAINER_STATUSES),
  transformer_id: anyOf(TransformerId),
  q: SearchText.optional(),
  fields: fieldsOf(Container),
});

/** Not validated by the router: each object is judged by itself, so that all faults are told at once. */
const ONE_OR_MANY = {
  anyOf: [
    { $ref: '#/components/schemas/NewContainer' },
    { type: 'array' as const, items: { $ref: '#/components/schemas/NewContainer' } },
  ],
};

const TABLE = {
  schema: { type: 'string' as const },
  example: 'container_id,transformer_id,miners_expected\r\nQATAR-C59,QATAR-T30,308\r\n',
};

/** The containers of a project: every role reads the list, managers add to it. */
export function projectContainerRoutes(services: Services): App {
  const { api, now } = services;

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
        content: { 'application/json': { schema: listOfEither(Container, ContainerPart) } },
      },
      default: problemResponse,
    },
  });

  const create = createRoute({
    method: 'post',
    path: '/api/projects/{projectId}/containers',
    summary: 'Create containers, one or 100,000: all of them, or none and every fault is told',
    description:
      'One object or an array of them; with `dry_run=true` nothing is made and the answer says what would be. A ' +
      'container needs only its id. It is in service unless `status` says planned or maintenance, and `unknown` until ' +
      'its first frame. `data` of the answer holds the first 500.',
    middleware: allow(services, ['super_admin', 'project_manager']),
    request: {
      params: ProjectPath,
      query: z.strictObject({ dry_run: z.stringbool().optional() }),
      body: { required: true, content: { 'application/json': { schema: ONE_OR_MANY }, 'text/csv': TABLE } },
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

  const router = createRouter();
  router.openAPIRegistry.register('NewContainer', NewContainer);
  return router
    .openapi(list, async (c) => {
      const { projectId } = c.req.valid('param');
      const query = c.req.valid('query');
      const filter: ContainerFilter = {
        statuses: query.status ?? null,
        transformers: query.transformer_id ?? null,
        text: query.q ?? null,
      };
      const page = sortedPageOf(query, CONTAINER_SORTS);
      const at = now();
      const [rows, total] = await withContext(api, readerOf(c.get('principal')), async (client) => {
        if (!(await projectExists(client, projectId))) throw missing('project', projectId);
        return [
          await listContainers(client, projectId, filter, page, new Date(at)),
          await countContainers(client, projectId, filter, new Date(at)),
        ];
      });
      type Row = (typeof rows)[number];
      const place = (row: Row) => placeAfter(page, row.sorted_by, row.container_id);
      const show = (row: Row) => trimmed(presentContainer(row, at), query.fields, CONTAINER_IDS);
      return c.json(answerPage(c, page, rows, total, place, show), 200);
    })
    .openapi(create, async (c) => {
      const { projectId } = c.req.valid('param');
      const dryRun = c.req.valid('query').dry_run ?? false;
      const sent = await readContainers(c);
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
