import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { withContext } from '../../db/client.ts';
import {
  countPlans,
  findPlan,
  listPlans,
  type MaintenancePlanRow,
  PLAN_ORDER,
} from '../../db/queries/maintenance-plans.ts';
import { changePlan, makePlan, planDone, removePlan } from '../../operations/maintenance-plans.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { assertMatches } from '../etag.ts';
import { withoutUndefined } from '../fields.ts';
import { INSIDE } from '../inside.ts';
import { answerList } from '../lists.ts';
import { missing } from '../missing.ts';
import { presentMaintenancePlan } from '../present/maintenance-plans.ts';
import { changedResponse, problemResponse } from '../problem.ts';
import {
  MaintenanceDone,
  MaintenancePlan,
  MaintenancePlanChange,
  MaintenancePlanPart,
  MaintenancePlanPath,
  MaintenancePlansQuery,
  NewMaintenancePlan,
  PLAN_IDS,
} from '../schemas/maintenance-plans.ts';
import { listOfEither } from '../schemas.ts';
import { TABLE_CONTENT } from '../tables/format.ts';

/** What is to be done to what stands in a project, and when. */
export function maintenancePlanRoutes(services: Services): App {
  const { api } = services;
  const readers = allow(services, INSIDE);
  const writers = allow(services, ['super_admin', 'project_manager']);
  const content = { 'application/json': { schema: MaintenancePlan } };
  const answersPlan = { 200: { description: 'The plan', content }, default: problemResponse };

  const list = createRoute({
    method: 'get',
    path: '/api/maintenance-plans',
    summary: 'Maintenance plans by their targets',
    middleware: readers,
    request: { query: MaintenancePlansQuery },
    responses: {
      200: {
        description: 'Plans',
        content: {
          'application/json': { schema: listOfEither(MaintenancePlan, MaintenancePlanPart) },
          ...TABLE_CONTENT,
        },
      },
      default: problemResponse,
    },
  });

  const create = createRoute({
    method: 'post',
    path: '/api/maintenance-plans',
    summary: 'Plan a task: due after so many running hours, on a day, or both',
    middleware: writers,
    request: { body: { required: true, content: { 'application/json': { schema: NewMaintenancePlan } } } },
    responses: { 201: { description: 'The plan', content }, default: problemResponse },
  });

  const one = createRoute({
    method: 'get',
    path: '/api/maintenance-plans/{planId}',
    summary: 'One maintenance plan',
    middleware: readers,
    request: { params: MaintenancePlanPath },
    responses: answersPlan,
  });

  const put = createRoute({
    method: 'put',
    path: '/api/maintenance-plans/{planId}',
    summary: 'Change a plan; another last_done_at begins the count of hours anew. Honours If-Match',
    middleware: writers,
    request: {
      params: MaintenancePlanPath,
      body: { required: true, content: { 'application/json': { schema: MaintenancePlanChange } } },
    },
    responses: { ...answersPlan, 412: changedResponse(MaintenancePlan) },
  });

  const done = createRoute({
    method: 'post',
    path: '/api/maintenance-plans/{planId}/done',
    summary: 'Say that it was done; needs no body. Hours count anew, and the next day is every_days later',
    middleware: writers,
    request: {
      params: MaintenancePlanPath,
      body: { content: { 'application/json': { schema: MaintenanceDone } } },
    },
    responses: answersPlan,
  });

  const remove = createRoute({
    method: 'delete',
    path: '/api/maintenance-plans/{planId}',
    summary: 'Take a plan away',
    middleware: writers,
    request: { params: MaintenancePlanPath, query: z.strictObject({}) },
    responses: { 204: { description: 'Gone' }, default: problemResponse },
  });

  /** The plan as the API shows it, its ETag's version set. */
  const shown = (c: Context<Signed>, row: MaintenancePlanRow): MaintenancePlan => {
    c.set('version', row.version);
    return presentMaintenancePlan(row);
  };

  return createRouter()
    .openapi(list, (c) => {
      const query = c.req.valid('query');
      const filter = {
        projectId: query.project_id,
        targetType: query.target_type,
        targetId: query.target_id,
        text: query.q,
      };
      return answerList(c, services, query, {
        ...{ what: 'maintenance-plans', of: query.project_id ?? null, schema: MaintenancePlan, ids: PLAN_IDS },
        order: PLAN_ORDER,
        read: (client, page) => listPlans(client, filter, page),
        count: (client) => countPlans(client, filter),
        show: presentMaintenancePlan,
        timeOf: ({ updated_at }) => updated_at,
      });
    })
    .openapi(create, (c) =>
      change(c, services, async (change) => {
        const row = await makePlan(change, c.req.valid('json'));
        c.header('Location', `/api/maintenance-plans/${row.plan_id}`);
        return c.json(shown(c, row), 201);
      }),
    )
    .openapi(one, async (c) => {
      const { planId } = c.req.valid('param');
      const row = await withContext(api, readerOf(c.get('principal')), (client) => findPlan(client, planId));
      if (row === null) throw missing('maintenance_plan', planId);
      return c.json(shown(c, row), 200);
    })
    .openapi(put, (c) =>
      change(c, services, async (change) => {
        const { planId } = c.req.valid('param');
        const fields = withoutUndefined(c.req.valid('json'));
        const row = await changePlan(change, planId, fields, (before) =>
          assertMatches(c, before.version, shown(c, before)),
        );
        return c.json(shown(c, row), 200);
      }),
    )
    .openapi(done, (c) =>
      change(c, services, async (change) => {
        const row = await planDone(change, c.req.valid('param').planId, c.req.valid('json').done_at);
        return c.json(shown(c, row), 200);
      }),
    )
    .openapi(remove, (c) =>
      change(c, services, async (change) => {
        await removePlan(change, c.req.valid('param').planId);
        return c.body(null, 204);
      }),
    );
}
