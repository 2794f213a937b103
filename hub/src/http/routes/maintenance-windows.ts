import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { withContext } from '../../db/client.ts';
import {
  countWindows,
  findWindow,
  listWindows,
  type MaintenanceWindowRow,
  windowKey,
} from '../../db/queries/maintenance-windows.ts';
import { timeZones } from '../../db/queries/projects.ts';
import { changeMaintenance, endMaintenance, openMaintenance } from '../../operations/maintenance-windows.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { assertMatches } from '../etag.ts';
import { withoutUndefined } from '../fields.ts';
import { INSIDE } from '../inside.ts';
import { missing } from '../missing.ts';
import { answerPage, pageOf } from '../paging.ts';
import { presentMaintenanceWindow } from '../present/maintenance-windows.ts';
import { changedResponse, problemResponse } from '../problem.ts';
import {
  MaintenanceWindow,
  MaintenanceWindowChange,
  MaintenanceWindowPath,
  MaintenanceWindowsQuery,
  NewMaintenanceWindow,
} from '../schemas/maintenance-windows.ts';
import { listOf } from '../schemas.ts';
import { answerTable } from '../tables/answer.ts';
import { TABLE_CONTENT } from '../tables/format.ts';
import { NO_ZONES, tableOf, wantedTable } from '../tables/list.ts';

const DEFAULT_LIMIT = 50;

/** When something was, or will be, out of service on purpose. */
export function maintenanceWindowRoutes(services: Services): App {
  const { api, now } = services;
  const readers = allow(services, INSIDE);
  const writers = allow(services, ['super_admin', 'project_manager']);
  const content = { 'application/json': { schema: MaintenanceWindow } };
  const answersWindow = { 200: { description: 'The window', content }, default: problemResponse };

  const list = createRoute({
    method: 'get',
    path: '/api/maintenance-windows',
    summary: 'Maintenance windows, those that begin last first',
    middleware: readers,
    request: { query: MaintenanceWindowsQuery },
    responses: {
      200: {
        description: 'Windows',
        content: { 'application/json': { schema: listOf(MaintenanceWindow) }, ...TABLE_CONTENT },
      },
      default: problemResponse,
    },
  });

  const create = createRoute({
    method: 'post',
    path: '/api/maintenance-windows',
    summary: 'Enter a maintenance window, also one that is over: it may begin up to 366 days ago',
    middleware: writers,
    request: { body: { required: true, content: { 'application/json': { schema: NewMaintenanceWindow } } } },
    responses: { 201: { description: 'The window', content }, default: problemResponse },
  });

  const one = createRoute({
    method: 'get',
    path: '/api/maintenance-windows/{windowId}',
    summary: 'One maintenance window',
    middleware: readers,
    request: { params: MaintenanceWindowPath },
    responses: answersWindow,
  });

  const put = createRoute({
    method: 'put',
    path: '/api/maintenance-windows/{windowId}',
    summary: 'Change end or reason of one that is not over (409 then). Honours If-Match',
    middleware: writers,
    request: {
      params: MaintenanceWindowPath,
      body: { required: true, content: { 'application/json': { schema: MaintenanceWindowChange } } },
    },
    responses: { ...answersWindow, 412: changedResponse(MaintenanceWindow) },
  });

  const end = createRoute({
    method: 'post',
    path: '/api/maintenance-windows/{windowId}/end',
    summary: 'End it now; needs no body. One that has not begun is withdrawn, one that is over stays as it is',
    middleware: writers,
    request: { params: MaintenanceWindowPath },
    responses: answersWindow,
  });

  /** The window as the API shows it, its ETag's version set. */
  const shown = (c: Context<Signed>, row: MaintenanceWindowRow): MaintenanceWindow => {
    c.set('version', +row.updated_at);
    return presentMaintenanceWindow(row, now());
  };

  return createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid('query');
      const at = now();
      const filter = {
        projectId: query.project_id,
        targetType: query.target_type,
        targetId: query.target_id,
        from: query.from,
        to: query.to,
        active: query.active === undefined ? undefined : { is: query.active, at: new Date(at) },
      };
      const wanted = wantedTable(c, query);
      // A page of windows, but all of them in a file.
      const page = pageOf(query, wanted === null ? DEFAULT_LIMIT : null);
      const [rows, total, zones] = await withContext(api, readerOf(c.get('principal')), async (client) => [
        await listWindows(client, filter, page),
        await countWindows(client, filter),
        wanted === null ? NO_ZONES : await timeZones(client),
      ]);
      const show = (row: MaintenanceWindowRow) => presentMaintenanceWindow(row, at);
      const listed = answerPage(c, page, rows, total, windowKey, show);
      if (wanted === null) return c.json(listed, 200);
      const table = tableOf(c, {
        ...{ what: 'maintenance', of: query.project_id ?? null, schema: MaintenanceWindow, zones, now: at },
        rows: listed.data,
        timeOf: ({ starts_at }) => starts_at,
      });
      return answerTable(c, table, wanted);
    })
    .openapi(create, (c) =>
      change(c, services, async (change) => {
        const row = await openMaintenance(change, c.req.valid('json'));
        c.header('Location', `/api/maintenance-windows/${row.window_id}`);
        return c.json(shown(c, row), 201);
      }),
    )
    .openapi(one, async (c) => {
      const { windowId } = c.req.valid('param');
      const row = await withContext(api, readerOf(c.get('principal')), (client) => findWindow(client, windowId));
      if (row === null) throw missing('maintenance_window', windowId);
      return c.json(shown(c, row), 200);
    })
    .openapi(put, (c) =>
      change(c, services, async (change) => {
        const { windowId } = c.req.valid('param');
        const fields = withoutUndefined(c.req.valid('json'));
        const row = await changeMaintenance(change, windowId, fields, (before) =>
          assertMatches(c, +before.updated_at, shown(c, before)),
        );
        return c.json(shown(c, row), 200);
      }),
    )
    .openapi(end, (c) =>
      change(c, services, async (change) =>
        c.json(shown(c, await endMaintenance(change, c.req.valid('param').windowId)), 200),
      ),
    );
}
