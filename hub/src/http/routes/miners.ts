import { ContainerId, MINER_STATUSES, ProjectId } from '@hearst/protocol';
import { createRoute, z } from '@hono/zod-openapi';
import type { Principal } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import { countMiners, findMiners, listMiners, type MinerFilter, type MinerPlace } from '../../db/queries/miners.ts';
import { timeZones } from '../../db/queries/projects.ts';
import { latestBoards } from '../../operations/miner-history.ts';
import { minerTerms, tidy } from '../../search/terms.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { INSIDE } from '../inside.ts';
import { onlyOne } from '../missing.ts';
import { answerPage, oneOf, Paging } from '../paging.ts';
import { presentBoards } from '../present/boards.ts';
import { presentMiner } from '../present.ts';
import { problemResponse } from '../problem.ts';
import { MinerDetail } from '../schemas/boards.ts';
import { MINER_IDS, MinersOfMany } from '../schemas/miners.ts';
import { InProject, Miner, MinerPath, SearchText } from '../schemas.ts';
import { listCursor, StoredText } from '../sorting.ts';
import { answerTable } from '../tables/answer.ts';
import { TABLE_CONTENT, TableFormat } from '../tables/format.ts';
import { NO_ZONES, tableOf, wantedTable } from '../tables/list.ts';
import { fieldsOf, trimmed } from '../trim.ts';

const DEFAULT_LIMIT = 50;
/** How many miners of a table are read at once. */
const TABLE_PAGE = 5_000;

const MinersQuery = Paging.extend({
  /** Project and id of the last miner. */
  cursor: listCursor(z.tuple([StoredText, StoredText])).optional(),
  project_id: ProjectId.optional(),
  container_id: ContainerId.optional(),
  status: oneOf(MINER_STATUSES),
  q: SearchText.optional(),
  fields: fieldsOf(Miner),
  ...TableFormat.shape,
});

function filterOf({ project_id, container_id, status, q }: z.output<typeof MinersQuery>): MinerFilter {
  return {
    projectId: project_id ?? null,
    containerId: container_id ?? null,
    statuses: status ?? null,
    terms: q === undefined ? null : minerTerms(tidy(q)),
  };
}

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
      200: { description: 'Miners', content: { 'application/json': { schema: MinersOfMany }, ...TABLE_CONTENT } },
      default: problemResponse,
    },
  });

  const one = createRoute({
    method: 'get',
    path: '/api/miners/{minerId}',
    summary: 'One miner and its hashboards; project_id settles which, where two projects use the id',
    middleware: inside,
    request: { params: MinerPath, query: InProject },
    responses: {
      200: { description: 'The miner', content: { 'application/json': { schema: MinerDetail } } },
      default: problemResponse,
    },
  });

  /** The pages of a list one after the other, each in a transaction of its own: a company's miners take a while to send. */
  async function* pages(principal: Principal, filter: MinerFilter, from: MinerPlace | null): AsyncGenerator<Miner> {
    for (let after = from; ; ) {
      const page = { limit: TABLE_PAGE, after };
      const rows = await withContext(api, readerOf(principal), (client) => listMiners(client, filter, page));
      const at = now();
      for (const row of rows) yield presentMiner(row, row, at);
      const last = rows.at(-1);
      if (last === undefined || rows.length < TABLE_PAGE) return;
      after = [last.project_id, last.miner_id];
    }
  }

  return createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid('query');
      const { fields, cursor = null } = query;
      const filter = filterOf(query);
      const wanted = wantedTable(c, query);
      const principal = c.get('principal');
      const all = wanted !== null && query.limit === undefined;
      const page = { limit: (query.limit ?? DEFAULT_LIMIT) + 1, after: cursor };
      const countable = filter.projectId !== null || filter.containerId !== null;
      const [rows, total, zones] = await withContext(api, readerOf(principal), async (client) => [
        all ? [] : await listMiners(client, filter, page),
        countable && !all ? await countMiners(client, filter) : null,
        wanted === null ? NO_ZONES : await timeZones(client),
      ]);
      const at = now();
      const place = (row: (typeof rows)[number]) => JSON.stringify([row.project_id, row.miner_id]);
      const whole = answerPage(c, page, rows, total, place, (row) => presentMiner(row, row, at));
      if (wanted === null)
        return c.json({ ...whole, data: whole.data.map((row) => trimmed(row, fields, MINER_IDS)) }, 200);
      const of = filter.containerId ?? filter.projectId;
      const list = { what: 'miners', of, schema: Miner, fields, ids: MINER_IDS, zones, now: at };
      const table = tableOf(c, { ...list, rows: all ? pages(principal, filter, cursor) : whole.data });
      return answerTable(c, table, wanted);
    })
    .openapi(one, async (c) => {
      const { minerId } = c.req.valid('param');
      const projectId = c.req.valid('query').project_id ?? null;
      const [row, boards] = await withContext(api, readerOf(c.get('principal')), async (client) => {
        const found = await onlyOne(c, 'miner', minerId, findMiners(client, minerId, projectId));
        const { project_id, container_id, position } = found;
        return [found, await latestBoards(client, { projectId: project_id, containerId: container_id, position })];
      });
      return c.json({ ...presentMiner(row, row, now()), boards: presentBoards(boards) }, 200);
    });
}
