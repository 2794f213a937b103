import { createRoute, type z } from '@hono/zod-openapi';
import { ACTIVITY_ORDER, type ActivityFilter, countActivity, listActivity } from '../../db/queries/activity-list.ts';
import { allow } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { answerList, soleOf } from '../lists.ts';
import { presentActivity } from '../present/activity.ts';
import { problemResponse } from '../problem.ts';
import { ACTIVITY_IDS, ActivityEntry, ActivityPart, ActivityQuery } from '../schemas/activity.ts';
import { listOfEither } from '../schemas.ts';
import { TABLE_CONTENT } from '../tables/format.ts';

/** `GET /api/activity`: who changed what. What belongs to no project is the super admins' to see. */
export function activityRoutes(services: Services): App {
  const list = createRoute({
    method: 'get',
    path: '/api/activity',
    summary: 'Who changed what in your projects, newest first (sort=at: oldest first)',
    middleware: allow(services, ['super_admin', 'project_manager', 'operator']),
    request: { query: ActivityQuery },
    responses: {
      200: {
        description: 'Entries of the log',
        content: { 'application/json': { schema: listOfEither(ActivityEntry, ActivityPart) }, ...TABLE_CONTENT },
      },
      default: problemResponse,
    },
  });

  return createRouter().openapi(list, (c) => {
    const query = c.req.valid('query');
    const filter = filterOf(query);
    return answerList(c, services, query, {
      ...{ what: 'activity', of: soleOf(query.project_id), schema: ActivityEntry, ids: ACTIVITY_IDS },
      order: ACTIVITY_ORDER,
      read: (client, page) => listActivity(client, filter, page),
      count: (client) => countActivity(client, filter),
      show: presentActivity,
      timeOf: ({ at }) => at,
      rowsAtOnce: 1_000,
    });
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
