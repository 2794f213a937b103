import { ContainerId, MINER_STATUSES, ProjectId } from '@hearst/protocol';
import { createRoute, z } from '@hono/zod-openapi';
import { withContext } from '../../db/client.ts';
import { countMiners, findMiners, listMiners, type MinerFilter } from '../../db/queries/miners.ts';
import { minerTerms, tidy } from '../../search/terms.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { INSIDE } from '../inside.ts';
import { onlyOne } from '../missing.ts';
import { answerPage, oneOf, Paging } from '../paging.ts';
import { presentMiner } from '../present.ts';
import { problemResponse } from '../problem.ts';
import { MINER_IDS, MinersOfMany } from '../schemas/miners.ts';
import { InProject, Miner, MinerPath, SearchText } from '../schemas.ts';
import { listCursor, StoredText } from '../sorting.ts';
import { fieldsOf, trimmed } from '../trim.ts';

const DEFAULT_LIMIT = 50;

const MinersQuery = Paging.extend({
  /** Project and id of the last miner. */
  cursor: listCursor(z.tuple([StoredText, StoredText])).optional(),
  project_id: ProjectId.optional(),
  container_id: ContainerId.optional(),
  status: oneOf(MINER_STATUSES),
  q: SearchText.optional(),
  fields: fieldsOf(Miner),
});

/** The miners of all that the asker may see, and one of them. */
export function minerRoutes(services: Services): App {
  const { api, now } = services;
  const inside = allow(services, INSIDE);

  const list = createRoute({
    method: 'get',
    path: '/api/miners',
    summary: 'Miners by project and id, 50 at a time; q finds id, address, serial or MAC by its beginning or end',
    middleware: inside,
    request: { query: MinersQuery },
    responses: {
      200: { description: 'Miners', content: { 'application/json': { schema: MinersOfMany } } },
      default: problemResponse,
    },
  });

  const one = createRoute({
    method: 'get',
    path: '/api/miners/{minerId}',
    summary: 'One miner; project_id settles which, where two projects use the id',
    middleware: inside,
    request: { params: MinerPath, query: InProject },
    responses: {
      200: { description: 'The miner', content: { 'application/json': { schema: Miner } } },
      default: problemResponse,
    },
  });

  return createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid('query');
      const filter: MinerFilter = {
        projectId: query.project_id ?? null,
        containerId: query.container_id ?? null,
        statuses: query.status ?? null,
        terms: query.q === undefined ? null : minerTerms(tidy(query.q)),
      };
      const page = { limit: (query.limit ?? DEFAULT_LIMIT) + 1, after: query.cursor ?? null };
      const countable = filter.projectId !== null || filter.containerId !== null;
      const [rows, total] = await withContext(api, readerOf(c.get('principal')), async (client) => [
        await listMiners(client, filter, page),
        countable ? await countMiners(client, filter) : null,
      ]);
      const at = now();
      const show = (row: (typeof rows)[number]) => trimmed(presentMiner(row, row, at), query.fields, MINER_IDS);
      return c.json(
        answerPage(c, page, rows, total, (row) => JSON.stringify([row.project_id, row.miner_id]), show),
        200,
      );
    })
    .openapi(one, async (c) => {
      const { minerId } = c.req.valid('param');
      const projectId = c.req.valid('query').project_id ?? null;
      const row = await withContext(api, readerOf(c.get('principal')), (client) =>
        onlyOne(c, 'miner', minerId, findMiners(client, minerId, projectId)),
      );
      return c.json(presentMiner(row, row, now()), 200);
    });
}
