import { MINER_STATUSES } from '@hearst/protocol';
import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ClientBase } from 'pg';
import { withContext } from '../../db/client.ts';
import { type ContainerRow, findContainers } from '../../db/queries/containers.ts';
import { countMiners, listMinersOf, MINER_ORDER } from '../../db/queries/miners.ts';
import { changeContainer } from '../../operations/containers.ts';
import { minerTerms, tidy } from '../../search/terms.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { assertMatches } from '../etag.ts';
import { withoutUndefined } from '../fields.ts';
import { INSIDE } from '../inside.ts';
import { answerList, listing } from '../lists.ts';
import { onlyOne } from '../missing.ts';
import { oneOf } from '../paging.ts';
import { type PastMiner, pastMiners } from '../past-miners.ts';
import { presentContainer, presentMiner } from '../present.ts';
import { changedResponse, problemResponse } from '../problem.ts';
import { ContainerChange } from '../schemas/containers.ts';
import { MINER_IDS, MinerPart } from '../schemas/miners.ts';
import { Moment } from '../schemas/series-query.ts';
import { Container, ContainerPath, InProject, listOfEither, Miner } from '../schemas.ts';
import { TABLE_CONTENT, TableFormat } from '../tables/format.ts';

const MinersQuery = listing(MINER_ORDER, Miner, 'id, address, serial or MAC, from its beginning or to its end').extend({
  ...InProject.shape,
  at: Moment.optional().openapi({
    type: 'string',
    format: 'date-time',
    description: 'As they were then, by the newest poll at or before it: the hardware is not told of the past',
  }),
  status: oneOf(MINER_STATUSES),
  ...TableFormat.shape,
});

/** One container and its miners. */
export function containerRoutes(services: Services): App {
  const { api, now } = services;
  const inside = allow(services, INSIDE);

  const one = createRoute({
    method: 'get',
    path: '/api/containers/{containerId}',
    summary: 'One container; project_id settles which, where two projects use the id',
    middleware: inside,
    request: { params: ContainerPath, query: InProject },
    responses: {
      200: { description: 'The container', content: { 'application/json': { schema: Container } } },
      default: problemResponse,
    },
  });

  const put = createRoute({
    method: 'put',
    path: '/api/containers/{containerId}',
    summary: 'Change the fields given; the rest stay. Honours If-Match',
    description:
      'People set name, transformer, layout, status and metadata; what the agent says is refused. A container put back ' +
      'into service (`active`) is `unknown` until its next frame, from which the hub judges it.',
    middleware: allow(services, ['super_admin', 'project_manager']),
    request: {
      params: ContainerPath,
      query: InProject,
      body: { required: true, content: { 'application/json': { schema: ContainerChange } } },
    },
    responses: {
      200: { description: 'The container', content: { 'application/json': { schema: Container } } },
      412: changedResponse(Container),
      default: problemResponse,
    },
  });

  const miners = createRoute({
    method: 'get',
    path: '/api/containers/{containerId}/miners',
    summary:
      "A container's miners by position with their latest state, or that at a past moment; all unless limit is sent",
    description:
      'With `at`, each miner is as the newest poll at or before that moment has it, `age_s` and `freshness` reckoned from ' +
      'it. A poll older than five intervals says nothing of the moment: status unknown, values null. Only slots that were ' +
      'polled then are listed. Model, serial, MAC, address, firmware, pool and worker are null: polls do not hold them, and ' +
      'the hardware of today may be another. A moment in the future, or before the oldest poll that is kept, is refused.',
    middleware: inside,
    request: { params: ContainerPath, query: MinersQuery },
    responses: {
      200: {
        description: 'Miners',
        content: { 'application/json': { schema: listOfEither(Miner, MinerPart) }, ...TABLE_CONTENT },
      },
      default: problemResponse,
    },
  });

  /** The container that the path and `project_id` name. */
  const named = (
    c: Context<Signed>,
    client: ClientBase,
    containerId: string,
    projectId: string | undefined,
  ): Promise<ContainerRow> =>
    onlyOne(c, 'container', containerId, findContainers(client, containerId, projectId ?? null));

  /** The container as the API shows it, its ETag's version set. */
  const shown = (c: Context<Signed>, row: ContainerRow): Container => {
    c.set('version', row.version);
    return presentContainer(row, now());
  };

  return createRouter()
    .openapi(one, async (c) => {
      const { containerId } = c.req.valid('param');
      const row = await withContext(api, readerOf(c.get('principal')), (client) =>
        named(c, client, containerId, c.req.valid('query').project_id),
      );
      return c.json(shown(c, row), 200);
    })
    .openapi(put, (c) =>
      change(c, services, async (change) => {
        const { containerId } = c.req.valid('param');
        const { project_id } = await named(c, change.client, containerId, c.req.valid('query').project_id);
        const current = () => named(c, change.client, containerId, project_id);
        const id = { projectId: project_id, containerId };
        await changeContainer(change, id, withoutUndefined(c.req.valid('json')), async ({ version }) =>
          assertMatches(c, version, shown(c, await current())),
        );
        return c.json(shown(c, await current()), 200);
      }),
    )
    .openapi(miners, (c) => {
      const { containerId } = c.req.valid('param');
      const query = c.req.valid('query');
      const list = { what: 'miners', of: containerId, schema: Miner, ids: MINER_IDS, order: MINER_ORDER, whole: true };
      const statuses = query.status ?? null;
      const terms = query.q === undefined ? null : minerTerms(tidy(query.q));
      const { at } = query;
      if (at !== undefined) {
        let total = 0;
        return answerList(c, services, query, {
          ...list,
          read: async (client, page) => {
            const container = await named(c, client, containerId, query.project_id);
            const past = await pastMiners(client, container, { at, now: now() }, { statuses, terms }, page);
            total = past.total;
            return past.rows;
          },
          count: async () => total,
          show: ({ miner }: PastMiner) => miner,
        });
      }
      let container: ContainerRow;
      const filter = () => ({ projectId: container.project_id, containerId, statuses, terms });
      return answerList(c, services, query, {
        ...list,
        read: async (client, page) => {
          container = await named(c, client, containerId, query.project_id);
          return listMinersOf(client, filter(), page);
        },
        count: (client) => countMiners(client, filter()),
        show: (row, now) => presentMiner(row, container, now),
      });
    });
}
