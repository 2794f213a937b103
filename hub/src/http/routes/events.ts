import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Principal, ROLES } from '../../auth/principal.ts';
import { type Topic, topicsOf } from '../../live/message.ts';
import { allow, identify, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { say } from '../language/bilingual.ts';
import { Problem, problemResponse } from '../problem.ts';
import { EventsQuery, LiveEvent } from '../schemas/events.ts';

/** How long a client without room for another stream is asked to wait, seconds. */
const RETRY_AFTER_S = '30';

/** `GET /api/events`: what changes, as it changes. */
export function eventRoutes(services: Services): App {
  const route = createRoute({
    method: 'get',
    path: '/api/events',
    summary: 'Live updates of your projects as server-sent events; resumes by Last-Event-ID',
    middleware: allow(services, ROLES),
    request: { query: EventsQuery },
    responses: {
      200: {
        description: 'A stream without end; `data` of each event is a LiveEvent',
        content: { 'text/event-stream': { schema: LiveEvent } },
      },
      default: problemResponse,
    },
  });

  return createRouter().openapi(route, (c) => {
    const { projects, topics } = c.req.valid('query');
    const principal = c.get('principal');
    c.header('Content-Type', 'text/event-stream; charset=utf-8');
    // Compressed or collected by a proxy, events would come in lumps.
    c.header('Cache-Control', 'no-store, no-transform');
    c.header('X-Accel-Buffering', 'no');
    // Nobody would read it, so nobody would end it.
    if (c.req.method === 'HEAD') return c.body(null, 200);
    const stream = services.live.open({
      principal,
      topics: allowedTopics(principal, topics),
      projects: projects ?? null,
      lastEventId: c.req.header('Last-Event-ID') ?? null,
      stillHolds: () => isUnchanged(c, services, principal),
      cut: () => c.env?.outgoing?.destroy(),
    });
    if (stream === null) throw tooMany();
    return c.body(stream, 200);
  });
}

function allowedTopics({ role }: Principal, wanted: readonly Topic[] | undefined): readonly Topic[] {
  const allowed = topicsOf(role);
  const refused = wanted?.filter((topic) => !allowed.includes(topic)) ?? [];
  if (refused.length === 0) return wanted ?? allowed;
  throw new Problem(
    'forbidden',
    say(
      `The role ${role} hears of ${allowed.join(' and ')}, not of ${refused.join(', ')}.`,
      `Le rôle ${role} reçoit ${allowed.join(' et ')}, pas ${refused.join(', ')}.`,
    ),
    { permission: 'operator' },
  );
}

/** Whether the key or session that opened the stream still stands for the same role and projects. */
async function isUnchanged(c: Context<Signed>, services: Services, then: Principal): Promise<boolean> {
  try {
    const now = await identify(c, services);
    return now.role === then.role && String(now.projectIds) === String(then.projectIds);
  } catch (error) {
    if (error instanceof Problem && error.code === 'unauthenticated') return false;
    throw error;
  }
}

function tooMany(): Problem {
  return new Problem(
    'too_many_requests',
    say(
      'There are too many live streams open. Close a tab, or ask again by polling.',
      "Trop de flux en direct sont ouverts. Fermez un onglet, ou interrogez l'API à intervalles.",
    ),
    { headers: { 'Retry-After': RETRY_AFTER_S } },
  );
}
