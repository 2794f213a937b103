import { createRoute } from '@hono/zod-openapi';
import { compress } from 'hono/compress';
import { withContext } from '../../db/client.ts';
import { listContainers } from '../../db/queries/containers.ts';
import { fleetOf } from '../../db/queries/fleet.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { INSIDE } from '../inside.ts';
import { assertProject } from '../missing.ts';
import { presentFleet } from '../present/fleet.ts';
import { problemResponse } from '../problem.ts';
import { Fleet } from '../schemas/fleet.ts';
import { ProjectPath } from '../schemas.ts';

const ALL = { statuses: null, transformers: null, text: null };
const IN_ORDER = { sort: 'container_id', limit: null, after: null } as const;

/** All miners of a project at once, for a picture of them. */
export function fleetRoutes(services: Services): App {
  const { api, now } = services;

  const fleet = createRoute({
    method: 'get',
    path: '/api/projects/{projectId}/fleet',
    summary: "The latest state of all of a project's miners, as columns by container",
    description:
      'Each column of a container has a place for each of its miners, in the order of `position`; null is unknown. A ' +
      "miner's id is its container's with `-M` and the position in three digits or more. Values of a silent container " +
      'are its last: `freshness` says how current they are.',
    middleware: allow(services, INSIDE),
    request: { params: ProjectPath },
    responses: {
      200: { description: 'The fleet', content: { 'application/json': { schema: Fleet } } },
      default: problemResponse,
    },
  });

  const router = createRouter();
  // A megabyte of numbers, a sixth of it compressed.
  router.use(fleet.getRoutingPath(), compress());
  return router.openapi(fleet, async (c) => {
    const { projectId } = c.req.valid('param');
    const at = now();
    const [containers, miners] = await withContext(api, readerOf(c.get('principal')), async (client) => {
      await assertProject(client, projectId);
      return [
        await listContainers(client, projectId, ALL, IN_ORDER, new Date(at)),
        await fleetOf(client, projectId),
      ] as const;
    });
    return c.json(presentFleet(projectId, containers, miners, at), 200);
  });
}
