import { createRoute, z } from '@hono/zod-openapi';
import { idleSince } from '../../auth/sessions.ts';
import { withContext } from '../../db/client.ts';
import { listSessions } from '../../db/queries/sessions.ts';
import { endOtherSessions, endOwnSession } from '../../operations/account.ts';
import { allowAccount } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { changeOwnAccount } from '../change.ts';
import { presentSession } from '../present/account.ts';
import { problemResponse } from '../problem.ts';
import { OwnSession, SessionPath } from '../schemas/account.ts';
import { listOf } from '../schemas.ts';
import { withoutSession } from '../session-cookie.ts';

/** More nobody can look through; ending all others needs no list. */
const SHOWN = 500;

/** These routes take no fields: one that was meant to choose among sessions would choose nothing. */
const Nothing = z.strictObject({});

/** Where one is signed in, and signing out there. What is ended ends at once. */
export function ownSessionRoutes(services: Services): App {
  const { api, now } = services;
  const own = allowAccount(services);

  const list = createRoute({
    method: 'get',
    path: '/api/sessions',
    summary: 'Your sessions, the last used first',
    middleware: own,
    request: { query: Nothing },
    responses: {
      200: { description: 'Sessions', content: { 'application/json': { schema: listOf(OwnSession) } } },
      default: problemResponse,
    },
  });

  const removeOthers = createRoute({
    method: 'delete',
    path: '/api/sessions',
    summary: 'End all your sessions but this one',
    middleware: own,
    request: { query: Nothing },
    responses: { 204: { description: 'Ended' }, default: problemResponse },
  });

  const remove = createRoute({
    method: 'delete',
    path: '/api/sessions/{sessionId}',
    summary: 'End one of your sessions',
    middleware: own,
    request: { params: SessionPath },
    responses: { 204: { description: 'Ended' }, default: problemResponse },
  });

  return createRouter()
    .openapi(list, async (c) => {
      const person = c.get('principal');
      const at = now();
      const rows = await withContext(api, { userId: person.id, readOnly: true }, (client) =>
        listSessions(client, person.id, new Date(at), idleSince(at), SHOWN),
      );
      const data = rows.map((row) => presentSession(row, person.sessionId));
      return c.json({ data, next_cursor: null, total: data.length }, 200);
    })
    .openapi(removeOthers, (c) =>
      changeOwnAccount(c, services, async (change) => {
        await endOtherSessions(change, c.get('principal'));
        return c.body(null, 204);
      }),
    )
    .openapi(remove, async (c) => {
      const person = c.get('principal');
      const { sessionId } = c.req.valid('param');
      const answer = await changeOwnAccount(c, services, async (change) => {
        await endOwnSession(change, person, sessionId);
        return c.body(null, 204);
      });
      return sessionId === person.sessionId ? withoutSession(answer) : answer;
    });
}
