import { createRoute } from '@hono/zod-openapi';
import type { Role } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import { countMeters, findMeters, listMeters } from '../../db/queries/meters.ts';
import { projectExists, timeZones } from '../../db/queries/projects.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { missing, onlyOne } from '../missing.ts';
import { answerPage, Paging, pageOf } from '../paging.ts';
import { presentMeter } from '../present/meters.ts';
import { problemResponse } from '../problem.ts';
import { Meter, MeterPath } from '../schemas/meters.ts';
import { InProject, listOf, ProjectPath } from '../schemas.ts';
import { answerTable } from '../tables/answer.ts';
import { TABLE_CONTENT, TableFormat } from '../tables/format.ts';
import { NO_ZONES, tableOf, wantedTable } from '../tables/list.ts';

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
    request: { params: ProjectPath, query: Paging.extend(TableFormat.shape) },
    responses: {
      200: {
        description: 'Meters by id',
        content: { 'application/json': { schema: listOf(Meter) }, ...TABLE_CONTENT },
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
    .openapi(list, async (c) => {
      const { projectId } = c.req.valid('param');
      const query = c.req.valid('query');
      const wanted = wantedTable(c, query);
      const page = pageOf(query, null);
      const at = now();
      const [rows, total, zones] = await withContext(api, readerOf(c.get('principal')), async (client) => {
        if (!(await projectExists(client, projectId))) throw missing('project', projectId);
        return [
          await listMeters(client, projectId, page),
          await countMeters(client, projectId),
          wanted === null ? NO_ZONES : await timeZones(client),
        ];
      });
      const show = (row: (typeof rows)[number]) => presentMeter(row, at);
      const whole = answerPage(c, page, rows, total, (row) => row.meter_id, show);
      if (wanted === null) return c.json(whole, 200);
      const table = { what: 'meters', of: projectId, schema: Meter, rows: whole.data, zones, now: at };
      return answerTable(c, tableOf(c, table), wanted);
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
