import { createRoute } from '@hono/zod-openapi';
import type { Role } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import { listAlertEvents } from '../../db/queries/alert-events.ts';
import { type AlertFilter, countAlerts, findAlert, listAlerts } from '../../db/queries/alerts.ts';
import { acknowledgeAlert, noteAlert, resolveAlert } from '../../operations/alerts.ts';
import { allow, readerOf } from '../access.ts';
import { AlertCursor, textOfPlace } from '../alert-cursor.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { missing } from '../missing.ts';
import { answerPage, Paging } from '../paging.ts';
import { presentAlert, presentAlertEvent } from '../present/alerts.ts';
import { problemResponse } from '../problem.ts';
import { Acknowledgement, Alert, AlertEvent, AlertFilters, AlertPath, NewNote, Resolution } from '../schemas/alerts.ts';
import { listOf } from '../schemas.ts';

const DEFAULT_LIMIT = 50;
const READERS: readonly Role[] = ['super_admin', 'project_manager', 'operator'];
const WRITERS: readonly Role[] = ['super_admin', 'project_manager'];

/** The inbox: what is wrong, who has it, and what was done about it. */
export function alertRoutes(services: Services): App {
  const { api } = services;
  const readers = allow(services, READERS);
  const writers = allow(services, WRITERS);
  const answersAlert = {
    200: { description: 'The alert', content: { 'application/json': { schema: Alert } } },
    default: problemResponse,
  };

  const list = createRoute({
    method: 'get',
    path: '/api/alerts',
    summary: 'Alerts, most important first: by severity, then the newest',
    middleware: readers,
    request: { query: Paging.extend({ ...AlertFilters, cursor: AlertCursor.optional() }) },
    responses: {
      200: { description: 'Alerts', content: { 'application/json': { schema: listOf(Alert) } } },
      default: problemResponse,
    },
  });

  const one = createRoute({
    method: 'get',
    path: '/api/alerts/{alertId}',
    summary: 'One alert',
    middleware: readers,
    request: { params: AlertPath },
    responses: answersAlert,
  });

  const timeline = createRoute({
    method: 'get',
    path: '/api/alerts/{alertId}/timeline',
    summary: 'What happened to an alert, from its beginning',
    middleware: readers,
    request: { params: AlertPath },
    responses: {
      200: { description: 'Events', content: { 'application/json': { schema: listOf(AlertEvent) } } },
      default: problemResponse,
    },
  });

  const acknowledge = createRoute({
    method: 'post',
    path: '/api/alerts/{alertId}/acknowledge',
    summary: 'Say that somebody is on it; needs no body. One acknowledged already stays as it is',
    middleware: writers,
    request: { params: AlertPath, body: { content: { 'application/json': { schema: Acknowledgement } } } },
    responses: answersAlert,
  });

  const resolve = createRoute({
    method: 'post',
    path: '/api/alerts/{alertId}/resolve',
    summary: 'Say that it is over; needs no body. Refused (409) while its condition holds',
    middleware: writers,
    request: { params: AlertPath, body: { content: { 'application/json': { schema: Resolution } } } },
    responses: answersAlert,
  });

  const note = createRoute({
    method: 'post',
    path: '/api/alerts/{alertId}/notes',
    summary: 'Write a note on it; it stands in the timeline',
    middleware: writers,
    request: { params: AlertPath, body: { required: true, content: { 'application/json': { schema: NewNote } } } },
    responses: {
      201: { description: 'The note', content: { 'application/json': { schema: AlertEvent } } },
      default: problemResponse,
    },
  });

  return createRouter()
    .openapi(list, async (c) => {
      const { limit = DEFAULT_LIMIT, cursor = null, ...wanted } = c.req.valid('query');
      const filter: AlertFilter = {
        statuses: wanted.status,
        severities: wanted.severity,
        projectId: wanted.project_id,
        containerId: wanted.container_id,
        targetType: wanted.target_type,
        alertType: wanted.alert_type,
        ruleId: wanted.rule,
        assignee: wanted.assignee,
        from: wanted.from,
        to: wanted.to,
        text: wanted.q,
      };
      // One more than wanted tells whether another page follows.
      const page = { limit: limit + 1, after: cursor };
      const [rows, total] = await withContext(api, readerOf(c.get('principal')), async (client) => [
        await listAlerts(client, filter, page),
        await countAlerts(client, filter),
      ]);
      const placeOf = (row: (typeof rows)[number]) => textOfPlace(row.place);
      return c.json(answerPage(c, page, rows, total, placeOf, presentAlert), 200);
    })
    .openapi(one, async (c) => {
      const { alertId } = c.req.valid('param');
      const row = await withContext(api, readerOf(c.get('principal')), (client) => findAlert(client, alertId));
      if (row === null) throw missing('alert', alertId);
      c.set('version', row.version);
      return c.json(presentAlert(row), 200);
    })
    .openapi(timeline, async (c) => {
      const { alertId } = c.req.valid('param');
      const rows = await withContext(api, readerOf(c.get('principal')), async (client) => {
        const alert = await findAlert(client, alertId);
        if (alert === null) throw missing('alert', alertId);
        return listAlertEvents(client, alert.project_id, alertId);
      });
      return c.json({ data: rows.map(presentAlertEvent), next_cursor: null, total: rows.length }, 200);
    })
    .openapi(acknowledge, (c) =>
      change(c, services, async (change) => {
        const { alertId } = c.req.valid('param');
        const row = await acknowledgeAlert(change, alertId, c.req.valid('json'));
        return c.json(presentAlert(row), 200);
      }),
    )
    .openapi(resolve, (c) =>
      change(c, services, async (change) => {
        const { alertId } = c.req.valid('param');
        const row = await resolveAlert(change, alertId, c.req.valid('json'));
        return c.json(presentAlert(row), 200);
      }),
    )
    .openapi(note, (c) =>
      change(c, services, async (change) => {
        const { alertId } = c.req.valid('param');
        const event = await noteAlert(change, alertId, c.req.valid('json').note);
        return c.json(presentAlertEvent(event), 201);
      }),
    );
}
