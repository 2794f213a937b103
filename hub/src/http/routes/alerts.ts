import { createRoute, type z } from '@hono/zod-openapi';
import { DEFAULT_RULES } from '../../alerts/rule-book.ts';
import { type DatabaseContext, withContext } from '../../db/client.ts';
import { type AlertEventRow, listAlertEvents } from '../../db/queries/alert-events.ts';
import { ALERT_ORDER, type AlertFilter, countAlerts, findAlert, listAlerts } from '../../db/queries/alerts.ts';
import {
  acknowledgeAlerts,
  alone,
  assignAlerts,
  noteAlert,
  resolveAlerts,
  unacknowledgeAlerts,
} from '../../operations/alerts.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { type Change, change } from '../change.ts';
import { INSIDE } from '../inside.ts';
import { languageOf } from '../language/bilingual.ts';
import { answerList } from '../lists.ts';
import { missing } from '../missing.ts';
import { explainedMiners, presentAlert, presentAlertEvent } from '../present/alerts.ts';
import { problemResponse } from '../problem.ts';
import {
  Acknowledgement,
  ALERT_IDS,
  Alert,
  AlertDetail,
  AlertEvent,
  AlertPart,
  AlertPath,
  AlertsQuery,
  Assignment,
  NewNote,
  Resolution,
  TakenBack,
} from '../schemas/alerts.ts';
import { listOf, listOfEither } from '../schemas.ts';
import { TABLE_CONTENT } from '../tables/format.ts';

