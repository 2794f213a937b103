import { createRoute, type z } from '@hono/zod-openapi';
import type { Principal } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import { type ActivityFilter, activityKey, countActivity, listActivity } from '../../db/queries/activity-list.ts';
import { timeZones } from '../../db/queries/projects.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { answerPage, pageOf } from '../paging.ts';
import { presentActivity } from '../present/activity.ts';
import { problemResponse } from '../problem.ts';
import { ActivityEntry, ActivityQuery } from '../schemas/activity.ts';
import { listOf } from '../schemas.ts';
import { answerTable } from '../tables/answer.ts';
import { TABLE_CONTENT } from '../tables/format.ts';
import { NO_ZONES, tableOf, wantedTable } from '../tables/list.ts';

const DEFAULT_LIMIT = 50;
/** How many entries of a table are read at once. */
const TABLE_PAGE = 1_000;

/** `GET /api/activity`: who changed what. What belongs to no project is the super admins' to see. */
export function activityRoutes(services: Services): App {
  const { api, now } = services;

  const list = createRoute({
    method: 'get',
    path: '/api/activity',
    summary: 'Who changed what in your projects, newest first',
    middleware: allow(services, ['super_admin', 'project_manager', 'operator']),
    request: { query: ActivityQuery },
    responses: {
      200: {
        description: 'Entries of the log',
        content: { 'application/json': { schema: listOf(ActivityEntry) }, ...TABLE_CONTENT },
      },
      default: problemResponse,
    },
  });

  /** The whole list, page by page, each in a transaction of its own: a log of years takes a while to send. */
  async function* entries(principal: Principal, filter: ActivityFilter, from: string | null) {
    for (let after = from; ; ) {
      const page = { limit: TABLE_PAGE, after };
      const rows = await withContext(api, readerOf(principal), (client) => listActivity(client, filter, page));
      yield* rows.map(presentActivity);
      const last = rows.at(-1);
      if (last === undefined || rows.length < TABLE_PAGE) return;
      after = activityKey(last);
    }
  }

  return createRouter().openapi(list, async (c) => {
    const query = c.req.valid('query');
    const filter = filterOf(query);
    const principal = c.get('principal');
    const wanted = wantedTable(c, query);
    const all = wanted !== null && query.limit === undefined;
    const page = pageOf(query, DEFAULT_LIMIT);
    const [rows, total, zones] = await withContext(api, readerOf(principal), async (client) => [
      all ? [] : await listActivity(client, filter, page),
      all ? 0 : await countActivity(client, filter),
      wanted === null ? NO_ZONES : await timeZones(client),
    ]);
    const whole = answerPage(c, page, rows, total, activityKey, presentActivity);
    if (wanted === null) return c.json(whole, 200);
    const of = query.project_id?.length === 1 ? query.project_id[0]! : null;
    const timeOf = (entry: ActivityEntry) => entry.at;
    const shown = all ? entries(principal, filter, page.after) : whole.data;
    const table = { what: 'activity', of, schema: ActivityEntry, rows: shown, timeOf, zones, now: now() };
    return answerTable(c, tableOf(c, table), wanted);
  });
}

function filterOf(query: z.output<typeof ActivityQuery>): ActivityFilter {
  return {
    projectIds: query.project_id,
    actor: query.actor,
    actions: query.action,
    targetTypes: query.target_type,
    targetId: query.target_id,
    from: query.from,
    to: query.to,
    text: query.q,
  };
}
