import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { Context, MiddlewareHandler } from 'hono';
import { recordActivity } from '../activity/record.ts';
import { withContext } from '../db/client.ts';
import { projectExists } from '../db/queries/projects.ts';
import type { Signed } from './access.ts';
import type { AppEnv, Services } from './app.ts';
import { actorOf } from './change.ts';
import { MEDIA_TYPES } from './tables/format.ts';

const FORMATS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(MEDIA_TYPES).flatMap(([format, type]) => (format === 'json' ? [] : [[type, format]])),
);
const OF_PROJECT = /^\/api\/(?:projects|metrics\/project)\/([^/]+)/;

/**
 * Writes every table that is answered as a file into the activity log, before its first byte leaves: of the project it is
 * about, else of HEARST-000. Where that cannot be written, nothing is exported.
 */
export function logExports(services: Services): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next();
    const format = FORMATS[c.res.headers.get('Content-Type')?.split(';')[0] ?? ''];
    if (format === undefined || c.res.status !== 200 || c.req.method !== 'GET') return;
    try {
      // Whoever is answered a table has said who they are.
      await record(c as unknown as Context<Signed>, services, format);
    } catch (error) {
      c.header('Content-Disposition', undefined);
      await c.res.body?.cancel();
      throw error;
    }
  };
}

async function record(c: Context<Signed>, services: Services, format: string): Promise<void> {
  const { id: userId, projectIds } = c.get('principal');
  const named = projectOf(c);
  const own = named !== null && (projectIds?.includes(named) ?? true) ? named : null;
  // Without a role, as for whatever everybody does in their own right: reading is all that some of them may.
  const context = { projectIds: own === null ? [GLOBAL_PROJECT_ID] : [GLOBAL_PROJECT_ID, own], userId };
  await withContext(services.api, context, async (client) => {
    const project = own !== null && (await projectExists(client, own)) ? own : GLOBAL_PROJECT_ID;
    const { path } = c.req;
    await recordActivity(
      client,
      actorOf(c, services),
      {
        project,
        action: 'export',
        target: { type: 'table', id: path },
        after: { path, query: new URL(c.req.url).search, format },
      },
      new Date(services.now()),
    );
  });
}

/** The one project that a request is about: by its path, by the object it names, by `project_id`. */
function projectOf(c: Context<Signed>): string | null {
  const inPath = OF_PROJECT.exec(c.req.path)?.[1];
  return (inPath ?? c.get('projectId') ?? c.req.query('project_id'))?.toUpperCase() ?? null;
}