/** The inbox: what is wrong, who has it, and what was done about it. */
export function alertRoutes(services: Services): App {
  const { api } = services;
  const readers = allow(services, INSIDE);
  const writers = allow(services, ['super_admin', 'project_manager']);
  const answersAlert = {
    200: { description: 'The alert', content: { 'application/json': { schema: Alert } } },
    default: problemResponse,
  };

  const list = createRoute({
    method: 'get',
    path: '/api/alerts',
    summary: 'Alerts, most important first where nothing else is asked for: by severity, then the newest',
    middleware: readers,
    request: { query: AlertsQuery },
    responses: {
      200: {
        description: 'Alerts',
        content: { 'application/json': { schema: listOfEither(Alert, AlertPart) }, ...TABLE_CONTENT },
      },
      default: problemResponse,
    },
  });

  const one = createRoute({
    method: 'get',
    path: '/api/alerts/{alertId}',
    summary: 'One alert, with what to do about it. What it explains: ?parent_id= of the list',
    middleware: readers,
    request: { params: AlertPath },
    responses: {
      200: { description: 'The alert', content: { 'application/json': { schema: AlertDetail } } },
      default: problemResponse,
    },
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

  const notes = createRoute({
    method: 'get',
    path: '/api/alerts/{alertId}/notes',
    summary: 'What people wrote on an alert, oldest first',
    middleware: readers,
    request: { params: AlertPath },
    responses: {
      200: { description: 'Notes', content: { 'application/json': { schema: listOf(AlertEvent) } } },
      default: problemResponse,
    },
  });

  const acknowledge = createRoute({
    method: 'post',
    path: '/api/alerts/{alertId}/acknowledge',
    summary:
      'Say that somebody is on it; needs no body. One acknowledged already stays as it is, until its `until` has passed',
    middleware: writers,
    request: { params: AlertPath, body: { content: { 'application/json': { schema: Acknowledgement } } } },
    responses: answersAlert,
  });

  const unacknowledge = createRoute({
    method: 'post',
    path: '/api/alerts/{alertId}/unacknowledge',
    summary:
      'Take an acknowledgement back: nobody is on it, and its notifications go on; needs no body. Refused (409) once it is resolved',
    middleware: writers,
    request: { params: AlertPath, body: { content: { 'application/json': { schema: TakenBack } } } },
    responses: answersAlert,
  });

  const assign = createRoute({
    method: 'post',
    path: '/api/alerts/{alertId}/assign',
    summary: 'Say who sees to it, or that nobody does; its state stays. Refused (409) once it is resolved',
    middleware: writers,
    request: { params: AlertPath, body: { required: true, content: { 'application/json': { schema: Assignment } } } },
    responses: answersAlert,
  });

  const resolve = createRoute({
    method: 'post',
    path: '/api/alerts/{alertId}/resolve',
    summary:
      'Say that it is over; needs no body. Refused (409) while its condition holds, with the silence to make instead',
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

  /** The alert as it stands after a change. */
  const shown = async ({ client }: Change, alertId: number) => {
    const row = await findAlert(client, alertId);
    if (row === null) throw missing('alert', alertId);
    return presentAlert(row);
  };

  const eventsOf = (alertId: number, reader: DatabaseContext): Promise<AlertEventRow[]> =>
    withContext(api, reader, async (client) => {
      const alert = await findAlert(client, alertId);
      if (alert === null) throw missing('alert', alertId);
      return listAlertEvents(client, alert.project_id, alertId);
    });

  return createRouter()
    .openapi(list, (c) => {
      const query = c.req.valid('query');
      const filter = filterOf(query);
      return answerList(c, services, query, {
        ...{ what: 'alerts', of: query.project_id ?? null, schema: Alert, ids: ALERT_IDS, order: ALERT_ORDER },
        read: (client, page) => listAlerts(client, filter, page),
        count: (client) => countAlerts(client, filter),
        show: presentAlert,
        timeOf: ({ timestamp }) => timestamp,
        rowsAtOnce: 2_000,
      });
    })
    .openapi(one, async (c) => {
      const { alertId } = c.req.valid('param');
      const row = await withContext(api, readerOf(c.get('principal')), (client) => findAlert(client, alertId));
      if (row === null) throw missing('alert', alertId);
      c.set('version', row.version);
      const runbook = DEFAULT_RULES.find(({ id }) => id === row.rule_id)?.runbook[languageOf(c)] ?? null;
      return c.json({ ...presentAlert(row), runbook, explained_miners: explainedMiners(row) }, 200);
    })
    .openapi(timeline, async (c) => {
      const rows = await eventsOf(c.req.valid('param').alertId, readerOf(c.get('principal')));
      return c.json({ data: rows.map(presentAlertEvent), next_cursor: null, total: rows.length }, 200);
    })
    .openapi(notes, async (c) => {
      const rows = await eventsOf(c.req.valid('param').alertId, readerOf(c.get('principal')));
      const written = rows.filter(({ kind }) => kind === 'note');
      return c.json({ data: written.map(presentAlertEvent), next_cursor: null, total: written.length }, 200);
    })
    .openapi(acknowledge, (c) =>
      change(c, services, async (change) => {
        const { alertId } = c.req.valid('param');
        await alone(acknowledgeAlerts(change, [alertId], c.req.valid('json')));
        return c.json(await shown(change, alertId), 200);
      }),
    )
    .openapi(unacknowledge, (c) =>
      change(c, services, async (change) => {
        const { alertId } = c.req.valid('param');
        await alone(unacknowledgeAlerts(change, [alertId], c.req.valid('json')));
        return c.json(await shown(change, alertId), 200);
      }),
    )
    .openapi(assign, (c) =>
      change(c, services, async (change) => {
        const { alertId } = c.req.valid('param');
        await alone(assignAlerts(change, [alertId], c.req.valid('json')));
        return c.json(await shown(change, alertId), 200);
      }),
    )
    .openapi(resolve, (c) =>
      change(c, services, async (change) => {
        const { alertId } = c.req.valid('param');
        await alone(resolveAlerts(change, [alertId], c.req.valid('json')));
        return c.json(await shown(change, alertId), 200);
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

function filterOf(query: z.output<typeof AlertsQuery>): AlertFilter {
  return {
    statuses: query.status,
    severities: query.severity,
    projectId: query.project_id,
    containerId: query.container_id,
    targetType: query.target_type,
    alertType: query.alert_type,
    ruleId: query.rule,
    assignee: query.assignee,
    parentId: query.parent_id,
    from: query.from,
    to: query.to,
    text: query.q,
  };
}
