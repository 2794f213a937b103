import { createRoute } from '@hono/zod-openapi';
import type { Role } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import { countMeters, findMeters, listMeters, METER_ORDER } from '../../db/queries/meters.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { answerList, listing } from '../lists.ts';
import { assertProject, onlyOne } from '../missing.ts';
import { presentMeter } from '../present/meters.ts';
import { problemResponse } from '../problem.ts';
import { METER_IDS, Meter, MeterPart, MeterPath } from '../schemas/meters.ts';
import { InProject, listOfEither, ProjectPath } from '../schemas.ts';
import { TABLE_CONTENT, TableFormat } from '../tables/format.ts';

const READERS: readonly Role[] = ['super_admin', 'project_manager', 'operator'];

/** Meters and what they read last; agents bring them along. */
export function meterRoutes(services: Services): App {
  const { api, now } = services;
  const readers = allow(services, READERS);

  const list = createRoute({
    method: 'get',
    path: '/api/projects/{projectId}/meters',
    summary: "A project's meters with what they read last, all of them unless limit is sent",
    middleware: readers,
    request: {
      params: ProjectPath,
      query: listing(METER_ORDER, Meter, 'id, transformer, profile or address').extend(TableFormat.shape),
    },
    responses: {
      200: {
        description: 'Meters',
        content: { 'application/json': { schema: listOfEither(Meter, MeterPart) }, ...TABLE_CONTENT },
      },
      default: problemResponse,
    },
  });

  const one = createRoute({
    method: 'get',
    path: '/api/meters/{meterId}',
    summary: 'One meter; project_id settles which, where two projects use the id',
    middleware: readers,
    request: { params: MeterPath, query: InProject },
    responses: {
      200: { description: 'The meter', content: { 'application/json': { schema: Meter } } },
      default: problemResponse,
    },
  });

  return createRouter()
    .openapi(list, (c) => {
      const { projectId } = c.req.valid('param');
      const query = c.req.valid('query');
      const text = query.q ?? null;
      return answerList(c, services, query, {
        ...{ what: 'meters', of: projectId, schema: Meter, ids: METER_IDS, order: METER_ORDER, whole: true },
        read: async (client, page, now) => {
          await assertProject(client, projectId);
          return listMeters(client, projectId, text, page, now);
        },
        count: (client) => countMeters(client, projectId, text),
        show: presentMeter,
      });
    })
    .openapi(one, async (c) => {
      const { meterId } = c.req.valid('param');
      const projectId = c.req.valid('query').project_id ?? null;
      const row = await withContext(api, readerOf(c.get('principal')), (client) =>
        onlyOne(c, 'meter', meterId, findMeters(client, meterId, projectId)),
      );
      return c.json(presentMeter(row, now()), 200);
    });
}
