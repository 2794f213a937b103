import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ClientBase } from 'pg';
import type { Role } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import { type ContainerRow, findContainers } from '../../db/queries/containers.ts';
import { countMiners, listMiners } from '../../db/queries/miners.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { answerPage, Paging, pageOf } from '../paging.ts';
import { presentContainer, presentMiner } from '../present.ts';
import { Problem, problemResponse } from '../problem.ts';
import { Container, ContainerPath, InProject, listOf, Miner } from '../schemas.ts';

/** Viewers see a project's list of containers, not what is inside one. */
const INSIDE: readonly Role[] = ['super_admin', 'project_manager', 'operator'];

/** One container and its miners. */
export function containerRoutes(services: Services): App {
  const { api, now } = services;
  const inside = allow(services, INSIDE);

  const one = createRoute({
    method: 'get',
    path: '/api/containers/{containerId}',
    summary: 'One container; project_id settles which, where two projects use the id',
    middleware: inside,
    request: { params: ContainerPath, query: InProject },
    responses: {
      200: { description: 'The container', content: { 'application/json': { schema: Container } } },
      default: problemResponse,
    },
  });

  const miners = createRoute({
    method: 'get',
    path: '/api/containers/{containerId}/miners',
    summary: "A container's miners by position with their latest state, all of them unless limit is sent",
    middleware: inside,
    request: { params: ContainerPath, query: Paging.extend(InProject.shape) },
    responses: {
      200: { description: 'Miners', content: { 'application/json': { schema: listOf(Miner) } } },
      default: problemResponse,
    },
  });

  return createRouter()
    .openapi(one, async (c) => {
      const { containerId } = c.req.valid('param');
      const projectId = c.req.valid('query').project_id ?? null;
      const row = await withContext(api, readerOf(c.get('principal')), (client) =>
        theContainer(c, client, containerId, projectId),
      );
      return c.json(presentContainer(row, now()), 200);
    })
    .openapi(miners, async (c) => {
      const { containerId } = c.req.valid('param');
      const query = c.req.valid('query');
      const page = pageOf(query, null);
      const at = now();
      const [container, rows, total] = await withContext(api, readerOf(c.get('principal')), async (client) => {
        const found = await theContainer(c, client, containerId, query.project_id ?? null);
        const { project_id } = found;
        return [
          found,
          await listMiners(client, project_id, containerId, page),
          await countMiners(client, project_id, containerId),
        ];
      });
      const show = (row: (typeof rows)[number]) => presentMiner(row, container.interval_s, at);
      return c.json(
        answerPage(c, page, rows, total, (row) => row.miner_id, show),
        200,
      );
    });
}

/** The one container meant, of those the asker may see; none is a 404, several are a 409 that names them. */
async function theContainer(
  c: Context,
  client: ClientBase,
  containerId: string,
  projectId: string | null,
): Promise<ContainerRow> {
  const [first, ...others] = await findContainers(client, containerId, projectId);
  if (first === undefined) throw new Problem('not_found', `There is no container ${containerId}.`);
  if (others.length === 0) return first;
  throw new Problem('ambiguous_id', `Several projects have a container ${containerId}: say which by ?project_id=.`, {
    candidates: [first, ...others].map(({ project_id }) => ({
      project_id,
      url: `${c.req.path}?project_id=${project_id}`,
    })),
  });
}
