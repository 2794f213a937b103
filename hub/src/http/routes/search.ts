import { createRoute, z } from '@hono/zod-openapi';
import { withContext } from '../../db/client.ts';
import { type Hit, search } from '../../search/search.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { INSIDE } from '../inside.ts';
import { problemResponse } from '../problem.ts';
import { SearchHit } from '../schemas/search.ts';
import { SearchText } from '../schemas.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 50;

const SearchQuery = z.strictObject({
  q: SearchText.openapi({ example: 'C12 144' }),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
});

const PATHS = { project: 'projects', container: 'containers', transformer: 'transformers', miner: 'miners' } as const;

/** `GET /api/search`: whatever the asker may see, by what people know of it. */
export function searchRoutes(services: Services): App {
  const route = createRoute({
    method: 'get',
    path: '/api/search',
    summary: 'Find projects, containers and transformers by id or name, miners by serial, MAC, IP, id or position',
    description:
      'Serials and MACs are found by their beginning or end, MACs with any separators. Positions: `C12 144`, `R07-04`, ' +
      '`C12-R07-04`, `QATAR-C12-R07-04`. What the text is exactly comes first, then what begins with it, then the rest.',
    middleware: allow(services, INSIDE),
    request: { query: SearchQuery },
    responses: {
      200: {
        description: 'The best hits; a search has no further pages',
        content: { 'application/json': { schema: z.object({ data: z.array(SearchHit) }) } },
      },
      default: problemResponse,
    },
  });

  return createRouter().openapi(route, async (c) => {
    const { q, limit } = c.req.valid('query');
    const hits = await withContext(services.api, readerOf(c.get('principal')), (client) => search(client, q, limit));
    return c.json({ data: hits.map((hit) => ({ ...hit, url: urlOf(hit) })) }, 200);
  });
}

function urlOf({ type, project_id, id }: Hit): string {
  return `/api/${PATHS[type]}/${encodeURIComponent(id)}${type === 'project' ? '' : `?project_id=${project_id}`}`;
}
