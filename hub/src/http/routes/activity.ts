import { createRoute } from '@hono/zod-openapi';
import { withContext } from '../../db/client.ts';
import { activityKey, countActivity, listActivity } from '../../db/queries/activity-list.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { answerPage, pageOf } from '../paging.ts';
import { presentActivity } from '../present/activity.ts';
import { problemResponse } from '../problem.ts';
import { ActivityEntry, ActivityQuery } from '../schemas/activity.ts';
import { listOf } from '../schemas.ts';

const DEFAULT_LIMIT = 50;

/** `GET /api/activity`: who changed what. What belongs to no project is the super admins' to see. */
export function activityRoutes(services: Services): App {
  const { api } = services;

  const list = createRoute({
    method: 'get',
    path: '/api/activity',
    summary: 'Who changed what in your projects, newest first',
    middleware: allow(services, ['super_admin', 'project_manager', 'operator']),
    request: { query: ActivityQuery },
    responses: {
      200: { description: 'Entries of the log', content: { 'application/json': { schema: listOf(ActivityEntry) } } },
      default: problemResponse,
    },
  });

  return createRouter().openapi(list, async (c) => {
    const query = c.req.valid('query');
    const filter = {
      projectIds: query.project_id,
      actor: query.actor,
      actions: query.action,
      targetTypes: query.target_type,
      targetId: query.target_id,
      from: query.from,
      to: query.to,
      text: query.q,
    };
    const page = pageOf(query, DEFAULT_LIMIT);
    const [rows, total] = await withContext(api, readerOf(c.get('principal')), async (client) => [
      await listActivity(client, filter, page),
      await countActivity(client, filter),
    ]);
    return c.json(answerPage(c, page, rows, total, activityKey, presentActivity), 200);
  });
}
