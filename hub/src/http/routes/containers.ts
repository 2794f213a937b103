import { createRoute } from '@hono/zod-openapi';
import type { Role } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import { findContainers } from '../../db/queries/containers.ts';
import { countMiners, listMiners } from '../../db/queries/miners.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { onlyOne } from '../missing.ts';
import { answerPage, Paging, pageOf } from '../paging.ts';
import { presentContainer, presentMiner } from '../present.ts';
import { problemResponse } from '../problem.ts';
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
        onlyOne(c, 'container', containerId, findContainers(client, containerId, projectId)),
      );
      return c.json(presentContainer(row, now()), 200);
    })
    .openapi(miners, async (c) => {
      const { containerId } = c.req.valid('param');
      const query = c.req.valid('query');
      const page = pageOf(query, null);
      const at = now();
      const [container, rows, total] = await withContext(api, readerOf(c.get('principal')), async (client) => {
        const found = await onlyOne(
          c,
          'container',
          containerId,
          findContainers(client, containerId, query.project_id ?? null),
        );
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
