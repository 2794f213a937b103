import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { withContext } from '../../db/client.ts';
import { countSilences, findSilence, listSilences, SILENCE_ORDER, type SilenceRow } from '../../db/queries/silences.ts';
import { changeSilence, endSilence, openSilence } from '../../operations/silences.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { assertMatches } from '../etag.ts';
import { withoutUndefined } from '../fields.ts';
import { INSIDE } from '../inside.ts';
import { answerList } from '../lists.ts';
import { missing } from '../missing.ts';
import { presentSilence } from '../present/silences.ts';
import { changedResponse, problemResponse } from '../problem.ts';
import {
  NewSilence,
  SILENCE_IDS,
  Silence,
  SilenceChange,
  SilencePart,
  SilencePath,
  SilencesQuery,
} from '../schemas/silences.ts';
import { listOfEither } from '../schemas.ts';
import { TABLE_CONTENT } from '../tables/format.ts';

/** Times in which nobody is notified of something. */
export function silenceRoutes(services: Services): App {
  const { api, now } = services;
  const readers = allow(services, INSIDE);
  const writers = allow(services, ['super_admin', 'project_manager']);
  const content = { 'application/json': { schema: Silence } };
  const answersSilence = { 200: { description: 'The silence', content }, default: problemResponse };

  const list = createRoute({
    method: 'get',
    path: '/api/silences',
    summary: 'Silences, those that end last first',
    middleware: readers,
    request: { query: SilencesQuery },
    responses: {
      200: {
        description: 'Silences',
        content: { 'application/json': { schema: listOfEither(Silence, SilencePart) }, ...TABLE_CONTENT },
      },
      default: problemResponse,
    },
  });

  const create = createRoute({
    method: 'post',
    path: '/api/silences',
    summary: 'Silence a rule, or all of them, at a target and what stands below it: for 30 days at most',
    middleware: writers,
    request: { body: { required: true, content: { 'application/json': { schema: NewSilence } } } },
    responses: { 201: { description: 'The silence', content }, default: problemResponse },
  });

  const one = createRoute({
    method: 'get',
    path: '/api/silences/{silenceId}',
    summary: 'One silence',
    middleware: readers,
    request: { params: SilencePath },
    responses: answersSilence,
  });

  const put = createRoute({
    method: 'put',
    path: '/api/silences/{silenceId}',
    summary: 'Change end or reason of one that is not over (409 then). Honours If-Match',
    middleware: writers,
    request: {
      params: SilencePath,
      body: { required: true, content: { 'application/json': { schema: SilenceChange } } },
    },
    responses: { ...answersSilence, 412: changedResponse(Silence) },
  });

  const end = createRoute({
    method: 'delete',
    path: '/api/silences/{silenceId}',
    summary: 'End it now. One that has not begun is withdrawn, one that is over stays as it is',
    middleware: writers,
    request: { params: SilencePath },
    responses: answersSilence,
  });

  /** The silence as the API shows it, its ETag's version set. */
  const shown = (c: Context<Signed>, row: SilenceRow): Silence => {
    c.set('version', row.version);
    return presentSilence(row, now());
  };

  return createRouter()
    .openapi(list, (c) => {
      const query = c.req.valid('query');
      const filter = (at: Date) => ({
        projectId: query.project_id,
        targetType: query.target_type,
        targetId: query.target_id,
        ruleId: query.rule,
        active: query.active === undefined ? undefined : { is: query.active, at },
        text: query.q,
      });
      return answerList(c, services, query, {
        ...{ what: 'silences', of: query.project_id ?? null, schema: Silence, ids: SILENCE_IDS },
        order: SILENCE_ORDER,
        read: (client, page, now) => listSilences(client, filter(now), page),
        count: (client, now) => countSilences(client, filter(now)),
        show: presentSilence,
        timeOf: ({ starts_at }) => starts_at,
      });
    })
    .openapi(create, (c) =>
      change(c, services, async (change) => {
        const row = await openSilence(change, c.req.valid('json'));
        c.header('Location', `/api/silences/${row.silence_id}`);
        return c.json(shown(c, row), 201);
      }),
    )
    .openapi(one, async (c) => {
      const { silenceId } = c.req.valid('param');
      const row = await withContext(api, readerOf(c.get('principal')), (client) => findSilence(client, silenceId));
      if (row === null) throw missing('silence', silenceId);
      return c.json(shown(c, row), 200);
    })
    .openapi(put, (c) =>
      change(c, services, async (change) => {
        const { silenceId } = c.req.valid('param');
        const fields = withoutUndefined(c.req.valid('json'));
        const row = await changeSilence(change, silenceId, fields, (before) =>
          assertMatches(c, before.version, shown(c, before)),
        );
        return c.json(shown(c, row), 200);
      }),
    )
    .openapi(end, (c) =>
      change(c, services, async (change) =>
        c.json(shown(c, await endSilence(change, c.req.valid('param').silenceId)), 200),
      ),
    );
}
